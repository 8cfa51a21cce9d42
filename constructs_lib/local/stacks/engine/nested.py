"""Stacks in stacks: the handler of AWS::CloudFormation::Stack.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.stacks.engine.creation import create
from constructs_lib.local.stacks.engine.deletion import delete
from constructs_lib.local.stacks.engine.operation import Operation
from constructs_lib.local.stacks.engine.planning import changes_nothing, plan_of
from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.stacks import Stacks
from constructs_lib.local.stacks.engine.update import Update
from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made

Read = Callable[[dict[str, Any], str, Stack | None], Source]
"""What a call with these members wants a stack of this name to be made of."""


class NestedStack:
    """Makes stacks inside of others, by the same rights.

    Args:
        stacks: gives those of the account and region.
        read: reads the template of a nested stack.
    """

    def __init__(self, stacks: Callable[[], Stacks], read: Read) -> None:
        self._stacks = stacks
        self._read = read

    def create(self, desired: Desired) -> Made:
        """Make a stack."""
        parent = self._stacks().get(desired.stack_id)
        source = self._source(desired, parent, None)
        stack = self._stacks().add(desired.name, source, parent)
        operation = self._operation(stack)
        operation.say("CREATE_IN_PROGRESS", "User Initiated")
        create(operation)
        if stack.status != "CREATE_COMPLETE":
            raise _failed(stack, "created")
        return Made(stack.id, stack)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a stack."""
        del before
        stack: Stack = made.model
        source = self._source(desired, self._stacks().get(desired.stack_id), stack)
        operation = self._operation(stack)
        if changes_nothing(stack, source, plan_of(stack, source, operation.world)):
            return made
        update = Update(operation, source)
        operation.say("UPDATE_IN_PROGRESS", "User Initiated")
        update.run()
        if stack.status != "UPDATE_COMPLETE":
            raise _failed(stack, "updated")
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a stack."""
        del desired
        stack: Stack = made.model
        if stack.status == "DELETE_COMPLETE":
            return
        operation = self._operation(stack)
        operation.say("DELETE_IN_PROGRESS", "User Initiated")
        delete(operation)
        if stack.status != "DELETE_COMPLETE":
            raise _failed(stack, "deleted")

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """An output of the stack."""
        del desired
        kind, _, key = name.partition(".")
        if kind != "Outputs":
            raise KeyError(name)
        return made.model.outputs[key].value

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Never."""
        del desired, before
        return False

    def _operation(self, stack: Stack) -> Operation:
        around = self._stacks().get(stack.parent or stack.id)
        return Operation(stack, self._stacks().world, around.may_make)

    def _source(self, desired: Desired, parent: Stack, stack: Stack | None) -> Source:
        properties = desired.properties
        request = {
            "TemplateURL": properties.get("TemplateURL"),
            "TemplateBody": properties.get("TemplateBody"),
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": _text(value)}
                for name, value in properties.get("Parameters", {}).items()
            ],
            "Tags": properties.get("Tags", []),
            "NotificationARNs": properties.get("NotificationARNs", []),
            "Capabilities": parent.source.capabilities,
            "RoleARN": parent.source.role,
        }
        return self._read(request, desired.name, stack)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _failed(stack: Stack, verb: str) -> HandlerError:
    reasons = [event.reason for event in stack.events if event.status.endswith("_FAILED") and event.reason]
    begun = [event.reason for event in stack.events if "ROLLBACK_IN_PROGRESS" in event.status and event.reason]
    told = (begun or reasons or [stack.reason or ""])[-1]
    return HandlerError(f"Embedded stack {stack.id} was not successfully {verb}: {told}", None)
