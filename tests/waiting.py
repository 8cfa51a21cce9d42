"""Waiting for another thread or process: every wait of the tests has a deadline, and reports what it saw last."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")

_PAUSE = 0.005


def until(condition: Callable[[], _T], *, seconds: float = 30, pause: float = _PAUSE) -> _T:
    """Ask until something holds.

    Args:
        condition: is asked again and again.
        seconds: after which the test fails.
        pause: the seconds from one question to the next; longer where the answer takes work, as reading /proc does.

    Returns:
        The first answer that is true.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds; the last answer: {answer!r}"
        time.sleep(pause)
    return answer


def ended_execution(client: Any, arn: str, *, seconds: float = 60) -> dict[str, Any]:
    """An execution of a state machine as DescribeExecution has it, once it has ended."""

    def described() -> dict[str, Any] | None:
        found = client.describe_execution(executionArn=arn)
        return None if found["status"] == "RUNNING" else dict(found)

    return until(described, seconds=seconds) or {}


def settled_stack(client: Any, name: str, *, seconds: float = 60) -> dict[str, Any]:
    """A stack as DescribeStacks has it, once nothing is being done to it; a deleted one is asked for by its id."""

    def described() -> dict[str, Any] | None:
        [found] = client.describe_stacks(StackName=name)["Stacks"]
        return None if found["StackStatus"].endswith("_IN_PROGRESS") else dict(found)

    return until(described, seconds=seconds) or {}
