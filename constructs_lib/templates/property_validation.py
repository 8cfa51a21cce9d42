"""What of a resource's properties its type does not take, in CloudFormation's words.

CloudFormation looks at the names of the properties themselves; of names that are deeper inside it only warns, and the
service refuses them. That a list, an object or a single value stands where another is wanted, it refuses at any depth.
Sources: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1514,
https://github.com/aws-cloudformation/cfn-lint/issues/863 and https://github.com/cloudtools/troposphere/issues/1045
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.templates.schemas import Schema, schema
from constructs_lib.templates.unknown import Unknown

_CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource")
_KINDS: Final = {
    "array": "Array",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
    "object": "Object",
    "string": "String",
}
"""The types of schemas, as CloudFormation calls them."""


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
        if name in found.properties:
            yield from _wrong_kinds(found, f"/{name}", found.properties[name], value)


def _wrong_kinds(found: Schema, path: str, part: Any, value: Any) -> Iterator[str]:
    """What is of another type than it has to be; what CloudFormation converts is right."""
    if not isinstance(part, dict) or isinstance(value, Unknown):
        return
    part = found.resolved(part)
    kind = part.get("type")
    if isinstance(kind, str) and not _fits(kind, value):
        yield f"Value of property {{{path}}} does not match type {{{_called(part)}}}"
    elif isinstance(value, list) and kind == "array":
        for number, item in enumerate(value):
            yield from _wrong_kinds(found, f"{path}/{number}", part.get("items"), item)
    elif isinstance(value, dict) and kind == "object":
        members = part.get("properties", {})
        for name, item in value.items():
            yield from _wrong_kinds(found, f"{path}/{name}", members.get(name), item)


def _called(part: Mapping[str, Any]) -> str:
    return "Map" if "patternProperties" in part and not part.get("properties") else _KINDS[part["type"]]


def _fits(kind: str, value: Any) -> bool:
    """Whether a value is of a type, or CloudFormation makes it one: numbers of texts, objects of JSON."""
    if kind == "array":
        return isinstance(value, list)
    if kind == "object":
        return isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("{"))
    return kind not in _KINDS or not isinstance(value, dict | list)
