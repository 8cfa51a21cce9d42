"""Documents that a Lambda function checks, two stages of array jobs read, and tasks of Amazon ECS publish."""

import tempfile
from pathlib import Path

from aws_cdk import App, RemovalPolicy, Size, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from constructs_lib import (
    ArrayPipeline,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    EcsTaskFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    LambdaFanOut,
    PipelineStage,
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "documents_job"
# What a fan-out hands on is its summary; the input of the execution stays where it is.
DOCUMENTS = "{% $states.context.Execution.Input.documents %}"
CHECK = """
def handler(event, context):
    if len(event["item"]) > 1000:
        raise ValueError(f"document {event['index']} is too long")
"""


class DocumentsStack(Stack):
    """Runs over the texts in ``{"documents": [...]}``."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Documents")
        self._network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        self._image = JobImage.from_python(self, "Image", MODULES, handler="documents:split")
        BatchStateMachine(self, "StateMachine", definition=self._check().next(self._read()).next(self._publish()))

    def _check(self) -> LambdaFanOut:
        """Takes a moment per item: a function starts at once."""
        log_group = logs.LogGroup(
            self, "CheckLogs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, "CheckRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        function = lambda_.Function(
            self,
            "CheckDocument",
            code=lambda_.Code.from_inline(CHECK),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            log_group=log_group,
            role=role,
        )
        return LambdaFanOut(self, "Check", function=function, items=DOCUMENTS)

    def _read(self) -> ArrayPipeline:
        """A document is counted as soon as it is split, whatever the others do."""
        environment = FargateComputeEnvironment(self, "Fargate", vpc=self._network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        jobs = {name: self._job(name.capitalize(), f"documents:{name}") for name in ("split", "count")}
        stages = [PipelineStage(name=name, job=job, queue=queue) for name, job in jobs.items()]
        return ArrayPipeline(self, "Read", stages=stages, items=DOCUMENTS, tolerated_failures=1)

    def _job(self, construct_id: str, handler: str) -> ContainerJob:
        return ContainerJob(
            self,
            construct_id,
            image=self._image,
            command=[handler],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )

    def _publish(self) -> EcsTaskFanOut:
        """In a cluster that is there for other reasons, on spare capacity."""
        definition = ecs.FargateTaskDefinition(self, "PublishDocument", cpu=256, memory_limit_mib=512)
        definition.add_container(
            "Worker",
            image=self._image.container_image,
            command=["documents:publish"],
            logging=ecs.LogDrivers.aws_logs(stream_prefix="publish", log_retention=logs.RetentionDays.ONE_MONTH),
        )
        insights = ecs.ContainerInsights.ENABLED
        cluster = ecs.Cluster(self, "Cluster", vpc=self._network, container_insights_v2=insights)
        return EcsTaskFanOut(
            self,
            "Publish",
            cluster=cluster,
            task_definition=definition,
            items=DOCUMENTS,
            spot=True,
            on_demand_fallback=True,
        )


def main() -> None:
    """Deploy it, and run three documents through it, of which one is empty."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(DocumentsStack(App()))
        outcome = stack.run({"documents": ["a rose is a rose", "", "so be it"]})
        print(outcome.status, outcome.error or "", outcome.cause or "")
        for job in outcome.jobs:
            print(job.name, job.status)
        for index, published in sorted(outcome.results.items()):
            print(index, published)


if __name__ == "__main__":
    main()
