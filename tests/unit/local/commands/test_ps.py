"""What `ps` prints: whole, at any width, with times and ARNs."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from constructs_lib.local.commands.ps import SHOWN, _show

STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/Words/dcf014f8-e198-479d-8004-cf9228fb2f22"
MACHINE = "Words-PipelineStateMachine8553ACA9-RKUAT1LCORKO"
EXECUTION = f"arn:aws:states:us-east-1:123456789012:execution:{MACHINE}:60feb95d-4b0c-4f15-987f-c0f85d25c69a"
JOB = "arn:aws:batch:us-east-1:123456789012:job/9767b8ab-08a2-4847-ade0-c642d946fd93"
QUEUE = "Words-Queue4A7E3555-82LDI5LCSXPP-with-a-long-name-of-its-own"


def record(**members: Any) -> dict[str, Any]:
    instance = {"endpoint": "http://localhost:4566", "pid": 7, "started": 0.0, "directory": "/run"}
    return {**instance, "stacks": [], "executions": [], "jobs": [], **members}


def printed(shown: dict[str, Any], width: int = 80) -> str:
    text = StringIO()
    _show(Console(file=text, width=width, emoji=False), shown)
    return text.getvalue()


def job(**members: Any) -> dict[str, Any]:
    times = {"createdAt": 1_700_000_000.0, "startedAt": 1_700_000_001.0, "stoppedAt": 1_700_000_003.5}
    names = {"id": "9767b8ab", "arn": JOB, "name": "Count", "queue": QUEUE}
    return {**names, "status": "FAILED", "reason": "Essential container", "children": None, **times, **members}


@pytest.mark.parametrize("width", [20, 80, 200])
def test_nothing_is_cut_off_and_each_arn_stands_alone(width: int) -> None:
    stack = {"name": "Words", "arn": STACK, "status": "UPDATE_ROLLBACK_COMPLETE", "createdAt": 1.0, "updatedAt": 60.0}
    times = {"startedAt": 1_700_000_000.0, "stoppedAt": 1_700_003_661.0}
    execution = {"name": "60feb95d", "arn": EXECUTION, "stateMachine": MACHINE, "status": "SUCCEEDED", **times}
    assert printed(record(stacks=[stack], executions=[execution], jobs=[job()]), width).splitlines()[1:] == [
        "",
        "stacks",
        "  UPDATE_ROLLBACK_COMPLETE  1970-01-01 00:01:00 UTC  Words",
        f"    {STACK}",
        "",
        "executions",
        f"  SUCCEEDED  2023-11-14 22:13:20 UTC  1:01:01  {MACHINE}",
        f"    {EXECUTION}",
        "",
        "jobs",
        "  FAILED  2023-11-14 22:13:20 UTC  2.5 s  Count",
        f"    {JOB}",
        f"    queue {QUEUE}",
        "    Essential container",
    ]


def test_what_has_not_ended_has_no_duration_and_an_array_its_children() -> None:
    children = {"RUNNING": 2, "SUCCEEDED": 0, "FAILED": 1}
    running = job(status="RUNNING", stoppedAt=None, children=children)
    assert "  RUNNING  2023-11-14 22:13:20 UTC    Count: 2 RUNNING, 1 FAILED\n" in printed(record(jobs=[running]))


def test_the_last_ones_are_shown_and_counted() -> None:
    text = printed(record(jobs=[job(name=f"Job{number}") for number in range(SHOWN + 5)]))
    assert f"jobs, the last {SHOWN} of {SHOWN + 5}" in text
    assert ("Job4\n" in text, "Job5\n" in text) == (False, True)


def test_a_name_commands_no_terminal() -> None:
    assert r"\x1b[2J[bold]" in printed(record(jobs=[job(name="\x1b[2J[bold]")]))
