"""Buckets and repositories that keep their stack from being deleted."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.lifetimes import is_kept
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_BUCKET = "AWS::S3::Bucket"
_REPOSITORY = "AWS::ECR::Repository"


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for resource in pipelines.of_type(_BUCKET, _REPOSITORY):
        if is_kept(resource) is not False or resource.key in pipelines.handed_on:
            continue  # something here may empty it
        if resource.type == _BUCKET:
            yield Found(resource, (), "a bucket that nothing empties", "S3 deletes only empty ones")
        elif str(resource.properties.get("EmptyOnDelete", False)).lower() == "false":
            yield Found(resource, (), "a repository without EmptyOnDelete", "Amazon ECR deletes only empty ones")


RULE = Rule(
    id="CHECK411",
    title="a bucket or repository that goes with its stack is emptied, or is kept",
    severity="note",
    otherwise="As soon as something is in it, the deletion of the stack ends in DELETE_FAILED.",
    fix=(
        "Set DeletionPolicy to Retain if its content matters; else EmptyOnDelete of a repository, or the "
        "auto_delete_objects of the CDK for a bucket."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
    example=Example(
        """
Images:
  Type: AWS::ECR::Repository
  Properties: {EmptyOnDelete: <VALUE>}
""",
        wrong="false",
        right="true",
    ),
    look=_look,
)
