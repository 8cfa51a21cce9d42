"""Map states over lists of any length that keep the whole description of each job."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, fan_out
from constructs_lib.checks.kept_descriptions import DESCRIPTION_BYTES, maps_that_keep
from constructs_lib.checks.model.flows import count_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES


def _look(pipelines: Pipelines) -> Iterator[Found]:
    most = STEP_FUNCTIONS_PAYLOAD_BYTES // DESCRIPTION_BYTES
    for state, submit in maps_that_keep(pipelines):
        if count_of(state) is None:
            got = f"the whole description of each job by {submit.shown}"
            yield Found(state.machine, state.place, got, f"state {state.name!r} cannot hand on more than about {most}")


RULE = Rule(
    id="CHECK223",
    title="a Map over jobs keeps what it needs of their descriptions",
    severity="note",
    otherwise=(
        "A list of some hundred items fails when all of its jobs have run: `States.DataLimitExceeded`. A job that is "
        "waited for leaves its whole description, of a thousand bytes or more."
    ),
    fix="Set Output or ResultSelector of the state that submits, such as to the JobId.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    example=Example(fan_out(task="Output: <VALUE>"), wrong="!Ref AWS::NoValue", right="'{% $states.result.JobId %}'"),
    look=_look,
)
