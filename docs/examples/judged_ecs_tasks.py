"""A Map over Fargate tasks whose outcome is judged: a few failures are noted, too many fail the execution.

The tasks run in a cluster of Amazon ECS, without AWS Batch: one for each item, at most twenty at a time.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import BatchNetwork, BatchStateMachine, EcsTaskFanOut, JobImage, Platform
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "documents_job"
TOLERATED_PERCENT = 25


class JudgedStack(Stack):
    """Runs over the texts in ``{"items": [...]}``."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Judged")
        network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        image = JobImage.from_python(self, "Image", MODULES, handler="documents:split")
        definition = ecs.FargateTaskDefinition(self, "Task", cpu=256, memory_limit_mib=512)
        definition.add_container(
            "Worker",
            image=image.container_image,
            logging=ecs.LogDrivers.aws_logs(stream_prefix="split", log_retention=logs.RetentionDays.ONE_MONTH),
        )
        cluster = ecs.Cluster(self, "Cluster", vpc=network, container_insights_v2=ecs.ContainerInsights.ENABLED)
        texts = EcsTaskFanOut(
            self,
            "Texts",
            cluster=cluster,
            task_definition=definition,
            max_concurrency=20,
            tolerated_failure_percentage=TOLERATED_PERCENT,
        )
        judged = sfn.Choice.jsonata(self, "Did all succeed?")
        judged.when(
            sfn.Condition.jsonata("{% $states.input.failed = 0 %}"),
            sfn.Pass.jsonata(self, "Complete", outputs={"verdict": "complete"}),
        )
        judged.otherwise(
            sfn.Pass.jsonata(
                self,
                "Incomplete",
                outputs={"verdict": "incomplete", "missing": "{% $states.input.failedIndexes %}"},
            )
        )
        BatchStateMachine(self, "StateMachine", definition=texts.next(judged))


def main() -> None:
    """Deploy it, run it with no failure, with a tolerable one and with too many, and see what the last tasks wrote."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(JudgedStack(App()))
        for texts in (["a", "b", "c", "d"], ["a", "", "c", "d"], ["a", "", "", "d"]):
            outcome = stack.run({"items": texts})
            print(outcome.status, outcome.output or outcome.error)
        call = subprocess.run(
            [str(Path(sys.executable).with_name("constructs-lib")), "logs", "Judged", "--index", "2"],
            env={**os.environ, **aws.environment()},
            capture_output=True,
            text=True,
            check=True,
        )
        print(call.stdout + call.stderr)


if __name__ == "__main__":
    main()
