"""Ten jobs on four vCPUs, then ten on twenty: submitted, looked at, scaled and stopped by the commands alone.

Runs in an embedded AWS whose time stands still meanwhile, so that no job ends.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from aws_cdk import App, Size, Stack

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
)
from constructs_lib.local import EmbeddedAws, Ending, Job, SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws

COMMANDS = """
submit Shortage/Render --count 10
ps Shortage
scale Shortage/Fargate --max-vcpus 20 --yes
ps Shortage
stop --queue Shortage/Queue --yes
"""


class ShortageStack(Stack):
    """A queue of four vCPUs, and a job that takes two of them."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Shortage")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=4)
        JobQueue(self, "Queue", compute_environments=[environment])
        ContainerJob(
            self,
            "Render",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sleep", "3600"],
            platform=Platform.FARGATE,
            vcpus=2,
            memory=Size.gibibytes(4),
        )


def behave(_: Job) -> tuple[float, Ending]:
    """Each job takes an hour."""
    return 3_600, Ending(0)


def main() -> None:
    """Deploy it, and call the commands one after the other, as a person would."""
    clock = VirtualClock()
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock)) as aws,
    ):
        LocalAws(aws, Path(directory)).deploy(ShortageStack(App()))
        program = str(Path(sys.executable).with_name("constructs-lib"))
        with clock.working():
            for command in COMMANDS.strip().splitlines():
                print(f"$ constructs-lib {command}")
                call = subprocess.run(
                    [program, *command.split()],
                    env={**os.environ, **aws.environment()},
                    capture_output=True,
                    text=True,
                    check=True,
                )
                print(call.stdout + call.stderr)


if __name__ == "__main__":
    main()
