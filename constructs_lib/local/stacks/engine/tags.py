"""The tags of a stack, which every resource gets that can have tags.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from collections.abc import Mapping

from constructs_lib.local.stacks.handlers.contract.handler import Properties
from constructs_lib.templates.schemas import schema


def with_tags(resource_type: str, properties: Properties, tags: Mapping[str, str]) -> Properties:
    """Properties with the tags of the stack; a tag of the resource itself wins."""
    found = schema(resource_type)
    if not tags or found is None or not found.tag_property:
        return properties
    name = found.tag_property
    own = properties.get(name)
    if found.tag_kind == "map":
        return {**properties, name: {**tags, **(own or {})}}
    keys = {item.get("Key") for item in own or []}
    of_stack = [{"Key": key, "Value": value} for key, value in tags.items() if key not in keys]
    return {**properties, name: [*(own or []), *of_stack]}
