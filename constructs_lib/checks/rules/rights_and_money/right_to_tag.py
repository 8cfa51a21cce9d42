"""Submits with tags that may not be given."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE, actions_of, allows
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: states.amazonaws.com}}]
    Policies:
      - PolicyName: submit
        PolicyDocument: {Statement: [{Effect: Allow, Action: ['batch:SubmitJob', <VALUE>], Resource: '*'}]}
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: !GetAtt Role.Arn
    Definition:
      StartAt: Run
      States:
        Run:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob
          Parameters: {JobName: run, JobQueue: charts, JobDefinition: charts, Tags: {team: maps}}
          End: true
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        tags = submit.request.get("Tags")
        role = pipelines.model.find(submit.role, ROLE) if isinstance(tags, dict) and tags else None
        allowed = actions_of(pipelines.model, role) if role else None
        if role and allowed is not None and not allows(allowed, "batch:TagResource"):
            got = f"Tags, and no batch:TagResource for {role.shown}, the role of {submit.resource.shown}"
            yield Found(submit.resource, submit.path, got, f"{submit.shown} tags its jobs")


RULE = Rule(
    id="CHECK609",
    title="the role of what submits jobs with tags may tag them",
    severity="error",
    otherwise="Each submit is refused: `is not authorized to perform: batch:TagResource`.",
    fix="Allow batch:TagResource beside batch:SubmitJob, on the same resources and on job/*.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/supported-iam-actions-tagging.html",
    example=Example(_TEMPLATE, wrong="batch:DescribeJobs", right="batch:TagResource"),
    look=_look,
)
