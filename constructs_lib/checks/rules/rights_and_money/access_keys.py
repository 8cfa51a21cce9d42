"""Keys of AWS in variables and commands."""

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, text
from constructs_lib.checks.model.variables import variables_of
from constructs_lib.checks.rule import Found, Rule

_KEY: Final = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for variable in variables_of(pipelines):
        if (value := text(variable.value)) and _KEY.search(value):
            yield Found(variable.resource, variable.path, f"an access key in {variable.name}", "a role needs none")
    for definition in pipelines.definitions:
        for container in definition.containers:
            for index, word in enumerate(items(container.body.get("Command")) or ()):
                if (value := text(word)) and _KEY.search(value):
                    path = (*container.path, "Command", index)
                    yield Found(definition.resource, path, "an access key in the command", "a role needs none")


RULE = Rule(
    id="CHECK617",
    title="a job has its rights by a role, and no access key",
    severity="warning",
    otherwise="Who reads the definition or the template has the rights of that user, from anywhere and until it ends.",
    fix="Set JobRoleArn to a role with these rights, and delete the key.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
    example=Example(
        pipeline(container="Environment: [{Name: KEY, Value: <VALUE>}]"),
        wrong="AKIAIOSFODNN7EXAMPLE",
        right="charts",
    ),
    look=_look,
)
