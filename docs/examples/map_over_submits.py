"""A Map state that submits a job for each item of a list, at most three at a time, and goes on when items fail."""

import tempfile
from pathlib import Path

from aws_cdk import App, Size, Stack
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
    SubmitJob,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

SAY = 'echo "scene $SCENE"; test "$SCENE" != broken'


class MapStack(Stack):
    """Runs over the names in ``{"scenes": [...]}``, and returns which of them succeeded."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Map")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Scene",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", SAY],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        submit = SubmitJob(
            self,
            "Process scene",
            job=job,
            queue=queue,
            environment={"SCENE": "{% $states.input %}"},
            outputs={"job": "{% $states.result.JobId %}", "succeeded": True},
        )
        failed = sfn.Pass.jsonata(self, "Note failure", outputs={"succeeded": False})
        submit.add_catch(failed)
        each = sfn.Map.jsonata(
            self, "Each scene", items=sfn.ProvideItems.jsonata("{% $states.input.scenes %}"), max_concurrency=3
        )
        each.item_processor(submit)
        BatchStateMachine(self, "StateMachine", definition=each)


def main() -> None:
    """Deploy it, and run four scenes through it, of which one is broken."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(MapStack(App()))
        outcome = stack.run({"scenes": ["north", "south", "broken", "west"]})
        print(outcome.status, [scene["succeeded"] for scene in outcome.output])
        for job in outcome.jobs:
            print(job.name, job.status, job.text.strip())


if __name__ == "__main__":
    main()
