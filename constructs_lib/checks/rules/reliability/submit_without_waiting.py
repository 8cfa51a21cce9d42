"""Executions that end before their jobs do."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.flows import follows
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import MACHINE
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        state = submit.state
        if state and state.resource.endswith("batch:submitJob") and _could_wait(submit) and not _looks_after(state):
            got = f"{submit.shown} without .sync"
            allowed = "the execution ends before the job, and neither its result nor a stop of it is about the job"
            yield Found(submit.resource, (*submit.path, "Resource"), got, allowed)


def _could_wait(submit: Submit) -> bool:
    """Whether nothing is known that keeps it from waiting."""
    definition = submit.definition
    has_parts = definition and (definition.is_of_several_nodes or "EcsProperties" in definition.properties)
    kind = submit.resource.properties.get("StateMachineType")
    return not has_parts and submit.resource.type == MACHINE and kind in (None, "STANDARD")


def _looks_after(state: State) -> bool:
    """Whether something follows, there or around it, that may ask for the job, wait for it or end it."""
    return any(
        body.get("Type") in ("Task", "Map", "Parallel") for each in (state, *state.all_around) for body in follows(each)
    )


RULE = Rule(
    id="CHECK508",
    title="an execution lasts as long as the jobs that it submits",
    severity="note",
    otherwise=(
        "The execution succeeds although the job fails, and stopping it leaves the job running: nobody is told by it."
    ),
    fix="Use batch:submitJob.sync, or watch the end of the jobs by a rule of EventBridge.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
    example=Example(
        pipeline().replace("Resource: arn:aws:states:::batch:submitJob.sync", "Resource: <VALUE>"),
        wrong="arn:aws:states:::batch:submitJob",
        right="arn:aws:states:::batch:submitJob.sync",
    ),
    look=_look,
)
