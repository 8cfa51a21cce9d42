"""AWS::Events::Rule.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of, text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.events.backend import backend_of, bus_name

_ALIKE = {"Arn", "DeadLetterConfig", "Id", "Input", "InputPath", "InputTransformer", "RoleArn", "SqsParameters"}
"""The members of a target that are texts, and named alike: for them alone no client is made."""


class _Rule(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda rule: rule.arn, "RuleName": lambda rule: rule.name}

    def make(self, desired: Desired) -> Made:
        """Make it; one of its name, which the API would change, is another one."""
        backend, bus, name = backend_of(desired), bus_name(desired), _name(desired)
        if name in backend.describe_event_bus(bus).rules:
            raise HandlerError(f"{name} already exists on event bus {bus}", "AlreadyExists")
        _put(desired)
        return Made(name if bus == "default" else f"{bus}|{name}")

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Put it as it is now, with its targets."""
        backend, bus, rule = backend_of(desired), bus_name(desired), self.read(made, desired)
        if not change.is_new:
            _put(desired)
        wanted = _targets(desired)
        gone = {target["Id"] for target in change.before.get("Targets") or []} - {target["Id"] for target in wanted}
        backend.remove_targets(rule.name, bus, list(gone))
        backend.put_targets(rule.name, bus, wanted)
        tagged, untagged = change.tags()
        backend.tag_resource(rule.arn, tagged)
        backend.untag_resource(rule.arn, untagged)

    def remove(self, made: Made, desired: Desired) -> None:
        backend, bus, rule = backend_of(desired), bus_name(desired), self.read(made, desired)
        backend.remove_targets(rule.name, bus, [target["Id"] for target in desired.properties.get("Targets") or []])
        backend.delete_rule(rule.name, bus)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).describe_rule(made.physical_id.rpartition("|")[2], bus_name(desired))


def _name(desired: Desired) -> str:
    return str(desired.properties.get("Name", desired.name))


def _targets(desired: Desired) -> list[Properties]:
    """Its targets as the API has them, which writes some of their parameters otherwise."""
    wanted: list[Properties] = desired.properties.get("Targets") or []
    if all(target.keys() <= _ALIKE for target in wanted):
        return wanted
    client = desired.services.client("events")
    fitting: list[Properties] = input_of(client, "put_targets", {"Targets": wanted})["Targets"]
    return fitting


def _put(desired: Desired) -> None:
    properties = desired.properties
    pattern = properties.get("EventPattern")
    backend_of(desired).put_rule(
        name=_name(desired),
        description=properties.get("Description"),
        event_bus_arn=bus_name(desired),
        event_pattern=None if pattern is None else text(pattern),
        role_arn=properties.get("RoleArn"),
        scheduled_expression=properties.get("ScheduleExpression"),
        state=properties.get("State", "ENABLED"),
    )


HANDLERS: dict[str, Handler] = {"AWS::Events::Rule": _Rule()}
