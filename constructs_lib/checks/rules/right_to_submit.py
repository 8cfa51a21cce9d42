"""State machines that may not submit."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE, actions_of
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: states.amazonaws.com}}]
    Policies:
      - PolicyName: submit
        PolicyDocument: {Statement: [{Effect: Allow, Action: <VALUE>, Resource: '*'}]}
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
          Parameters: {JobName: run, JobQueue: charts, JobDefinition: charts}
          End: true
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        role = pipelines.model.find(submit.resource.properties.get("RoleArn"), ROLE) if submit.state else None
        allowed = actions_of(pipelines.model, role) if role else None
        if role and allowed is not None and not any(fnmatchcase("batch:submitjob", each.lower()) for each in allowed):
            got = f"no batch:SubmitJob for {role.shown}, the role of {submit.resource.shown}"
            yield Found(submit.resource, ("RoleArn",), got, f"{submit.shown} submits jobs")


RULE = Rule(
    id="CHECK607",
    title="the role of a state machine may submit the jobs that it submits",
    severity="error",
    otherwise=("The state fails in each execution: `is not authorized to perform: batch:SubmitJob`."),
    fix="Allow batch:SubmitJob in a policy of the role.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html#batch-iam",
    example=Example(_TEMPLATE, wrong="batch:DescribeJobs", right="batch:SubmitJob"),
    look=_look,
)
