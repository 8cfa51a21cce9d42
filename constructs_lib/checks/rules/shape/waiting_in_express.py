"""State machines of type EXPRESS that are told to wait."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_WAITING: Final = (".sync", ".sync:2", ".waitForTaskToken")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        if state.machine.properties.get("StateMachineType") == "EXPRESS" and state.resource.endswith(_WAITING):
            name = state.resource.removeprefix("arn:aws:states:::")
            got = f"{name} in state {state.name!r} of type EXPRESS"
            yield Found(state.machine, (*state.place, "Resource"), got, "only type STANDARD can wait")


RULE = Rule(
    id="CHECK225",
    title="only a state machine of type STANDARD waits for jobs",
    severity="error",
    otherwise=(
        "CreateStateMachine refuses the definition: `Express state machine does not support '.sync' service "
        "integration`."
    ),
    fix="Set StateMachineType to STANDARD, or leave .sync out: an execution of type EXPRESS ends after 5 minutes.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html",
    example=Example(
        pipeline().replace("    RoleArn:", "    StateMachineType: <VALUE>\n    RoleArn:"),
        wrong="EXPRESS",
        right="STANDARD",
    ),
    look=_look,
)
