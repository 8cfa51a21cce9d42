"""Map states whose iterations are more than a history holds."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, fan_out
from constructs_lib.checks.model.flows import count_of, events_of_iteration, is_distributed
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        if state.body.get("Type") != "Map" or is_distributed(state) is not False:
            continue
        count, events = count_of(state), events_of_iteration(state)
        if count is not None and count * events > STEP_FUNCTIONS_HISTORY_EVENTS:
            got = f"{count:,} items of {events} events each in state {state.name!r}"
            allowed = f"a history holds {STEP_FUNCTIONS_HISTORY_EVENTS:,} events"
            yield Found(state.machine, state.place, got, allowed)


RULE = Rule(
    id="CHECK221",
    title="the iterations of an inline Map fit the history of an execution",
    severity="error",
    otherwise="The execution fails at 25,000 events of its history; a job of an iteration takes about 8.",
    fix="Set Mode of ItemProcessor to DISTRIBUTED, or run the items as an array job.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html",
    example=Example(
        fan_out(items="<VALUE>", task="Output: '{% $states.result.JobId %}'"),
        wrong="'{% [1..5000] %}'",
        right="'{% [1..2000] %}'",
    ),
    look=_look,
)
