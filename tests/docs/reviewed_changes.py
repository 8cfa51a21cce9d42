"""A stack and four changes of it, as a reviewer finds them in the snapshot: docs/snapshot-testing.md shows them."""

from typing import Any

from aws_cdk import App, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
)

CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "maximum": {"max_vcpus": 256},
    "image": {"tag": "1.38"},
    "fallback": {"fallback": False},
    "right": {"writes": True},
}


class ScansStack(Stack):
    """A job for each scan, on Spot, and on demand where Spot has taken the capacity.

    Args:
        app: the app that it belongs to.
        max_vcpus: of the Spot environment.
        tag: of the image.
        fallback: whether scans run on demand when Spot has taken their capacity.
        writes: whether jobs may write to the archive, too.
    """

    def __init__(
        self, app: App, *, max_vcpus: int = 64, tag: str = "1.37", fallback: bool = True, writes: bool = False
    ) -> None:
        super().__init__(app, "Scans")
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        spot = FargateComputeEnvironment(self, "Spot", vpc=vpc, max_vcpus=max_vcpus, spot=True)
        on_demand = FargateComputeEnvironment(self, "OnDemand", vpc=vpc, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[spot])
        urgent = JobQueue(self, "Urgent", compute_environments=[on_demand])
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry(f"public.ecr.aws/docker/library/busybox:{tag}"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        archive = s3.Bucket(self, "Archive")
        grant = archive.grant_read_write if writes else archive.grant_read
        grant(job)
        scans = ArrayFanOut(
            self,
            "Items",
            job=job,
            queue=queue,
            fallback_queue=urgent if fallback else None,
            tolerated_failures=3,
        )
        BatchStateMachine(self, "StateMachine", definition=scans)
