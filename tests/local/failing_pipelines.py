"""A stack whose fan-outs have array jobs of which very many children fail, with and without rounds that follow."""

from typing import Any

from aws_cdk import Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    PipelineStage,
    Retry,
)


class FailingPipelines(Stack):
    """State machines named after their strategy; those with ``Again`` run items again; any number may fail."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        spot, on_demand = (
            JobQueue(
                self,
                name,
                compute_environments=[
                    Ec2ComputeEnvironment(self, f"{name}Environment", vpc=vpc, max_vcpus=20_000, spot=name == "Spot")
                ],
            )
            for name in ("Spot", "OnDemand")
        )
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            vcpus=1,
            memory=Size.mebibytes(512),
            retry=Retry(attempts=1),
        )
        parts: dict[str, Any] = {"job": job, "queue": spot, "tolerated_failure_percentage": 100}
        again: dict[str, Any] = {"fallback_queue": on_demand, "memory_steps": [Size.mebibytes(1_024)]}
        batches: dict[str, Any] = {
            "items": ItemSource.from_input("{% $states.input.items %}"),
            "batch_size": 10_000,
            "batch_bytes": 196_608,
        }
        stages = [PipelineStage(name=name, job=job, queue=spot) for name in ("Clean", "Render", "Pack")]
        fan_outs = {
            "Array": ArrayFanOut(self, "Tiles", **parts),
            "ArrayAgain": ArrayFanOut(self, "TilesAgain", **parts, **again),
            "Batch": DistributedFanOut(self, "Areas", **parts, **batches),
            "BatchAgain": DistributedFanOut(self, "AreasAgain", **parts, **batches, **again),
            "Stages": ArrayPipeline(self, "Scenes", stages=stages, tolerated_failure_percentage=100),
        }
        for name, fan_out in fan_outs.items():
            BatchStateMachine(self, f"{name}Machine", definition=fan_out)
