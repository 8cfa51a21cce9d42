"""AWS::Events::EventBus and AWS::Events::EventBusPolicy.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
"""

import json
from typing import Any, ClassVar

from moto.events.models import EventBusPolicyStatement

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.events.backend import backend_of, bus_name

_LISTED = list[dict[str, Any]]


class _EventBus(ResourceHandler):
    attributes: ClassVar = {
        "Arn": lambda bus: bus.arn,
        "Name": lambda bus: bus.name,
        "Policy": lambda bus: json.loads(bus.policy or "{}"),
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        name = properties["Name"]
        bus = backend_of(desired).create_event_bus(name=name, event_source_name=properties.get("EventSourceName"))
        return Made(bus.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        bus, backend = self.read(made, desired), backend_of(desired)
        bus.description = change.after.get("Description")
        bus.kms_key_identifier = change.after.get("KmsKeyIdentifier")
        bus.dead_letter_config = change.after.get("DeadLetterConfig")
        if change.touches("Policy"):
            for statement in _statements(change.before.get("Policy")):
                bus.remove_statement(statement["Sid"])
            for statement in _statements(change.after.get("Policy")):
                _put(bus, statement)
        tagged, untagged = change.tags()
        backend.tag_resource(bus.arn, tagged)
        backend.untag_resource(bus.arn, untagged)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it with its tags, which another one of its name would have."""
        bus, backend = self.read(made, desired), backend_of(desired)
        backend.tagger.delete_all_tags_for_resource(bus.arn)
        backend.delete_event_bus(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).describe_event_bus(made.physical_id)


class _EventBusPolicy(ResourceHandler):
    """A statement of the policy of a bus."""

    def make(self, desired: Desired) -> Made:
        return Made(f"{bus_name(desired)}|{desired.properties['StatementId']}")

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        bus, sid = backend_of(desired).describe_event_bus(bus_name(desired)), change.after["StatementId"]
        bus.remove_statement(sid)
        _put(bus, {**_statement(bus, desired, change.after), "Sid": sid})

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        bus = backend_of(desired).describe_event_bus(bus_name(desired))
        bus.remove_statement(desired.properties["StatementId"])


def _statement(bus: Any, desired: Desired, properties: Properties) -> Properties:
    """The statement that is given, or made of an action, a principal and a condition."""
    if "Statement" in properties:
        given = properties["Statement"]
        return dict(json.loads(given) if isinstance(given, str) else given)
    who = properties["Principal"]
    principal = who if who == "*" else {"AWS": f"arn:{desired.services.partition}:iam::{who}:root"}
    told = {"Effect": "Allow", "Principal": principal, "Action": properties["Action"], "Resource": bus.arn}
    if "Condition" in properties:
        condition = properties["Condition"]
        told["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return told


def _statements(policy: Any) -> _LISTED:
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    statements = document.get("Statement", [])
    return [
        {"Sid": f"Statement{number}", **statement}
        for number, statement in enumerate(statements if isinstance(statements, list) else [statements])
    ]


def _put(bus: Any, statement: Properties) -> None:
    bus._statements[statement["Sid"]] = EventBusPolicyStatement.from_dict(statement)  # noqa: SLF001 moto's only place


HANDLERS: dict[str, Handler] = {"AWS::Events::EventBus": _EventBus(), "AWS::Events::EventBusPolicy": _EventBusPolicy()}
