"""Concurrency that a Map state does not have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, fan_out
from constructs_lib.checks.model.flows import is_distributed
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_DISTRIBUTED_MAP_CONCURRENCY, STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        distributed = is_distributed(state) if state.body.get("Type") == "Map" else None
        asked = number(state.body.get("MaxConcurrency"))
        if distributed is None or asked is None:
            continue
        most = STEP_FUNCTIONS_DISTRIBUTED_MAP_CONCURRENCY if distributed else STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
        if asked > most:
            kind = "a distributed Map" if distributed else "an inline Map"
            got = f"MaxConcurrency {asked:,g} of state {state.name!r}"
            yield Found(state.machine, (*state.place, "MaxConcurrency"), got, f"{kind} runs {most:,} items at once")


RULE = Rule(
    id="CHECK224",
    title="a Map is not asked for more items at once than it runs",
    severity="note",
    otherwise="The other items wait: an inline Map runs about 40 at once, a distributed one 10,000.",
    fix="Set Mode of ItemProcessor to DISTRIBUTED for more than 40 at once, or run the items as an array job.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html",
    example=Example(fan_out(each="MaxConcurrency: <VALUE>"), wrong="200", right="40"),
    look=_look,
)
