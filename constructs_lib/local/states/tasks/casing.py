"""Names and values between Step Functions (JobName, ISO times, JSON) and boto3 (jobName, datetimes, bytes).

Step Functions uses the names of the AWS SDK for Java in PascalCase: SSEKMSKeyId is SsekmsKeyId there. Keys of maps,
such as tags and job parameters, stay as they are.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from constructs_lib.local.states.json_text import json_text, timestamp_text

_PLAIN = (str, bool, int, float)
_FIRST_WORD = re.compile(r"[A-Z]+(?![a-z])")
_OWN_NAMES = {"AttributeValue"}
"""Structures whose members keep their names: DynamoDB's types, such as NS and BOOL."""
_MAPPINGS = (dict, Mapping)  # the first is found at once, the second asks for its subclasses


class UnsupportedParameterError(Exception):
    """A parameter that Step Functions would not accept."""


@lru_cache(maxsize=8192)
def states_name(name: str) -> str:
    """Return a member's name as Step Functions shows it: jobArn is JobArn, SSEKMSKeyId is SsekmsKeyId.

    It is the SDK's name of the field, which begins with small letters up to its first word, with a capital letter.
    """
    first = _FIRST_WORD.match(name)
    return first[0].capitalize() + name[first.end() :] if first else name[:1].upper() + name[1:]


def to_boto(shape: Any, value: Any, name: str = "", *, strict: bool = False) -> Any:
    """Return a parameter as boto3 takes it.

    Args:
        shape: botocore's shape of the parameter.
        value: what the state machine gives.
        name: the parameter's name, for the message.
        strict: refuse anything but a string where a string is due, as the optimized integrations do; otherwise its
            JSON text is taken, as the AWS SDK integrations do.

    Raises:
        UnsupportedParameterError: a field that does not exist, or a value of the wrong type.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping) and not getattr(shape, "is_document_type", False):
        return _structure_to_boto(shape, value, strict=strict)
    if kind == "list" and isinstance(value, list):
        return [to_boto(shape.member, item, name, strict=strict) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: to_boto(shape.value, item, key, strict=strict) for key, item in value.items()}
    return value if value is None else _scalar_to_boto(kind, value, name, strict=strict)


def from_boto(shape: Any, value: Any) -> Any:
    """Return a response as Step Functions shows it; what the model does not know stays as it is."""
    if value is None or isinstance(value, _PLAIN):  # most of what there is
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, _MAPPINGS) and not getattr(shape, "is_document_type", False):
        members = shape.members
        shown = _same if shape.name in _OWN_NAMES else states_name
        return {
            shown(key) if key in members else key: from_boto(members[key], item) if key in members else item
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [from_boto(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, _MAPPINGS):
        return {key: from_boto(shape.value, item) for key, item in value.items()}
    if isinstance(value, datetime):
        return timestamp_text(value)
    if hasattr(value, "read"):
        value = value.read()
    return _text_of(value) if isinstance(value, bytes) else value


def _structure_to_boto(shape: Any, value: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    accepted = _accepted_names(shape)
    converted = {}
    for key, item in value.items():
        member = accepted.get(key)
        if member is None:
            raise UnsupportedParameterError(f"The field '{key}' is not supported by Step Functions")
        converted[member] = to_boto(shape.members[member], item, key, strict=strict)
    return converted


def _scalar_to_boto(kind: str, value: Any, name: str, *, strict: bool) -> Any:
    if kind == "blob" and not isinstance(value, bytes):
        return json_text(value).encode()
    if kind != "string" or isinstance(value, str):
        return value
    if strict:
        raise UnsupportedParameterError(f"The value for the field '{name}' must be a STRING")
    return json_text(value)


def _accepted_names(shape: Any) -> dict[str, str]:
    return {name: member for member in shape.members for name in (states_name(member), member[:1].upper() + member[1:])}


def _same(name: str) -> str:
    return name


def _text_of(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
