"""Whether a change makes another resource.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from constructs_lib.local.stacks.engine.operation import OperationError
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler
from constructs_lib.templates.differences import difference
from constructs_lib.templates.schemas import schema


def is_replaced(handler: Handler, desired: Desired, before: Desired) -> bool:
    """Whether a resource with other properties is another one."""
    if desired.resource_type != before.resource_type:
        return True
    told = handler.replaces(desired, before)
    if told is not None:
        return told
    changes = difference(desired.resource_type, before.properties, desired.properties)
    return any(change.requires == "Always" for change in changes)


def refuse_same_name(desired: Desired, before: Desired) -> None:
    """Refuse to make another resource of a name that the one before still has.

    Raises:
        OperationError: both have the name that the template gives them.
    """
    found = schema(desired.resource_type)
    if desired.resource_type != before.resource_type or found is None or not found.name_property:
        return
    name = desired.properties.get(found.name_property)
    if name is not None and name == before.properties.get(found.name_property):
        raise OperationError(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
