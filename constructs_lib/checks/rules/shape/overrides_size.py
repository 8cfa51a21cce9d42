"""Overrides that are longer than Amazon ECS takes."""

import re
from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.model.values import items, least_characters, member, text
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS

_REFERENCE: Final = re.compile(r"Ref::(\w+)")
_AROUND_VARIABLE: Final = len('{"name":"","value":""},')
_AROUND_WORD: Final = len('"",')
_LONG: Final = MAX_CONTAINER_OVERRIDES_CHARACTERS + 1


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        filled = _filled_command(submit)
        for containers in submit.overridden or [[{}]]:
            length = sum(_length(container, filled, submit.request.get("Parameters")) for container in containers)
            if length > MAX_CONTAINER_OVERRIDES_CHARACTERS:
                got = f"overrides of {length:,} characters in {submit.shown}"
                allowed = f"Amazon ECS takes {MAX_CONTAINER_OVERRIDES_CHARACTERS:,}"
                yield Found(submit.resource, submit.path, got, allowed)


def _length(container: Any, otherwise: list[Any], parameters: Any) -> int:
    """Of what is said otherwise of a container, with the command that it has otherwise."""
    entries = items(member(container, "Environment")) or ()
    texts = [member(entry, key) for entry in entries for key in ("Name", "Value")]
    own = items(member(container, "Command")) or []
    words = [_filled(word, parameters) for word in own] or otherwise
    variables = sum(map(least_characters, texts)) + _AROUND_VARIABLE * len(texts) // 2
    return variables + sum(least_characters(word) + _AROUND_WORD for word in words)


def _filled_command(submit: Submit) -> list[Any]:
    """The command of the definition with its parameters; none if there are none in it: it is no override then."""
    containers = submit.definition.containers if submit.definition else []
    words = items(containers[0].body.get("Command")) or [] if len(containers) == 1 else []
    filled = [_filled(word, submit.request.get("Parameters")) for word in words]
    return filled if filled != words else []


def _filled(word: Any, parameters: Any) -> Any:
    """A word of a command with its parameters; what is not known of them is left out."""
    if not isinstance(word, str):
        return word
    return _REFERENCE.sub(lambda found: text(member(parameters, found[1])) or "", word)


RULE = Rule(
    id="CHECK212",
    title="the overrides of a job have up to 8,192 characters",
    severity="error",
    otherwise=(
        "AWS Batch takes the job, and it fails when it is started: `Container Overrides length must be at most 8192`. "
        "Variables and the command count, with the JSON around them."
    ),
    fix="Put what is long to S3, and give the job its address.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html",
    example=Example(
        pipeline(submit="ContainerOverrides: {Environment: [{Name: ITEMS, Value: <VALUE>}]}"),
        wrong="x" * _LONG,
        right="s3://bucket/items.json",
    ),
    look=_look,
)
