"""AWS::Logs: log groups and what belongs to them.

Of a log group, moto keeps name, retention, key and tags; its class, its data protection, its field indexes and its own
resource policy change nothing here. Log groups are made without a client, as nearly every stack has one.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Logs.html
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from moto.logs.models import logs_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


class _LogGroup(ResourceHandler):
    # ``:*`` is of the ARN that CloudFormation tells, as policies need it.
    attributes: ClassVar = {"Arn": lambda group: f"{group.arn}:*"}

    def make(self, desired: Desired) -> Made:
        name = str(desired.properties.get("LogGroupName", desired.name))
        return Made(name, _backend(desired).create_log_group(name, {}))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        group, backend, days = self.read(made, desired), _backend(desired), change.after.get("RetentionInDays")
        group.set_retention_policy(None if days is None else int(days))
        group.kms_key_id = change.after.get("KmsKeyId")
        changed, gone = change.tags()
        backend.tag_resource(group.arn, changed)
        backend.untag_resource(group.arn, gone)

    def remove(self, made: Made, desired: Desired) -> None:
        arn = self.read(made, desired).arn
        _backend(desired).delete_log_group(made.physical_id)
        _backend(desired).tagger.delete_all_tags_for_resource(arn)

    def read(self, made: Made, desired: Desired) -> Any:
        group = _backend(desired).groups.get(made.physical_id)
        return group or made.model


class _LogStream(ResourceHandler):
    def make(self, desired: Desired) -> Made:
        name = str(desired.properties.get("LogStreamName", desired.name))
        _backend(desired).create_log_stream(desired.properties["LogGroupName"], name)
        return Made(name)

    def remove(self, made: Made, desired: Desired) -> None:
        _backend(desired).delete_log_stream(desired.properties["LogGroupName"], made.physical_id)


@dataclass(frozen=True, kw_only=True)
class _Filter(OperationsHandler):
    """A filter of a log group."""

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {self.key: made.physical_id, "logGroupName": desired.properties["LogGroupName"]}


@dataclass(frozen=True, kw_only=True)
class _MetricFilter(_Filter):
    """moto has a changed filter besides the one before."""

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        self.remove(made, desired)
        super().change(made, desired, change)


@dataclass(frozen=True, kw_only=True)
class _Destination(OperationsHandler):
    """What log groups of other accounts write to."""

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        return {"Arn": desired.services.arn("logs", f"destination:{made.physical_id}")}[name]

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if "DestinationPolicy" in change.after and change.touches("DestinationPolicy"):
            desired.services.client(self.service).put_destination_policy(
                destinationName=made.physical_id, accessPolicy=change.after["DestinationPolicy"]
            )

    def remove(self, made: Made, desired: Desired) -> None:
        client, arn = desired.services.client(self.service), self.attribute(made, desired, "Arn")
        # moto keeps the tags for the next one of the name.
        if tags := client.list_tags_for_resource(resourceArn=arn)["tags"]:
            client.untag_resource(resourceArn=arn, tagKeys=list(tags))
        super().remove(made, desired)


def _backend(desired: Desired) -> Any:
    return logs_backends[desired.services.account][desired.services.region]


HANDLERS: dict[str, Handler] = {
    "AWS::Logs::Destination": _Destination(
        service="logs",
        makes="put_destination",
        changes="put_destination",
        removes="delete_destination",
        key="destinationName",
        name="DestinationName",
        tagging=Tagging(),
        tagged="Arn",
    ),
    "AWS::Logs::LogGroup": _LogGroup(),
    "AWS::Logs::LogStream": _LogStream(),
    "AWS::Logs::MetricFilter": _MetricFilter(
        service="logs",
        makes="put_metric_filter",
        changes="put_metric_filter",
        removes="delete_metric_filter",
        key="filterName",
        name="FilterName",
    ),
    "AWS::Logs::QueryDefinition": OperationsHandler(
        service="logs",
        makes="put_query_definition",
        changes="put_query_definition",
        removes="delete_query_definition",
        key="queryDefinitionId",
        ref="queryDefinitionId",
        paths={"QueryDefinitionId": ""},
    ),
    "AWS::Logs::ResourcePolicy": OperationsHandler(
        service="logs",
        makes="put_resource_policy",
        changes="put_resource_policy",
        removes="delete_resource_policy",
        key="policyName",
        name="PolicyName",
    ),
    "AWS::Logs::SubscriptionFilter": _Filter(
        service="logs",
        makes="put_subscription_filter",
        changes="put_subscription_filter",
        removes="delete_subscription_filter",
        key="filterName",
        name="FilterName",
    ),
}
