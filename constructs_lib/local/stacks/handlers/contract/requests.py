"""Properties of a template as the input of an operation of an API.

CloudFormation and the APIs write the names of members in other cases, numbers and booleans as texts, documents as
objects, tags as maps or as lists. Botocore's models know each member's name and type, so nothing is listed here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from constructs_lib.local.stacks.handlers.contract.change import boolean, tags_of


def input_of(client: Any, operation: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The input of an operation such as ``create_topic``; properties that it does not have are left out."""
    return _structure(members_of(client, operation), properties)


def members_of(client: Any, operation: str) -> Mapping[str, Shape]:
    """What an operation takes."""
    name = client.meta.method_to_api_mapping[operation]
    shape = client.meta.service_model.operation_model(name).input_shape
    return shape.members if shape else {}


def _structure(members: Mapping[str, Shape], properties: Mapping[str, Any]) -> dict[str, Any]:
    by_case = {name.lower(): (name, member) for name, member in members.items()}
    known = ((by_case.get(key.lower()), item) for key, item in properties.items())
    return {member[0]: fitted(member[1], item) for member, item in known if member}


def fitted(shape: Shape, value: Any) -> Any:
    """A value of a template as a shape of an API has it."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return _structure(shape.members, value)
    if isinstance(shape, ListShape):
        if isinstance(value, Mapping):
            return _pairs(shape.member, value)
        if _are_tags(value) and "Key" not in getattr(shape.member, "members", ()):
            return _pairs(shape.member, tags_of(value))
        return [fitted(shape.member, item) for item in (value if isinstance(value, list) else [value])]
    if isinstance(shape, MapShape):
        pairs = value if isinstance(value, Mapping) else tags_of(value)
        return {key: fitted(shape.value, item) for key, item in pairs.items()}
    return _SCALARS.get(shape.type_name, _same)(value)


def _pairs(shape: Shape, value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A map as a list of structures with two members, such as tags."""
    key, other = _key_and_value(shape)
    return [{key: name, other: text(item)} for name, item in value.items()]


def _are_tags(value: Any) -> bool:
    return bool(value) and isinstance(value, list) and all(_is_tag(item) for item in value)


def _is_tag(item: Any) -> bool:
    return isinstance(item, Mapping) and item.keys() == {"Key", "Value"}


def _key_and_value(shape: Shape) -> tuple[str, str]:
    names = list(getattr(shape, "members", {"Key": None, "Value": None}))
    key = next((name for name in names if name.lower().endswith("key")), names[0])
    return key, next(name for name in names if name != key)


def text(value: Any) -> str:
    """A value as a text: a document as JSON, true and false as JSON has them."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _same(value: Any) -> Any:
    return value


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "boolean": boolean,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "string": text,
    "blob": lambda value: value if isinstance(value, bytes) else text(value).encode(),
}
