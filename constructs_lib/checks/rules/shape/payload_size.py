"""Values that are larger than a state hands on."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import least_bytes
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES

_FIELDS: Final = ("Result", "Output", "Parameters", "Arguments", "ItemSelector", "ResultSelector", "Assign")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        for field in _FIELDS:
            size = least_bytes(state.known(field)) if field in state.body else 0
            if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
                got = f"{size:,} bytes of JSON in {field} of state {state.name!r}"
                allowed = f"Step Functions takes {STEP_FUNCTIONS_PAYLOAD_BYTES:,}"
                yield Found(state.machine, (*state.place, field), got, allowed)


RULE = Rule(
    id="CHECK216",
    title="what a state hands on has up to 256 KiB",
    severity="error",
    otherwise="The execution fails in that state: `States.DataLimitExceeded`.",
    fix="Put what is long to S3, and hand on its address.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    example=Example(
        """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: List
      States:
        List: {Type: Pass, Result: {items: <VALUE>}, End: true}
""",
        wrong="x" * STEP_FUNCTIONS_PAYLOAD_BYTES,
        right="s3://bucket/items.json",
    ),
    look=_look,
)
