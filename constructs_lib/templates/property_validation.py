"""What of a resource's properties its type does not take, in CloudFormation's words.

CloudFormation looks at the properties themselves; of what is deeper inside it only warns, and the service refuses it.
Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1514
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.templates.schemas import Schema, schema
from constructs_lib.templates.unknown import Unknown

_CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource")


def problems(resource_type: str, properties: Mapping[str, Any], region: str = "us-east-1") -> list[str]:
    """What is wrong with the properties of a resource, each as a clause of CloudFormation.

    Args:
        resource_type: its type; of one without a schema nothing is known.
        properties: evaluated.
        region: of the schema.
    """
    found = schema(resource_type, region)
    return [*_problems(found, resource_type, properties)] if found else []


def failure(resource_type: str, properties: Mapping[str, Any], region: str = "us-east-1") -> str | None:
    """Why a resource is not made, as CloudFormation says it; None if its type takes the properties."""
    found = problems(resource_type, properties, region)
    return f"Property validation failure: [{', '.join(found)}]" if found else None


def _problems(found: Schema, resource_type: str, properties: Mapping[str, Any]) -> Iterator[str]:
    custom = resource_type.startswith(_CUSTOM)
    for name in sorted(found.required - properties.keys()):
        yield f"The property {{/{name}}} is required"
    unknown = [name for name in properties if name not in found.properties]
    if unknown and not custom and found.content.get("additionalProperties") is False:
        yield f"Encountered unsupported properties in {{/}}: [{', '.join(unknown)}]"
    for name, value in properties.items():
        if kind := _wrong_kind(found, name, value):
            yield f"Value of property {{/{name}}} does not match type {{{kind}}}"


def _wrong_kind(found: Schema, name: str, value: Any) -> str | None:
    """The type that a property has, if its value is of another; what CloudFormation converts is right."""
    part = found.properties.get(name)
    if not isinstance(part, dict) or isinstance(value, Unknown):
        return None
    kind = found.resolved(part).get("type")
    if kind == "array" and not isinstance(value, list):
        return "Array"
    return "String" if kind == "string" and isinstance(value, dict | list) else None
