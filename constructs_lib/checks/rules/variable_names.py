"""Variables with names that AWS Batch keeps for itself."""

from collections.abc import Iterator
from typing import Any

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member, text
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        for container in definition.containers:
            for name in _reserved(container.body.get("Environment")):
                yield Found(definition.resource, (*container.path, "Environment"), f"the variable {name}")
    for submit in pipelines.submits:
        for name in _reserved(member(submit.overrides, "Environment")):
            yield Found(submit.resource, submit.path, f"the variable {name} in {submit.shown}")


def _reserved(variables: Any) -> list[str]:
    names = [text(member(entry, "Name")) or "" for entry in items(variables) or ()]
    return [name for name in names if name.startswith("AWS_BATCH")]


RULE = Rule(
    id="CHECK206",
    title="the name of a variable does not begin with AWS_BATCH",
    severity="error",
    otherwise=(
        "RegisterJobDefinition and SubmitJob refuse names that begin with AWS_BATCH, which AWS Batch sets itself."
    ),
    fix="Give the variable another name.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_KeyValuePair.html",
    example=Example(
        pipeline(container="Environment: [{Name: <VALUE>, Value: '1'}]"), wrong="AWS_BATCH_SIZE", right="BATCH_SIZE"
    ),
    look=_look,
)
