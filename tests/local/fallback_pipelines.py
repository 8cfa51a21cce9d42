"""A stack whose fan-outs run on Spot capacity, and again on demand or with more memory, in all strategies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Retry,
)


class FallbackPipelines(Stack):
    """State machines named after their strategy; each job has one attempt, and its round in its name."""

    def __init__(self, scope: Construct, construct_id: str, *, container: Path, command: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        spot, on_demand = (
            JobQueue(
                self,
                name,
                compute_environments=[
                    Ec2ComputeEnvironment(self, f"{name}Environment", vpc=vpc, max_vcpus=256, spot=name == "Spot")
                ],
                cancel_without_capacity_after=Duration.hours(1),
            )
            for name in ("Spot", "OnDemand")
        )
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_directory(self, "Worker", container),
            command=command,
            vcpus=1,
            memory=Size.mebibytes(512),
            retry=Retry(attempts=1),
        )
        parts: dict[str, Any] = {
            "job": job,
            "queue": spot,
            "fallback_queue": on_demand,
            "memory_steps": [Size.mebibytes(1_024), Size.mebibytes(2_048)],
            "skip_finished": True,
            "job_name": "{% 'round-' & $states.input.round %}",
        }
        fan_outs = {
            "Map": MapFanOut(self, "MapItems", **parts),
            "Array": ArrayFanOut(self, "ArrayItems", **parts),
            "Distributed": DistributedFanOut(self, "DistributedItems", **parts, batch_size=10),
        }
        for name, fan_out in fan_outs.items():
            BatchStateMachine(self, f"{name}Machine", definition=fan_out)
