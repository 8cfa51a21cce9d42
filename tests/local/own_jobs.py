"""Stacks as users have them, by aws-cdk-lib alone: a queue and jobs without a state machine, and machines with their
own input and data.
"""

from aws_cdk import App, Duration, NestedStack, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

BUSYBOX = "public.ecr.aws/docker/library/busybox:1.37"
READ = """
import os, boto3
found = boto3.client("s3").list_objects_v2(Bucket=os.environ["BUCKET"], Prefix=os.environ.get("PREFIX", ""))
print(*(item["Key"] for item in found.get("Contents", [])), sep="\\n")
"""


class Jobs(Stack):
    """One queue and two jobs; nothing orders them.

    Args:
        scope: the app.
        construct_id: its id.
        word: what the job says first.
    """

    def __init__(self, scope: Construct, construct_id: str, *, word: str = "hello") -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self)
        self.bucket = s3.Bucket(self, "Bucket")
        say = f"echo {word} $NAME $AWS_BATCH_JOB_ARRAY_INDEX; sleep ${{PAUSE:-0}}; exit ${{CODE:-0}}"
        inner = Construct(self, "Tools")
        self.say = _job(inner, "Say", ["sh", "-c", say], physical_name="say-it")
        self.read = _job(self, "Read", ["python3", "-c", READ], environment={"BUCKET": self.bucket.bucket_name})
        self.bucket.grant_read(self.read.container.job_role)


class Machines(Jobs):
    """The same with two machines, of which one waits before it submits, and one in a nested stack."""

    def __init__(self, scope: Construct, construct_id: str, *, word: str = "hello", pause: int = 0) -> None:
        super().__init__(scope, construct_id, word=word)
        environment = {"NAME": sfn.JsonPath.string_at("$.person.name")}
        submit = _submit(self, "Submit", self, environment)
        wait = sfn.Wait(self, "Pause", time=sfn.WaitTime.duration(Duration.seconds(pause)))
        sfn.StateMachine(self, "Greet", definition_body=sfn.DefinitionBody.from_chainable(wait.next(submit)))
        nested = NestedStack(self, "Inner")
        nothing = sfn.Pass(nested, "Nothing", result=sfn.Result.from_object({"done": True}))
        sfn.StateMachine(
            nested,
            "Idle",
            definition_body=sfn.DefinitionBody.from_chainable(nothing),
            state_machine_name=f"{construct_id}-idle",
        )


def _queue(scope: Construct) -> batch.JobQueue:
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2, nat_gateways=1)
    queue = batch.JobQueue(scope, "Queue")
    queue.add_compute_environment(batch.FargateComputeEnvironment(scope, "Fargate", vpc=vpc, maxv_cpus=16), 1)
    return queue


def _job(
    scope: Construct,
    name: str,
    command: list[str],
    *,
    environment: dict[str, str] | None = None,
    physical_name: str | None = None,
) -> batch.EcsJobDefinition:
    container = batch.EcsFargateContainerDefinition(
        scope,
        f"{name}Container",
        image=ecs.ContainerImage.from_registry(BUSYBOX),
        cpu=0.25,
        memory=Size.mebibytes(512),
        command=command,
        environment=environment,
        job_role=iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")),
    )
    return batch.EcsJobDefinition(scope, name, container=container, job_definition_name=physical_name)


def _submit(scope: Construct, name: str, stack: Jobs, environment: dict[str, str]) -> tasks.BatchSubmitJob:
    return tasks.BatchSubmitJob(
        scope,
        name,
        job_name="greeting",
        job_queue_arn=stack.queue.job_queue_arn,
        job_definition_arn=stack.say.job_definition_arn,
        container_overrides=tasks.BatchContainerOverrides(environment=environment),
        result_selector={"status": sfn.JsonPath.string_at("$.Status")},
    )


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    Jobs(app, "Jobs")
    Machines(app, "Machines")
    app.synth()
