"""So many stacks of a Fargate environment, a queue, a job and a Map over it, by our constructs."""

import sys

from aws_cdk import App, Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Platform,
)


class Pipeline(Stack):
    """One pipeline."""

    def __init__(self, scope: Construct, construct_id: str, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=64)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        fan_out = MapFanOut(self, "Items", job=job, queue=queue)
        BatchStateMachine(self, "StateMachine", definition=fan_out)


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    shared = ec2.Vpc(Stack(app, "Network"), "Vpc", max_azs=2)
    for number in range(int(sys.argv[1])):
        Pipeline(app, f"Pipeline{number}", shared)
    app.synth()
