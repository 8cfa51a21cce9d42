"""A pipeline for the commands to look after: tiles are rendered by an array job, and long jobs share its queue."""

import os
import subprocess
import sys
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
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "tiles_job"
ITEMS = ["a.png", "b.txt", "c.png"]
"""One of them is no picture."""


class TilesStack(Stack):
    """Renders the tiles in ``{"items": [...]}``."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Tiles")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=4)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        image = JobImage.from_python(self, "Image", MODULES, handler="tiles:render")
        size = {"platform": Platform.FARGATE, "vcpus": 1, "memory": Size.gibibytes(2)}
        render = ContainerJob(self, "Render", image=image, **size)
        busybox = JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37")
        ContainerJob(self, "Long", image=busybox, command=["sleep", "600"], **size)
        fan_out = ArrayFanOut(self, "Items", job=render, queue=queue)
        BatchStateMachine(self, "StateMachine", definition=fan_out)


def main() -> None:
    """Deploy it, run it over a list with a mistake, and look at what has failed."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(TilesStack(App()))
        print(stack.run({"items": ITEMS}).status)
        program = str(Path(sys.executable).with_name("constructs-lib"))
        environment = {**os.environ, **aws.environment()}
        for command in (["status", "Tiles"], ["ps", "Tiles"]):
            call = subprocess.run([program, *command], env=environment, capture_output=True, text=True, check=True)
            print(call.stdout)


if __name__ == "__main__":
    main()
