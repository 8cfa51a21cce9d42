"""File systems and long-lived logs that go with their stack."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.lifetimes import is_kept
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import member, number, text
from constructs_lib.checks.rule import Found, Rule

_LONG_DAYS = 365


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for resource in pipelines.of_type("AWS::EFS::FileSystem", "AWS::FSx::FileSystem", "AWS::Logs::LogGroup"):
        if is_kept(resource) is False and (what := _kept_otherwise(resource)):
            yield Found(resource, (), f"{what}, and the DeletionPolicy Delete", "its content goes with the stack")


def _kept_otherwise(resource: Resource) -> str | None:
    properties = resource.properties
    if resource.type == "AWS::Logs::LogGroup":
        days = number(properties.get("RetentionInDays"))
        return f"logs that are kept for {days:g} days" if days and days >= _LONG_DAYS else None
    if resource.type == "AWS::FSx::FileSystem":
        kind = text(member(properties, "LustreConfiguration", "DeploymentType"))
        is_lasting = properties.get("FileSystemType") != "LUSTRE" or (kind or "").startswith("PERSISTENT")
        return "a file system" if is_lasting else None
    return "a file system"


RULE = Rule(
    id="CHECK412",
    title="data that lasts is kept when its stack is deleted",
    severity="note",
    otherwise="Whoever deletes the stack, or a change that replaces the resource, deletes the data with it.",
    fix="Set DeletionPolicy and UpdateReplacePolicy to Retain, or to Snapshot where there is that.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
    example=Example(
        """
Logs:
  Type: AWS::Logs::LogGroup
  Properties: {RetentionInDays: <VALUE>}
""",
        wrong="3653",
        right="30",
    ),
    look=_look,
)
