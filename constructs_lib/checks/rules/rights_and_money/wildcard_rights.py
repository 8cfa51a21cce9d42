"""Rights to do everything with AWS Batch."""

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
      Statement:
        - Effect: Allow
          Action: <VALUE>
          Resource:
            - arn:aws:batch:eu-west-1:123456789012:job-queue/charts
            - arn:aws:batch:eu-west-1:123456789012:job-definition/charts*
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for statement in statements_of(pipelines.model):
        wide = [action for action in statement.actions if action.lower() in ("batch:*", "*")]
        if statement.is_allowed and wide:
            yield Found(statement.resource, statement.path, wide[0], "the actions that are needed are fewer")


RULE = Rule(
    id="CHECK601",
    title="a policy names the actions of AWS Batch that are needed",
    severity="warning",
    otherwise=("Who has batch:* may delete queues and environments, and run any image with any role that it may pass."),
    fix="Name the actions: batch:SubmitJob, batch:DescribeJobs and batch:TerminateJob are what a state machine needs.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html",
    example=Example(_TEMPLATE, wrong="batch:*", right="batch:SubmitJob"),
    look=_look,
)
