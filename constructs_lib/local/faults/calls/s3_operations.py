"""Which operation of S3 a request is, by botocore's model of the service."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation.

    Args:
        name: such as ``GetObject``.
        method: of HTTP.
        depth: 0 for the account, 1 for a bucket, 2 for an object.
        marks: parameters of the query and headers that every request of this operation has.
    """

    name: str
    method: str
    depth: int
    marks: frozenset[str]


def operation_name(method: str, depth: int, given: Collection[str]) -> str:
    """Tell the operation.

    Args:
        method: of HTTP.
        depth: 0 for a request to the account, 1 to a bucket, 2 to an object.
        given: the names of the parameters of its query, and of its headers in small letters.
    """
    fitting = [item for item in _operations() if (item.method, item.depth) == (method, depth)]
    fitting = [item for item in fitting if item.marks <= set(given)]
    # The one whose marks say most: an UploadPart is a PutObject with two parameters.
    return max(fitting, key=lambda item: len(item.marks)).name if fitting else "Unknown"


@cache
def _operations() -> tuple[_Operation, ...]:
    model = botocore.session.get_session().get_service_model("s3")
    return tuple(_operation(model.operation_model(name)) for name in model.operation_names)


def _operation(model: Any) -> _Operation:
    shape = model.input_shape
    required = [shape.members[name].serialization for name in shape.required_members] if shape else []
    marks = {item["name"] for item in required if item.get("location") in ("querystring", "header")}
    uri = urlsplit(model.http["requestUri"])
    marks |= parse_qs(uri.query, keep_blank_values=True).keys()
    return _Operation(model.name, model.http["method"], uri.path.count("{"), frozenset(marks))
