"""Timeouts that are too short."""

from collections.abc import Iterator
from typing import Any

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MIN_TIMEOUT_SECONDS


def _look(pipelines: Pipelines) -> Iterator[Found]:
    places: list[tuple[Resource, tuple[str | int, ...], Any, str]] = [
        *((each.resource, ("Timeout",), each.properties, each.shown) for each in pipelines.definitions),
        *((each.resource, each.path, each.request, each.shown) for each in pipelines.submits),
    ]
    for resource, path, values, shown in places:
        seconds = number(member(values.get("Timeout"), "AttemptDurationSeconds"))
        if seconds is not None and seconds < MIN_TIMEOUT_SECONDS:
            allowed = f"the least is {MIN_TIMEOUT_SECONDS} seconds"
            yield Found(resource, path, f"{seconds:g} seconds for an attempt of {shown}", allowed)


RULE = Rule(
    id="CHECK205",
    title="the timeout of an attempt is 60 seconds or more",
    severity="error",
    otherwise=("RegisterJobDefinition and SubmitJob refuse the timeout."),
    fix="Give an attempt 60 seconds or more.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html",
    example=Example(pipeline(job="Timeout: {AttemptDurationSeconds: <VALUE>}"), wrong="30", right="60"),
    look=_look,
)
