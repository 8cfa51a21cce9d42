"""Conditions of retries that AWS Batch does not take."""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_EVALUATE_ON_EXIT, MAX_EVALUATE_ON_EXIT_CHARACTERS

_PATTERNS: Final = ("OnExitCode", "OnReason", "OnStatusReason")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    places: list[tuple[Resource, tuple[str | int, ...], Any, str]] = [
        *((each.resource, ("RetryStrategy",), each.properties, each.shown) for each in pipelines.definitions),
        *((each.resource, each.path, each.request, each.shown) for each in pipelines.submits),
    ]
    for resource, path, values, shown in places:
        strategy = values.get("RetryStrategy")
        for got, allowed in _wrong(strategy) if isinstance(strategy, dict) else ():
            yield Found(resource, path, f"{got} of {shown}", allowed)


def _wrong(strategy: dict[str, Any]) -> Iterator[tuple[str, str]]:
    certain = [entry for entry in items(strategy.get("EvaluateOnExit")) or () if isinstance(entry, dict)]
    if certain and "Attempts" not in strategy:
        yield "EvaluateOnExit without Attempts", "both are needed"
    if len(certain) > MAX_EVALUATE_ON_EXIT:
        yield f"{len(certain)} entries of EvaluateOnExit", f"AWS Batch takes {MAX_EVALUATE_ON_EXIT}"
    for entry in certain:
        for name in _PATTERNS:
            pattern = member(entry, name)
            if not isinstance(pattern, str | int):
                continue
            written = str(pattern)
            if len(written) > MAX_EVALUATE_ON_EXIT_CHARACTERS:
                yield f"{name} of {len(written)} characters", f"AWS Batch takes {MAX_EVALUATE_ON_EXIT_CHARACTERS}"
            if "*" in written[:-1]:
                yield f"{name} {written}", "an asterisk is at the end only"
            elif name == "OnExitCode" and not written.removesuffix("*").isdecimal() and written != "*":
                yield f"{name} {written}", "an exit code has digits only, and an asterisk at the end"


RULE = Rule(
    id="CHECK229",
    title="EvaluateOnExit has up to 5 entries, beside Attempts, with an asterisk at the end only",
    severity="error",
    otherwise="RegisterJobDefinition and SubmitJob refuse the retry strategy.",
    fix="Set Attempts, join entries, and write patterns such as `Host EC2*`.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_EvaluateOnExit.html",
    example=Example(
        pipeline(job="RetryStrategy: {Attempts: 3, EvaluateOnExit: [{Action: EXIT, OnStatusReason: <VALUE>}]}"),
        wrong="'*terminated'",
        right="'Essential container*'",
    ),
    look=_look,
)
