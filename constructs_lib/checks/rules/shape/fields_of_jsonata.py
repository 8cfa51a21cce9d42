"""Fields of JSONPath in states of JSONata."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import definition_path
from constructs_lib.checks.rule import Found, Rule

_FIELDS = ("InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath", "ItemsPath", "TimeoutSecondsPath")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        wrong = [name for name in _FIELDS if name in state.body]
        if state.is_jsonata and wrong:
            path = (*definition_path(state.machine), *state.path, wrong[0])
            yield Found(state.machine, path, f"{', '.join(wrong)} in state {state.name!r} of JSONata")


RULE = Rule(
    id="CHECK207",
    title="a state of JSONata has no fields of JSONPath",
    severity="error",
    otherwise=("CreateStateMachine refuses the definition."),
    fix="Use Arguments, Output and Assign, or set QueryLanguage of the state to JSONPath.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html",
    example=Example(
        """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: Begin
      States:
        Begin: {Type: Pass, QueryLanguage: <VALUE>, ResultPath: $.begun, End: true}
""",
        wrong="JSONata",
        right="JSONPath",
    ),
    look=_look,
)
