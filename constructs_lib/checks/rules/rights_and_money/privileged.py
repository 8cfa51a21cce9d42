"""Containers with the rights of their host."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import flag
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        for container in definition.containers:
            if flag(container.body.get("Privileged")):
                path = (*container.path, "Privileged")
                yield Found(definition.resource, path, "a privileged container", "jobs hardly ever need that")


RULE = Rule(
    id="CHECK603",
    title="a container is not privileged",
    severity="warning",
    otherwise=(
        "A privileged container is root on its instance, and reaches the other jobs on it and the role of the instance."
    ),
    fix="Leave Privileged out; single rights come by LinuxParameters, such as a device.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerProperties.html",
    example=Example(pipeline(container="Privileged: <VALUE>"), wrong="true", right="false"),
    look=_look,
)
