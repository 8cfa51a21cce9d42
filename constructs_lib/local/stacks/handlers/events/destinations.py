"""AWS::Events::Archive, AWS::Events::Connection and AWS::Events::ApiDestination.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html and its
neighbours.
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.events.backend import backend_of


@dataclass(frozen=True, kw_only=True)
class _WithArnForPolicy(OperationsHandler):
    """Policies name it without the random part at the end of its ARN."""

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        if name == "ArnForPolicy":
            return super().attribute(made, desired, "Arn").rpartition("/")[0]
        return super().attribute(made, desired, name)


@dataclass(frozen=True, kw_only=True)
class _Archive(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Take what is gone away, which moto takes for what was there."""
        archive = backend_of(desired).archives[made.physical_id]
        archive.description = change.after.get("Description")
        archive.retention = int(change.after.get("RetentionDays", 0))


HANDLERS: dict[str, Handler] = {
    "AWS::Events::ApiDestination": _WithArnForPolicy(
        service="events",
        makes="create_api_destination",
        changes="update_api_destination",
        removes="delete_api_destination",
        reads="describe_api_destination",
        key="Name",
        name="Name",
        paths={"Arn": "ApiDestinationArn"},
        defaults={"Description": "", "InvocationRateLimitPerSecond": 300},
    ),
    "AWS::Events::Archive": _Archive(
        service="events",
        makes="create_archive",
        changes="update_archive",
        removes="delete_archive",
        reads="describe_archive",
        key="ArchiveName",
        name="ArchiveName",
        paths={"Arn": "ArchiveArn"},
        renamed={"SourceArn": "EventSourceArn"},
    ),
    "AWS::Events::Connection": _WithArnForPolicy(
        service="events",
        makes="create_connection",
        changes="update_connection",
        removes="delete_connection",
        reads="describe_connection",
        key="Name",
        name="Name",
        paths={"Arn": "ConnectionArn", "SecretArn": "SecretArn"},
        defaults={"Description": ""},
    ),
}
