"""Map states that end with the first item that fails."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, fan_out
from constructs_lib.checks.model.flows import map_around
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.submits import Submit, shown_together
from constructs_lib.checks.rule import Found, Rule

_TOLERANT: Final = (
    "Catch",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    failing: dict[State, list[Submit]] = {}
    for submit in pipelines.submits:
        state = submit.state
        outer = map_around(state) if state else None
        if state is None or outer is None or not state.resource.endswith(".sync"):
            continue
        if not any(field in each.body for each in (state, *state.all_around) for field in _TOLERANT):
            failing.setdefault(outer, []).append(submit)
    for outer, submits in failing.items():
        got = f"no Catch for a job that fails by {shown_together(submits)}"
        allowed = f"state {outer.name!r} and the jobs of its other items end"
        yield Found(submits[0].resource, submits[0].path, got, allowed)


RULE = Rule(
    id="CHECK506",
    title="a Map over jobs goes on, or tells, when one of them fails",
    severity="warning",
    otherwise=(
        "One job that fails ends the Map: the jobs of all other items are terminated, what they did is lost, and "
        "nothing says which items are left."
    ),
    fix=(
        "Add a Catch to the state that submits, which notes the item, or one to the Map; or tolerate failures of a "
        "distributed Map. A MapFanOut and a DistributedFanOut have it."
    ),
    source="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
    example=Example(
        fan_out(each="Catch: <VALUE>"),
        wrong="!Ref AWS::NoValue",
        right="[{ErrorEquals: [States.ALL], Next: Done}]",
    ),
    look=_look,
)
