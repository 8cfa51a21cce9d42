"""Numbers of attempts that AWS Batch does not take."""

from collections.abc import Iterator
from typing import Any

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_ATTEMPTS, MIN_ATTEMPTS


def _look(pipelines: Pipelines) -> Iterator[Found]:
    places: list[tuple[Resource, tuple[str | int, ...], Any, str]] = [
        *((each.resource, ("RetryStrategy",), each.properties, each.shown) for each in pipelines.definitions),
        *((each.resource, each.path, each.request, each.shown) for each in pipelines.submits),
    ]
    for resource, path, values, shown in places:
        attempts = number(member(values.get("RetryStrategy"), "Attempts"))
        if attempts is not None and not MIN_ATTEMPTS <= attempts <= MAX_ATTEMPTS:
            allowed = f"AWS Batch allows {MIN_ATTEMPTS} to {MAX_ATTEMPTS}"
            yield Found(resource, path, f"{attempts:g} attempts of {shown}", allowed)


RULE = Rule(
    id="CHECK204",
    title="a job has 1 to 10 attempts",
    severity="error",
    otherwise=("RegisterJobDefinition and SubmitJob refuse the number."),
    fix="Ask for 1 to 10 attempts; what should be tried more often is retried by the state machine.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html",
    example=Example(pipeline(job="RetryStrategy: {Attempts: <VALUE>}"), wrong="11", right="10"),
    look=_look,
)
