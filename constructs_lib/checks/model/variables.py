"""The variables that containers get, from definitions and from submits.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerOverrides.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import items, member


@dataclass(frozen=True, eq=False)
class Variable:
    """A variable of a container.

    Args:
        resource: the definition, or what submits.
        path: where it stands among the properties of that.
        name: its name.
        value: its value.
    """

    resource: Resource
    path: tuple[str | int, ...]
    name: Any
    value: Any


def variables_of(pipelines: Pipelines) -> Iterator[Variable]:
    """All variables that the templates show; those of a submit stand at the submit."""
    for definition in pipelines.definitions:
        for container in definition.containers:
            for index, entry in enumerate(items(container.body.get("Environment")) or ()):
                path = (*container.path, "Environment", index)
                yield Variable(definition.resource, path, member(entry, "Name"), member(entry, "Value"))
    for submit in pipelines.submits:
        for container in (container for group in submit.overridden for container in group):
            for entry in items(member(container, "Environment")) or ():
                yield Variable(submit.resource, submit.path, member(entry, "Name"), member(entry, "Value"))
