"""A stack with the queue of a team, and one for each of its workflows."""

from aws_cdk import App, Size, Stack
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    NetworkAccess,
    Platform,
)


class Queues(Stack):
    """Where all of them run."""

    def __init__(self, scope: Construct, construct_id: str, *, urgent: bool) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        self.queue = JobQueue(self, "Queue", compute_environments=[fargate])
        if urgent:
            JobQueue(self, "Urgent", compute_environments=[fargate], priority=10)


class Workflow(Stack):
    """One of the workflows."""

    def __init__(
        self, scope: Construct, construct_id: str, *, queue: batch.IJobQueue, fan_out: type, verb: str
    ) -> None:
        super().__init__(scope, construct_id)
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", "echo $VERB $ITEMS ${AWS_BATCH_JOB_ARRAY_INDEX-}"],
            environment={"VERB": verb},
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        BatchStateMachine(self, "Machine", definition=fan_out(self, "Each", job=job, queue=queue))


def build(app: App, *, changed: bool) -> None:
    """Later with one more queue, and one of the workflows does something else."""
    queue = Queues(app, "TeamQueues", urgent=changed).queue
    Workflow(app, "Index", queue=queue, fan_out=ArrayFanOut, verb="indexed")
    Workflow(app, "Render", queue=queue, fan_out=MapFanOut, verb="painted" if changed else "drawn")
