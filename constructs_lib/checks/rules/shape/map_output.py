"""Map states whose items are known to be too many for the descriptions of their jobs."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, fan_out
from constructs_lib.checks.kept_descriptions import DESCRIPTION_BYTES, maps_that_keep
from constructs_lib.checks.model.flows import count_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state, submit in maps_that_keep(pipelines):
        count = count_of(state)
        if count is not None and count * DESCRIPTION_BYTES > STEP_FUNCTIONS_PAYLOAD_BYTES:
            got = f"{count:,} descriptions of jobs by {submit.shown}, each of {DESCRIPTION_BYTES:,} bytes or more"
            allowed = f"state {state.name!r} hands on {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes"
            yield Found(state.machine, state.place, got, allowed)


RULE = Rule(
    id="CHECK222",
    title="what the jobs of a Map leave is no more than a state hands on",
    severity="error",
    otherwise=(
        "The Map fails when all of its jobs have run: `States.DataLimitExceeded`. A job that is waited for leaves its "
        "whole description, of a thousand bytes or more."
    ),
    fix="Keep what is needed: Output or ResultSelector of the state that submits, such as the JobId.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    example=Example(
        fan_out(items="'{% [1..500] %}'", task="Output: <VALUE>"),
        wrong="!Ref AWS::NoValue",
        right="'{% $states.result.JobId %}'",
    ),
    look=_look,
)
