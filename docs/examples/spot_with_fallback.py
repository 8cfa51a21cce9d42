"""Spot capacity, and on-demand capacity for the items whose instance is taken away: all succeed, most of them on Spot.

In the embedded AWS, time is virtual, and two of eight items lose their capacity, in each of their attempts on Spot.
"""

import tempfile
from pathlib import Path

from aws_cdk import App, Size, Stack

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
from constructs_lib.local import EmbeddedAws, Ending, FaultPlan, Job, Reclaim, SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws

RECLAIMED = (2, 5)


class FallbackStack(Stack):
    """Runs over ``{"items": [...]}`` on Spot, and what Spot loses on demand."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Fallback")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        spot, on_demand = (
            JobQueue(
                self,
                f"{name}Queue",
                compute_environments=[
                    FargateComputeEnvironment(self, name, vpc=network, max_vcpus=64, spot=name == "Spot")
                ],
            )
            for name in ("Spot", "OnDemand")
        )
        job = ContainerJob(
            self,
            "Tile",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
        )
        tiles = ArrayFanOut(self, "Tiles", job=job, queue=spot, fallback_queue=on_demand)
        BatchStateMachine(self, "StateMachine", definition=tiles)


def behave(_: Job) -> tuple[float, Ending]:
    """Each job takes ten minutes."""
    return 600.0, Ending(0)


def main() -> None:
    """Deploy it, and run eight items while Spot is short."""
    clock = VirtualClock()
    plan = FaultPlan([Reclaim(index=index, attempt=None, after=60) for index in RECLAIMED])
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock), faults=plan) as aws,
    ):
        outcome = LocalAws(aws, Path(directory)).deploy(FallbackStack(App())).run({"items": [*range(8)]})
        print(outcome.status, outcome.output["succeeded"], "of", outcome.output["total"])
        for queue in ("Spot", "OnDemand"):
            jobs = [job for job in outcome.jobs if f"-{queue}Queue" in job.queue]
            ended = [sum(job.status == status for job in jobs) for status in ("SUCCEEDED", "FAILED")]
            print(f"{queue}: {ended[0]} succeeded, {ended[1]} lost, {sum(job.attempts for job in jobs)} attempts")


if __name__ == "__main__":
    main()
