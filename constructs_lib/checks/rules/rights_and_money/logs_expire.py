"""Logs that are kept forever."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for group in pipelines.of_type("AWS::Logs::LogGroup"):
        if "RetentionInDays" not in group.properties:
            yield Found(group, (), "no RetentionInDays", "logs without one never expire")


RULE = Rule(
    id="CHECK606",
    title="a log group has a retention",
    severity="note",
    otherwise=("Logs are kept, and charged for, forever."),
    fix="Set RetentionInDays.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    example=Example(
        """
Logs:
  Type: AWS::Logs::LogGroup
  Properties: {RetentionInDays: <VALUE>}
""",
        wrong="!Ref AWS::NoValue",
        right="30",
    ),
    look=_look,
)
