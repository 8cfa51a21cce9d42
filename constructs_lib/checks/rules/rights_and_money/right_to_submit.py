"""State machines, rules, schedules and pipes that may not submit."""

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
        role = pipelines.model.find(submit.role, ROLE)
        allowed = actions_of(pipelines.model, role) if role else None
        if role and allowed is not None and not allows(allowed, "batch:SubmitJob"):
            got = f"no batch:SubmitJob for {role.shown}, the role of {submit.resource.shown}"
            path = ("RoleArn",) if "RoleArn" in submit.resource.properties else submit.path
            yield Found(submit.resource, path, got, f"{submit.shown} submits jobs")


RULE = Rule(
    id="CHECK607",
    title="the role of what submits jobs may submit them",
    severity="error",
    otherwise=(
        "The state fails in each execution: `is not authorized to perform: batch:SubmitJob`; a rule, a schedule or a "
        "pipe fails without a trace but in its metrics."
    ),
    fix="Allow batch:SubmitJob in a policy of the role.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html#batch-iam",
    example=Example(_TEMPLATE, wrong="batch:DescribeJobs", right="batch:SubmitJob"),
    look=_look,
)
