"""Roles that do not trust the service that takes them."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.duties import duties_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for duty in duties_of(pipelines):
        if not duty.is_trusted:
            got = f"{duty.role.shown}, which does not trust {duty.service}.amazonaws.com"
            yield Found(duty.resource, duty.path, got, "that is who takes it")


RULE = Rule(
    id="CHECK621",
    title="a role trusts the service that takes it",
    severity="error",
    otherwise=(
        "A state machine, a rule or a schedule is refused, an environment becomes INVALID, and each job ends with "
        "`ECS was unable to assume the role`."
    ),
    fix="Name that service as a principal in AssumeRolePolicyDocument.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    example=Example(
        pipeline(container="JobRoleArn: !GetAtt Role.Arn")
        + """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: <VALUE>}}]
""",
        wrong="batch.amazonaws.com",
        right="ecs-tasks.amazonaws.com",
    ),
    look=_look,
)
