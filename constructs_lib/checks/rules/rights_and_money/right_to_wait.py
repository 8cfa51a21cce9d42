"""State machines that may not wait for jobs."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE, actions_of, allows
from constructs_lib.checks.rule import Found, Rule

_WAITS: Final = "arn:aws:states:::batch:submitJob.sync"
_NEEDED: Final = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_TEMPLATE = """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: states.amazonaws.com}}]
    Policies:
      - PolicyName: submit
        PolicyDocument: {Statement: [{Effect: Allow, Action: ['batch:*Job*', <VALUE>], Resource: '*'}]}
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: !GetAtt Role.Arn
    Definition:
      StartAt: Run
      States:
        Run:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob.sync
          Parameters: {JobName: run, JobQueue: charts, JobDefinition: charts}
          TimeoutSeconds: 3600
          End: true
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        waits = submit.state is not None and submit.state.resource == _WAITS
        role = pipelines.model.find(submit.role, ROLE) if waits else None
        allowed = actions_of(pipelines.model, role) if role else None
        missing = [action for action in _NEEDED if allowed is not None and not allows(allowed, action)]
        if role and missing:
            got = f"no {', '.join(missing)} for {role.shown}, the role of {submit.resource.shown}"
            yield Found(
                submit.resource, ("RoleArn",), got, f"{submit.shown} waits for its job by a rule of EventBridge"
            )


RULE = Rule(
    id="CHECK610",
    title="the role of a state machine that waits for jobs may make the rule that tells it of their end",
    severity="error",
    otherwise="The state machine is refused: its role is not authorized to create managed-rule.",
    fix="Allow these actions on rule/StepFunctionsGetEventsForBatchJobsRule.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html#batch-iam",
    example=Example(_TEMPLATE, wrong="'events:PutRule'", right="'events:*'"),
    look=_look,
)
