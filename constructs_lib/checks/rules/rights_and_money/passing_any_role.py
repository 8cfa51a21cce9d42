"""Rights to pass any role."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import statements_of
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Policy:
  Type: AWS::IAM::Policy
  Properties:
    PolicyName: submit
    Roles: [submitter]
    PolicyDocument:
      Version: '2012-10-17'
      Statement: [{Effect: Allow, Action: 'iam:PassRole', Resource: <VALUE>}]
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for statement in statements_of(pipelines.model):
        passes = [action for action in statement.actions if action.lower() in ("iam:passrole", "iam:*", "iam:pass*")]
        if statement.is_allowed and passes and "*" in statement.resources and not statement.has_condition:
            yield Found(statement.resource, statement.path, f"{passes[0]} on *", "the roles that are passed are known")


RULE = Rule(
    id="CHECK602",
    title="iam:PassRole is allowed for the roles that are passed",
    severity="warning",
    otherwise=("Who may pass any role to AWS Batch may run a job with the rights of an administrator."),
    fix="Name the roles of the jobs in Resource, or the service in a condition for iam:PassedToService.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    example=Example(_TEMPLATE, wrong="'*'", right="'arn:aws:iam::123456789012:role/job'"),
    look=_look,
)
