"""State machines that may not end what they wait for."""

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
        PolicyDocument:
          Statement:
            - Effect: Allow
              Action: ['batch:SubmitJob', 'batch:DescribeJobs', 'events:*', <VALUE>]
              Resource: '*'
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
        if submit.state is None or not submit.state.resource.endswith(".sync"):
            continue
        role = pipelines.model.find(submit.resource.properties.get("RoleArn"), ROLE)
        allowed = actions_of(pipelines.model, role) if role else None
        if (
            role
            and allowed is not None
            and not any(fnmatchcase("batch:terminatejob", each.lower()) for each in allowed)
        ):
            got = f"no batch:TerminateJob for {role.shown}, the role of {submit.resource.shown}"
            yield Found(submit.resource, ("RoleArn",), got, f"{submit.shown} waits for jobs")


RULE = Rule(
    id="CHECK507",
    title="the role of a state machine may terminate the jobs that it waits for",
    severity="warning",
    otherwise=(
        "An execution that is stopped, or whose state times out, leaves its jobs: they run, and cost, to their end."
    ),
    fix="Allow batch:TerminateJob in a policy of the role, as for the jobs with a tag of the state machine.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html#batch-iam",
    example=Example(_TEMPLATE, wrong="'batch:ListJobs'", right="'batch:TerminateJob'"),
    look=_look,
)
