"""Checks a request against the service's own model, as the service does before it looks at anything else.

boto3 checks required members and types by itself, but no enumerations; other callers, such as a state machine or a
template, come without any check.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from constructs_lib.local.batch.casing import service_model
from constructs_lib.local.batch.errors import invalid, refuse

Request = dict[str, Any]


def checked(operation: str, request: Mapping[str, Any]) -> Request:
    """Return a request with only the members that the operation has, enumerations spelled as the service does.

    Members that are None count as not given; names that the operation does not have are ignored, as AWS does.

    Raises:
        BatchError: a member is missing, has a wrong type, or is none of its enumeration.
    """
    shape = service_model().operation_model(operation).input_shape
    result: Request = _checked(shape, dict(request), "")
    return result


def _checked(shape: Shape, value: Any, path: str) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(shape, _typed(value, dict, path, "an object"), path)
    if isinstance(shape, ListShape):
        items = _typed(value, list, path, "a list")
        return [_checked(shape.member, item, f"{path}[{index}]") for index, item in enumerate(items)]
    if isinstance(shape, MapShape):
        entries = _typed(value, dict, path, "an object").items()
        return {key: _checked(shape.value, item, f"{path}.{key}") for key, item in entries}
    return _scalar(shape, value, path)


def _structure(shape: StructureShape, value: Request, path: str) -> Request:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            invalid(f"{prefix}{name} must be provided.")
    return {
        name: _checked(member, value[name], f"{prefix}{name}")
        for name, member in shape.members.items()
        if value.get(name) is not None
    }


def _scalar(shape: Shape, value: Any, path: str) -> Any:
    match shape.type_name:
        case "boolean":
            return _typed(value, bool, path, "true or false")
        case "integer" | "long":
            return _number(value, int, path, "an integer")
        case "float" | "double":
            return _number(value, (int, float), path, "a number")
    text = _typed(value, str, path, "a string")
    allowed = getattr(shape, "enum", None)
    if not allowed:
        return text
    # AWS takes `managed` for MANAGED: CloudFormation templates of the CDK are written so.
    spelled = {item.lower(): item for item in allowed}
    return spelled.get(text.lower()) or invalid(f"{path}: {text} is not valid. Valid values: {', '.join(allowed)}.")


def _number(value: Any, kind: Any, path: str, name: str) -> Any:
    return _typed(None if isinstance(value, bool) else value, kind, path, name)


def _typed(value: Any, kind: Any, path: str, name: str) -> Any:
    if not isinstance(value, kind):
        refuse(f"An error occurred during JSON parsing: {path or 'the request'} must be {name}, got {value!r}")
    return value
