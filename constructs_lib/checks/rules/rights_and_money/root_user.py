"""Containers that are told to be root."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        for container in definition.containers:
            user = text(container.body.get("User")) or str(container.body.get("User", ""))
            if user.partition(":")[0] in ("root", "0"):
                yield Found(
                    definition.resource, (*container.path, "User"), user, "programs hardly ever need to be root"
                )


RULE = Rule(
    id="CHECK612",
    title="a container is not told to be root",
    severity="note",
    otherwise="Who breaks out of the container is root on its instance; in it, every file can be changed.",
    fix="Name a user of the image in User; images say in USER which they have.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
    example=Example(pipeline(container="User: <VALUE>"), wrong="root", right="'1000'"),
    look=_look,
)
