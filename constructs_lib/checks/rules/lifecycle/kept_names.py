"""Names that a deleted stack keeps."""

from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.lifetimes import is_kept
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.rule import Found, Rule

_NAMES: Final[Mapping[str, str]] = {
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Batch::ComputeEnvironment": "ComputeEnvironmentName",
    "AWS::Batch::JobQueue": "JobQueueName",
}


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for kind, key in _NAMES.items():
        for resource in pipelines.of_type(kind):
            if is_kept(resource) and (name := text(resource.properties.get(key))):
                got = f"{name}, which is kept when the stack is deleted"
                yield Found(resource, (key,), got, "the stack can then not be made again")


RULE = Rule(
    id="CHECK413",
    title="what is kept when its stack is deleted has no physical name",
    severity="note",
    otherwise=(
        "The next creation of the stack fails, `already exists`, also the one after a first creation that failed "
        "if the policy is Retain."
    ),
    fix="Leave the name out, or import what is left into the new stack.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
    example=Example(
        """
Logs:
  Type: AWS::Logs::LogGroup
  DeletionPolicy: Retain
  Properties: {LogGroupName: <VALUE>, RetentionInDays: 30}
""",
        wrong="/charts",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
