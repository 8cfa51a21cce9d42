"""Executions that began before a deployment end as they began, whatever submits their jobs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome

pytestmark = pytest.mark.local

MACHINES = ["Submit", "Map", "Array", "Distributed", "Stages"]
ITEMS = {"items": ["a", "b"]}


class Deployed:
    """The deployed stack and its state machines, each of which asks before it submits."""

    def __init__(self, aws: EmbeddedAws, assembly: Assembly) -> None:
        self.aws = aws
        self.stack = assembly.stack("DeployedPipelines")
        self.resources = aws.deploy(self.stack).resources

    def start(self, name: str) -> tuple[Execution, str]:
        """An execution, and the token that it waits for."""
        execution = Execution(self.aws, self._physical_id("StateMachine", f"{name}Machine"), ITEMS)
        queue = self._physical_id("Queue", "Questions")
        [message] = self.aws.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
        self.aws.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return execution, message["Body"]

    def end(self, execution: Execution, token: str) -> Outcome:
        self.aws.client("stepfunctions").send_task_success(taskToken=token, output="{}")
        outcome = execution.wait()
        assert outcome.succeeded, (outcome.error, outcome.cause)
        assert self.aws.iam.denials == []
        return outcome

    def _physical_id(self, kind: str, start: str) -> str:
        [found] = [
            name
            for logical_id, (type_, name) in self.resources.items()
            if type_.endswith(f"::{kind}") and "Batch" not in type_ and logical_id.startswith(start)
        ]
        return found


@pytest.fixture(scope="module")
def under_way(
    aws: EmbeddedAws, assembly: Assembly, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Deployed, dict[str, Any]]:
    """Executions of all state machines, and a deployment that has changed the job meanwhile."""
    deployed = Deployed(aws, assembly)
    began = {name: deployed.start(name) for name in MACHINES}
    changed: Path = tmp_path_factory.mktemp("changed") / "template.json"
    changed.write_text(deployed.stack.template_path.read_text().replace('"before"', '"after"'))
    aws.deploy(replace(deployed.stack, template_path=changed))
    return deployed, began


def printed(outcome: Outcome) -> set[str]:
    return {job.log.read_text() for job in outcome.jobs if job.log}


@pytest.mark.parametrize("name", MACHINES)
def test_an_execution_ends_as_it_began(under_way: tuple[Deployed, dict[str, Any]], name: str) -> None:
    deployed, began = under_way
    assert printed(deployed.end(*began[name])) == {"before\n"}


@pytest.mark.parametrize("name", MACHINES)
def test_an_execution_after_the_deployment_runs_the_new_job(
    under_way: tuple[Deployed, dict[str, Any]], name: str
) -> None:
    deployed, _ = under_way
    assert printed(deployed.end(*deployed.start(name))) == {"after\n"}
