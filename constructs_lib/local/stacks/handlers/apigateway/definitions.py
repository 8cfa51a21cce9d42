"""Definitions of REST APIs as moto takes them: by OpenAPI 3 alone, with every member of an integration.

Those of Swagger, as AWS SAM writes them, have the same paths.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

import json
from collections.abc import Iterator
from typing import Any

import yaml  # type: ignore[import-untyped]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"


def definition(body: str) -> bytes:
    """A definition in JSON or YAML, of Swagger or OpenAPI."""
    told = yaml.safe_load(body)
    if told.pop("swagger", None):
        told["openapi"] = "3.0.1"
    told["paths"] = {path: dict(_methods(item or {})) for path, item in (told.get("paths") or {}).items()}
    return json.dumps(told, default=str).encode()


def _methods(item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, method in item.items():
        if name == _ANY:
            yield "any", _with_integration("ANY", method)
        elif name in _METHODS:
            yield name, _with_integration(name.upper(), method)


def _with_integration(name: str, method: dict[str, Any]) -> dict[str, Any]:
    given = method.get(_INTEGRATION)
    if not given:
        return method
    whole = {"uri": "", "httpMethod": name, **given, "type": str(given["type"]).upper()}
    return {**method, _INTEGRATION: whole}
