"""Calls that cannot be waited for."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import definition_path
from constructs_lib.checks.rule import Found, Rule

_AT_ONCE = ("apigateway:", "aws-sdk:", "dynamodb:", "events:", "http:", "lambda:", "sns:", "sqs:")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for state in pipelines.states:
        name = state.resource.removeprefix("arn:aws:states:::")
        if name.startswith(_AT_ONCE) and name.endswith((".sync", ".sync:2")):
            path = (*definition_path(state.machine), *state.path, "Resource")
            yield Found(
                state.machine, path, f"{name} in state {state.name!r}", f"{name.partition('.sync')[0]} has no .sync"
            )


RULE = Rule(
    id="CHECK209",
    title="only integrations that run jobs are waited for with .sync",
    severity="error",
    otherwise=("CreateStateMachine refuses the definition: an integration that answers at once has no .sync."),
    fix="Leave .sync out; what the call starts is waited for by a token, or by asking in a loop.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
    example=Example(
        """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: Tell
      States:
        Tell:
          Type: Task
          Resource: <VALUE>
          Parameters: {Message: done, TopicArn: 'arn:aws:sns:eu-west-1:123456789012:topic'}
          End: true
""",
        wrong="arn:aws:states:::sns:publish.sync",
        right="arn:aws:states:::sns:publish",
    ),
    look=_look,
)
