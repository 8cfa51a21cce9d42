"""Brings the properties of a CloudFormation resource into the form of the Batch API.

CloudFormation writes ``MaxvCpus`` where the API has ``maxvCpus``, and may pass numbers and booleans as strings. The
service model of botocore knows every member's name and type, so nothing has to be listed here.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape


@cache
def service_model() -> ServiceModel:
    """Botocore's description of the Batch API."""
    return botocore.session.get_session().get_service_model("batch")


def to_request(operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Convert CloudFormation properties to the input of a Batch operation such as ``CreateJobQueue``.

    Properties that the operation does not have, such as ``ReplaceComputeEnvironment``, are left out: they steer
    CloudFormation, not the service.
    """
    converted: dict[str, Any] = convert(service_model().operation_model(operation).input_shape, properties)
    return converted


def convert(shape: Shape, value: Any) -> Any:
    """Convert a value of a template to what a shape of an API has; members that it does not have are left out."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        known = ((members.get(key.lower()), item) for key, item in value.items())
        return {member[0]: convert(member[1], item) for member, item in known if member}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [convert(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: convert(shape.value, item) for key, item in value.items()}
    return _SCALARS.get(shape.type_name, _same)(value)


def _same(value: Any) -> Any:
    return value


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() == "true"


_SCALARS: dict[str, Callable[[Any], Any]] = {"boolean": _boolean, "integer": int, "long": int, "string": str}
