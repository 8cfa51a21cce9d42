"""Definitions of state machines that are larger than Step Functions takes."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import MACHINE
from constructs_lib.checks.model.states import definition_path, written_definition
from constructs_lib.checks.model.values import least_bytes, least_characters
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import STEP_FUNCTIONS_DEFINITION_BYTES

_TEMPLATE = """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    DefinitionString: >-
      {"StartAt": "Tell", "States": {"Tell": {"Type": "Pass", "Next": "Tell again", "Comment": "${Note}${Note}${Note}"},
      "Tell again": {"Type": "Pass", "End": true, "Comment": "${Note}${Note}${Note}"}}}
    DefinitionSubstitutions: {Note: <VALUE>}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for machine in pipelines.of_type(MACHINE):
        written = written_definition(machine)
        if written is None:
            continue
        size = least_bytes(written) if isinstance(written, dict) else least_characters(written)
        if size > STEP_FUNCTIONS_DEFINITION_BYTES:
            allowed = f"Step Functions takes {STEP_FUNCTIONS_DEFINITION_BYTES:,}"
            yield Found(machine, definition_path(machine), f"a definition of {size:,} bytes", allowed)


RULE = Rule(
    id="CHECK215",
    title="the definition of a state machine has up to 1 MiB",
    severity="error",
    otherwise="CreateStateMachine refuses the definition.",
    fix="Start parts of it as state machines of their own, and keep lists and texts in S3.",
    source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
    example=Example(_TEMPLATE, wrong="x" * (STEP_FUNCTIONS_DEFINITION_BYTES // 6), right="Done"),
    look=_look,
)
