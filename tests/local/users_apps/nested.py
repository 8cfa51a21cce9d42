"""A stack whose network and jobs are nested stacks."""

from aws_cdk import App, CfnOutput, NestedStack, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
    SubmitJob,
)


class Network(NestedStack):
    """What changes least."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)


class Jobs(NestedStack):
    """Instances, queues on them, and a job."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, quality: str, bulk: bool) -> None:
        super().__init__(scope, construct_id)
        instances = Ec2ComputeEnvironment(self, "Instances", vpc=vpc, max_vcpus=64)
        self.queue = JobQueue(self, "Queue", compute_environments=[instances])
        if bulk:
            JobQueue(self, "Bulk", compute_environments=[instances], priority=0)
        self.transcode = ContainerJob(
            self,
            "Transcode",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", "echo $FILM in $QUALITY"],
            environment={"QUALITY": quality},
            platform=Platform.EC2,
            vcpus=1,
            memory=Size.gibibytes(1),
        )


class Films(Stack):
    """Transcodes a film."""

    def __init__(self, scope: Construct, construct_id: str, *, quality: str, bulk: bool) -> None:
        super().__init__(scope, construct_id)
        network = Network(self, "Network")
        jobs = Jobs(self, "Jobs", vpc=network.vpc, quality=quality, bulk=bulk)
        transcode = SubmitJob(
            self,
            "Transcode",
            job=jobs.transcode,
            queue=jobs.queue,
            environment={"FILM": "{% $states.input.film %}"},
            outputs={"film": "{% $states.input.film %}"},
        )
        done = sfn.Pass.jsonata(self, "Done", outputs={"done": "{% $states.input.film %}"})
        BatchStateMachine(self, "Machine", definition=transcode.next(done))
        CfnOutput(self, "Queue", value=jobs.queue.job_queue_arn)


def build(app: App, *, changed: bool) -> None:
    """Later with another quality, and with one more queue."""
    Films(app, "Films", quality="uhd" if changed else "hd", bulk=changed)
