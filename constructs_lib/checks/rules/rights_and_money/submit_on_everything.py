"""Rights to submit any definition to any queue."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import statements_of
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for statement in statements_of(pipelines.model):
        submits = [action for action in statement.actions if action.lower() in ("batch:submitjob", "batch:submit*")]
        if statement.is_allowed and submits and "*" in statement.resources and not statement.has_condition:
            allowed = "the ARNs of queues and definitions narrow it"
            yield Found(statement.resource, statement.path, f"{submits[0]} on *", allowed)


RULE = Rule(
    id="CHECK608",
    title="batch:SubmitJob is allowed for the queues and definitions that are submitted",
    severity="warning",
    otherwise=(
        "Who may submit any definition to any queue runs the jobs of other teams, with the roles of those, and fills "
        "their queues."
    ),
    fix="Name the ARNs of the queue and of the definition, with :* for its revisions, in Resource.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html",
    example=Example(
        """
Policy:
  Type: AWS::IAM::Policy
  Properties:
    PolicyName: submit
    Roles: [submitter]
    PolicyDocument:
      Version: '2012-10-17'
      Statement: [{Effect: Allow, Action: 'batch:SubmitJob', Resource: <VALUE>}]
""",
        wrong="'*'",
        right="['arn:aws:batch:eu-west-1:123456789012:job-queue/charts', "
        "'arn:aws:batch:eu-west-1:123456789012:job-definition/charts:*']",
    ),
    look=_look,
)
