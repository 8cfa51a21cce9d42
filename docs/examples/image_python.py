"""A Python function as a job on Graviton, without a Dockerfile; an array of it runs in an embedded AWS."""

import tempfile
from pathlib import Path

from aws_cdk import App, Size, Stack

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "image_python_job"


class PythonJobStack(Stack):
    """Counts the words of each text in ``{"items": [...]}``."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "PythonJob")
        graviton = Ec2ComputeEnvironment(
            self, "Graviton", vpc=BatchNetwork(self, "Network"), max_vcpus=16, instance_types=["c7g", "m7g"]
        )
        job = ContainerJob(
            self,
            "Count",
            image=JobImage.from_python(self, "Image", MODULES, handler="words:handler", runs_on=graviton),
            vcpus=1,
            memory=Size.mebibytes(512),
        )
        queue = JobQueue(self, "Queue", compute_environments=[graviton])
        BatchStateMachine(self, "StateMachine", definition=ArrayFanOut(self, "Texts", job=job, queue=queue))


def main() -> None:
    """Deploy it, and count the words of three texts."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(PythonJobStack(App()))
        outcome = stack.run({"items": ["a rose is a rose", "", "so be it"]})
        for index, words in sorted(outcome.results.items()):
            print(index, words)


if __name__ == "__main__":
    main()
