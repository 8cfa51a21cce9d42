"""What AWS really wrote, as people have reported it, and the cause that it tells; a text is cut where they cut it."""

import json
import re
from pathlib import Path

import pytest

from constructs_lib.ops.reasons.executions.errors import explained
from constructs_lib.ops.reasons.executions.failure import Failure
from constructs_lib.ops.reasons.explanations import Cause, Finding
from constructs_lib.ops.reasons.failed import finding
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.waiting import findings
from constructs_lib.ops.reasons.waiting.blocked import blocked
from constructs_lib.ops.reasons.waiting.environments import of_environments
from constructs_lib.ops.reasons.waiting.situation import Line
from tests.unit.ops.reasons.described import environment, job, situation

_PLACEHOLDER = re.compile(r"\{|\b(?:ACTION|RESOURCE|PROGRAM|MESSAGE|MOST|ROLE NAME|IMAGE)\b")
_RECORDED: dict[str, list[dict[str, str]]] = json.loads(Path(__file__).with_name("recorded.json").read_text())


def recorded(group: str) -> pytest.MarkDecorator:
    """Run a test for each text of a group, under the name of the page that has it."""
    rows = _RECORDED[group]
    return pytest.mark.parametrize("row", rows, ids=[row["source"].partition("//")[2] for row in rows])


def is_whole(found: Finding) -> bool:
    """Whether nothing in it has stayed a placeholder, and it says what to do and where that stands."""
    texts = [found.sentence, *(fix.text for fix in found.fixes), *(fix.command or "" for fix in found.fixes)]
    return bool(found.fixes and found.evidence and found.source) and not any(
        _PLACEHOLDER.search(text) for text in texts
    )


@recorded("starts")
def test_what_ended_a_job_on_an_instance_and_on_fargate(row: dict[str, str]) -> None:
    attempt = {"container": {"reason": row["text"]}, "statusReason": "Task failed to start"}
    on_instance = job(statusReason="Task failed to start", attempts=[attempt])
    on_fargate = job(statusReason=row["text"], attempts=[{"container": {}, "statusReason": row["text"]}])
    for described in (on_instance, on_fargate):
        found = finding(FailedJob(job=described))
        assert found is not None
        assert found.cause is Cause(row["cause"])
        assert is_whole(found)


@recorded("logs")
def test_what_a_program_wrote_last(row: dict[str, str]) -> None:
    ended = {"container": {"exitCode": 1}, "statusReason": "Essential container in task exited"}
    described = job(statusReason="Essential container in task exited", attempts=[ended])
    found = finding(FailedJob(job=described, log=["working", row["text"], ""]))
    assert found is not None
    assert found.cause is Cause(row["cause"])
    assert is_whole(found)


@recorded("invalid environments")
def test_an_environment_that_is_invalid(row: dict[str, str]) -> None:
    broken = {"status": "INVALID", "statusReason": row["text"], "serviceRole": "arn:aws:iam::111122223333:role/batch"}
    [found] = of_environments([environment() | broken])
    assert found.cause is Cause.ENVIRONMENT_INVALID
    assert row["words"] in found.sentence
    assert is_whole(found)
    assert "--state DISABLED" in str(found.fixes[-2].command)


@recorded("blocked")
def test_each_reason_by_which_aws_batch_calls_a_job_blocked(row: dict[str, str]) -> None:
    found = blocked(job(status="RUNNABLE", statusReason=row["text"]))
    assert found is not None
    assert found.cause is Cause(row["cause"])
    assert is_whole(found)


@recorded("executions")
def test_an_execution_that_failed(row: dict[str, str]) -> None:
    failure = Failure(error=row["error"], cause=row["text"], state="Render", role="arn:aws:iam::111122223333:role/M")
    found = explained(failure)
    assert found is not None
    assert found.cause is Cause(row["cause"])
    assert is_whole(found)


@recorded("activities")
def test_what_ec2_auto_scaling_says_of_instances_that_it_cannot_start(row: dict[str, str]) -> None:
    activities = {"spot": [{"StatusCode": "Failed", "StatusMessage": row["text"]}]}
    [found] = findings(situation(job(status="RUNNABLE"), environment(), line=Line(), activities=activities))
    assert found.cause is Cause(row["cause"])
    assert any(row["text"][:100] in line for line in found.evidence)
