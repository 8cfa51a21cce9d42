"""Submits that say otherwise what their kind of job does not have."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown

_CONTAINER: Final = "ContainerOverrides"
_TASK: Final = "EcsPropertiesOverride"
_PODS: Final = "EksPropertiesOverride"
_NODES: Final = "NodeOverrides"
_REFUSED: Final = {
    "ContainerProperties": ("of one container", (_TASK, _PODS, _NODES)),
    "EcsProperties": ("of several containers", (_CONTAINER, _PODS, _NODES)),
    "EksProperties": ("of pods", (_CONTAINER, _TASK, _NODES)),
    "NodeProperties": ("of several nodes", (_CONTAINER, _TASK, _PODS, "ArrayProperties")),
}
"""By what a definition has: what its jobs are, and what a submit of them must not have."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        kind = _kind(submit.definition) if submit.definition else None
        words, names = _REFUSED[kind] if kind else ("", ())
        for name in names:
            given = submit.request.get(name)
            if submit.definition and given is not None and not isinstance(given, Unknown):
                got = f"{name} in {submit.shown}"
                yield Found(submit.resource, submit.path, got, f"{submit.definition.shown} is {words}")


def _kind(definition: Definition) -> str | None:
    known = [
        name
        for name in _REFUSED
        if name in definition.properties and not isinstance(definition.properties[name], Unknown)
    ]
    return known[0] if len(known) == 1 else None


RULE = Rule(
    id="CHECK227",
    title="a submit says otherwise only what its kind of job has",
    severity="error",
    otherwise="SubmitJob refuses the job; there are no arrays of multi-node parallel jobs.",
    fix=(
        "Use the overrides of that kind: ContainerOverrides of one container, EcsPropertiesOverride of several, "
        "NodeOverrides of nodes, EksPropertiesOverride of pods."
    ),
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(
        pipeline(submit="EcsPropertiesOverride: <VALUE>"),
        wrong="{TaskProperties: [{Containers: [{Name: main, Command: ['true']}]}]}",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
