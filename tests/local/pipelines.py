"""The app under test: every fan-out, over the real worker and over a program that does nothing."""

from pathlib import Path

from aws_cdk import App, Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Platform,
)
from tests.local.deployed_pipelines import DeployedPipelines
from tests.local.distributed_pipelines import DistributedPipelines
from tests.local.failing_pipelines import FailingPipelines
from tests.local.fallback_pipelines import FallbackPipelines
from tests.local.neighbour_pipelines import NeighbourPipelines
from tests.local.rerun_pipelines import RerunPipelines

CONTAINER = Path(__file__).parents[2] / "container"

ANSWER = """
import json, sys, time
item = json.load(sys.stdin)
if item == "fail":
    sys.exit("told to fail")
if item == "sleep":
    time.sleep(60)
print(json.dumps({"got": item}))
"""


class Pipelines(Stack):
    """State machines over one queue: each fan-out with a job that answers and with one that does nothing."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=256)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        worker = JobImage.from_directory(self, "Worker", CONTAINER)
        answering = self._job("Answering", worker, ["--", "python3", "-c", ANSWER])
        idle = self._job("Idle", JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"), ["true"])
        for name, job in (("Answer", answering), ("Idle", idle)):
            for strategy in (MapFanOut, ArrayFanOut, DistributedFanOut):
                scope_ = Construct(self, f"{name}{strategy.__name__}")
                fan_out = strategy(scope_, "Items", job=job, queue=queue)
                BatchStateMachine(scope_, "StateMachine", definition=fan_out)

    def _job(self, construct_id: str, image: JobImage, command: list[str]) -> ContainerJob:
        return ContainerJob(
            self,
            construct_id,
            image=image,
            vcpus=0.25,
            memory=Size.mebibytes(512),
            platform=Platform.FARGATE,
            command=command,
        )


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    Pipelines(app, "Pipelines")
    DeployedPipelines(app, "DeployedPipelines")
    DistributedPipelines(app, "DistributedPipelines")
    FailingPipelines(app, "FailingPipelines")
    FallbackPipelines(app, "FallbackPipelines", container=CONTAINER, command=["--", "python3", "-c", ANSWER])
    RerunPipelines(app, "RerunPipelines", container=CONTAINER, command=["--", "python3", "-c", ANSWER])
    NeighbourPipelines(app, "NeighbourPipelines", container=CONTAINER, command=["--", "python3", "-c", ANSWER])
    app.synth()
