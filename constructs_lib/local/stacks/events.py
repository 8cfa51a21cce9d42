"""Gap: moto has events of stacks, but none of their resources, and says in its log alone what it leaves out.

The CDK command line shows the events while it deploys, so that this is where its user reads what is not emulated.
"""

import logging
from types import SimpleNamespace
from typing import Any

from moto.cloudformation import models, parsing

from constructs_lib.local.apps.deployment import NOT_EMULATED
from constructs_lib.local.stacks.custom_resources import AUTO_DELETE_OBJECTS, is_custom

LEFT_OUT = f"{NOT_EMULATED}: left out"
NOT_RUN = f"{NOT_EMULATED}: its function was not run"

_NOT_DEPLOYED = {"AWS::CDK::Metadata"}

_mark_creation_complete = models.Stack.mark_creation_complete


def install() -> None:
    """Let every resource of a new stack have an event, and moto be quiet about what the events tell."""
    logging.getLogger("moto").setLevel(logging.ERROR)
    parsing.warnings = SimpleNamespace(warn=lambda *_, **__: None)
    models.Stack.mark_creation_complete = _complete


def not_emulated(resource_type: str) -> str | None:
    """What happens to a resource of this type instead of what AWS does; None when it is emulated."""
    if is_custom(resource_type):
        return None if resource_type == AUTO_DELETE_OBJECTS else NOT_RUN
    known = {*parsing.get_model_map(), *parsing.NULL_MODELS, *_NOT_DEPLOYED}
    return None if resource_type in known else LEFT_OUT


def add(stack: Any, logical_id: str, resource_type: str, status: str) -> None:
    """Add the event of a resource."""
    resource = stack.resource_map._parsed_resources.get(logical_id)  # noqa: SLF001 moto's own state
    event = models.Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=logical_id,
        physical_resource_id=getattr(resource, "physical_resource_id", None) or "",
        resource_type=resource_type,
        resource_status=status,
        resource_status_reason=not_emulated(resource_type),
        resource_properties=None,
    )
    stack.events.append(event)


def _complete(self: Any) -> None:
    conditions = self.resource_map.lazy_condition_map
    for name, resource in self.template_dict["Resources"].items():
        if "Condition" not in resource or conditions[resource["Condition"]]:
            add(self, name, resource["Type"], "CREATE_COMPLETE")
    _mark_creation_complete(self)
