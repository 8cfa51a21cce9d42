"""An array job over a list: started, followed, and looked at by the commands of docs/following.md.

One child of the array for each item; the worker hands each its own, and writes what the handler returns to S3.
"""

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
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "documents_job"
COMMANDS = """
run Array --items items.json
logs Array --failed
results Array --table
history Array
"""


class ArrayStack(Stack):
    """Runs over the texts in ``{"items": [...]}``."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Array")
        network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Split",
            image=JobImage.from_python(self, "Image", MODULES, handler="documents:split"),
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        texts = ArrayFanOut(self, "Texts", job=job, queue=queue, tolerated_failures=1)
        BatchStateMachine(self, "StateMachine", definition=texts)


def main() -> None:
    """Deploy it, and call the commands one after the other, as a person would; the second text is empty, and fails."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        LocalAws(aws, Path(directory)).deploy(ArrayStack(App()))
        (Path(directory) / "items.json").write_text('["a rose is a rose", "", "so be it"]')
        program = str(Path(sys.executable).with_name("constructs-lib"))
        for command in COMMANDS.strip().splitlines():
            print(f"$ constructs-lib {command}")
            call = subprocess.run(
                [program, *command.split()],
                cwd=directory,
                env={**os.environ, **aws.environment()},
                capture_output=True,
                text=True,
                check=True,
            )
            print(call.stdout + call.stderr)


if __name__ == "__main__":
    main()
