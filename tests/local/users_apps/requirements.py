"""A program of one's own with its Dockerfile and its requirements, behind a workflow."""

import shutil
from pathlib import Path

from aws_cdk import App, Size, Stack
from constructs import Construct

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

SCORING = Path(__file__).parent / "scoring"


class Scores(Stack):
    """Scores each of a list of documents."""

    def __init__(self, scope: Construct, construct_id: str, *, source: Path) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        score = ContainerJob(
            self,
            "Score",
            image=JobImage.from_directory(self, "Image", str(source)),
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        BatchStateMachine(self, "Machine", definition=ArrayFanOut(self, "Each", job=score, queue=queue))


def build(app: App, *, changed: bool) -> None:
    """Later with an edited program."""
    if not changed:
        Scores(app, "Scores", source=SCORING)
        return
    edited = Path(app.outdir).with_name("scoring")
    shutil.copytree(SCORING, edited, ignore=shutil.ignore_patterns("__pycache__"))
    program = edited / "score.py"
    program.write_text(program.read_text().replace("length(terms)", "max(terms[].weight)"))
    Scores(app, "Scores", source=edited)
