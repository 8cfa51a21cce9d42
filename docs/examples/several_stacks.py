"""Queues, jobs and workflows in stacks of their own, in stages, and imported by ARN: each shape runs as it is here."""

from aws_cdk import App, Size, Stack, Stage
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
)

IMAGE = JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37")


class QueueStack(Stack):
    """Where jobs run, which changes seldom.

    Args:
        scope: an app or a stage.
        construct_id: the id of the stack.
        queue_name: physical name, for those who import the queue. Default: made by CloudFormation.
    """

    def __init__(self, scope: Construct, construct_id: str, *, queue_name: str | None = None) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        self.queue = JobQueue(self, "Queue", compute_environments=[environment], job_queue_name=queue_name)


class JobStack(Stack):
    """A job that the workflows of other stacks submit.

    Args:
        scope: an app or a stage.
        construct_id: the id of the stack.
        word: what the job prints.
        name: physical name, for those who import the job. Default: made by CloudFormation.
    """

    def __init__(self, scope: Construct, construct_id: str, *, word: str = "rendered", name: str | None = None) -> None:
        super().__init__(scope, construct_id)
        self.job = render(self, word, name)


class WorkflowStack(Stack):
    """A workflow that changes often, with a job of its own if it is given none.

    Args:
        scope: an app or a stage.
        construct_id: the id of the stack.
        queue: where its jobs run.
        job: what it submits. Default: a job of this stack.
        bucket: for lists and results. Default: one of this stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: batch.IJobQueue,
        job: batch.IJobDefinition | None = None,
        bucket: s3.IBucket | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        tiles = ArrayFanOut(self, "Tiles", job=job or render(self, "rendered"), queue=queue, bucket=bucket)
        BatchStateMachine(self, "Machine", definition=tiles)


def render(scope: Construct, word: str, name: str | None = None) -> ContainerJob:
    """A small job on Fargate."""
    return ContainerJob(
        scope,
        "Render",
        image=IMAGE,
        command=["echo", word],
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
        job_definition_name=name,
    )


def queue_and_workflows(scope: Construct, *, word: str = "rendered") -> None:
    """One queue for the workflows of two teams; the second submits a job of yet another stack."""
    queue = QueueStack(scope, "Queues").queue
    WorkflowStack(scope, "Maps", queue=queue)
    WorkflowStack(scope, "Scenes", queue=queue, job=JobStack(scope, "Jobs", word=word).job)


def stages(app: App) -> None:
    """The same stacks for development and for production."""
    for name in ("Dev", "Prod"):
        queue_and_workflows(Stage(app, name))


def imported(scope: Construct) -> None:
    """Two apps: one has the queue and the job, the other knows their names."""
    QueueStack(scope, "TheirQueues", queue_name="bulk")
    jobs = JobStack(scope, "TheirJobs", name="render")
    results = s3.Bucket(jobs, "Results", bucket_name=f"render-results-{jobs.account}", enforce_ssl=True)
    results.grant_read_write(jobs.job.job_role, "fan-out/*")

    ours = Stack(scope, "Ours")
    arn = f"arn:aws:batch:{ours.region}:{ours.account}"
    queue = batch.JobQueue.from_job_queue_arn(ours, "Queue", f"{arn}:job-queue/bulk")
    job = batch.EcsJobDefinition.from_job_definition_arn(ours, "Render", f"{arn}:job-definition/render")
    bucket = s3.Bucket.from_bucket_name(ours, "Results", f"render-results-{ours.account}")
    tiles = ArrayFanOut(ours, "Tiles", job=job, queue=queue, bucket=bucket)
    BatchStateMachine(ours, "Machine", definition=tiles)


def main() -> None:
    """Synthesize each shape and print its stacks."""
    for shape in (queue_and_workflows, stages, imported):
        app = App()
        shape(app)
        stacks = app.synth().stacks_recursively
        print(f"{shape.__name__}:", ", ".join(sorted(stack.display_name for stack in stacks)))


if __name__ == "__main__":
    main()
