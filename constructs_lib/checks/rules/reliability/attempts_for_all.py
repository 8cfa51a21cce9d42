"""Retry strategies that try again, whatever a job failed of."""

from collections.abc import Iterator
from typing import Any

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import items, member, number, text
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    places: list[tuple[Resource, tuple[str | int, ...], Any, str]] = [
        *((each.resource, ("RetryStrategy",), each.properties, each.shown) for each in pipelines.definitions),
        *((each.resource, each.path, each.request, each.shown) for each in pipelines.submits),
    ]
    for resource, path, values, shown in places:
        strategy = values.get("RetryStrategy")
        attempts = number(member(strategy, "Attempts")) or 0
        if attempts > 1 and _never_ends(member(strategy, "EvaluateOnExit")):
            got = f"{attempts:g} attempts of {shown} for every failure"
            yield Found(resource, path, got, "no entry of EvaluateOnExit ends it")


def _never_ends(conditions: Any) -> bool:
    entries = items(conditions)
    if entries is None:
        return False
    actions = [text(member(entry, "Action")) for entry in entries]
    return all(action is not None and action.upper() != "EXIT" for action in actions)


RULE = Rule(
    id="CHECK505",
    title="a job is tried again for reasons, not for every failure",
    severity="note",
    otherwise=(
        "A program that fails of its input runs as many times as there are attempts, and is paid for each time: what "
        "no entry of EvaluateOnExit fits is tried again, too."
    ),
    fix=(
        "Add entries to EvaluateOnExit: RETRY for `Host EC2*`, or on Fargate for `Your Spot Task was interrupted*`, "
        "and EXIT for `*` as the last; or EXIT for `Essential container in task exited`."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html",
    example=Example(
        pipeline(job="RetryStrategy: {Attempts: 3, EvaluateOnExit: <VALUE>}"),
        wrong="[{Action: RETRY, OnStatusReason: 'Host EC2*'}]",
        right="[{Action: RETRY, OnStatusReason: 'Host EC2*'}, {Action: EXIT, OnReason: '*'}]",
    ),
    look=_look,
)
