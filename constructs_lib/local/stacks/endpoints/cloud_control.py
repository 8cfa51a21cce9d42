"""Cloud Control over HTTP: single resources by their type, read and changed by the handlers of stacks.

The CDK command line calls it for ``cdk deploy --hotswap``. It finds what stacks of the account and region have made.

Source: https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import jsonpatch

from constructs_lib.local.account import Location
from constructs_lib.local.protocols.errors import error_answer
from constructs_lib.local.protocols.locations import location_of
from constructs_lib.local.protocols.signature import signature
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.stack import Resource
from constructs_lib.local.stacks.engine.stacks import Stacks
from constructs_lib.local.stacks.handlers.contract.failures import failure
from constructs_lib.templates.schemas import schema

_TARGET = "CloudApiService."
Request = Mapping[str, Any]
Answer = dict[str, Any]


class CloudControlMiddleware:
    """A WSGI application in front of another one.

    Args:
        stacks: gives the stacks of an account and region.
        others: answers all other requests.
    """

    def __init__(self, stacks: Callable[[Location], Stacks], others: WSGIApplication) -> None:
        self._stacks = stacks
        self._others = others
        self._calls: dict[str, Callable[[Stacks, Request], Answer]] = {
            "GetResource": _get_resource,
            "ListResources": _list_resources,
            "UpdateResource": _update_resource,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        signed = signature(environ)
        if signed is None or signed.service != "cloudcontrolapi":
            return self._others(environ, start_response)
        operation = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(_TARGET)
        if operation not in self._calls:
            raise NotImplementedError(operation)
        request = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        try:
            answer = self._calls[operation](self._stacks(location_of(environ)), request)
        except CallError as error:
            told = error_answer("json", error.code, error.message)
            start_response(f"{HTTPStatus.BAD_REQUEST.value} Bad Request", told.headers)
            return [told.body]
        body = json.dumps(answer, default=str).encode()
        headers = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))]
        start_response(f"{HTTPStatus.OK.value} OK", headers)
        return [body]


def _get_resource(stacks: Stacks, request: Request) -> Answer:
    found = _found(stacks, request["TypeName"], request["Identifier"])
    return {"TypeName": request["TypeName"], "ResourceDescription": _description(stacks, found)}


def _list_resources(stacks: Stacks, request: Request) -> Answer:
    kind = request["TypeName"]
    _check_type(kind)
    found = [
        _description(stacks, resource)
        for stack in stacks.present()
        for resource in stack.resources.values()
        if resource.resource_type == kind and resource.made
    ]
    return {"TypeName": kind, "ResourceDescriptions": found}


def _update_resource(stacks: Stacks, request: Request) -> Answer:
    """Change a resource by a patch of its properties; its stack does not learn of it, as on AWS."""
    kind, identifier = request["TypeName"], request["Identifier"]
    resource = _found(stacks, kind, identifier)
    if resource.made is None or resource.desired is None:
        raise _none(kind, identifier)
    before = resource.desired
    try:
        patched = jsonpatch.apply_patch(before.properties, json.loads(request["PatchDocument"]))
    except (KeyError, TypeError, ValueError, jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise CallError(f"The patch document is not valid: {error}", "InvalidRequestException") from None
    event = {
        "TypeName": kind,
        "Identifier": identifier,
        "RequestToken": str(uuid.uuid4()),
        "Operation": "UPDATE",
        "OperationStatus": "SUCCESS",
    }
    handler = stacks.world.handler(kind)
    try:
        handler.update(resource.made, replace(before, properties=patched), before)
    except Exception as error:  # noqa: BLE001 - whatever it is that fails, it is the status
        told = failure(error)
        event |= {
            "OperationStatus": "FAILED",
            "StatusMessage": told.message,
            "ErrorCode": told.code or "InternalFailure",
        }
    return {"ProgressEvent": event}


def _found(stacks: Stacks, kind: str, identifier: str) -> Resource:
    _check_type(kind)
    for stack in stacks.present():
        for resource in stack.resources.values():
            if resource.resource_type == kind and resource.made and identifier in _identifiers(stacks, resource):
                return resource
    raise _none(kind, identifier)


def _identifiers(stacks: Stacks, resource: Resource) -> set[str]:
    """What a resource is found by: what ``Ref`` gives, and its primary identifier where that is an attribute."""
    found = {resource.physical_id}
    told = schema(resource.resource_type)
    for name in told.primary_identifier if told else ():
        value = _attribute(stacks, resource, name)
        if isinstance(value, str):
            found.add(value)
    return found


def _description(stacks: Stacks, resource: Resource) -> Answer:
    properties = dict(resource.desired.properties) if resource.desired else {}
    told = schema(resource.resource_type)
    for path in sorted(told.read_only) if told else ():
        name = path.removeprefix("/")
        value = _attribute(stacks, resource, name) if "/" not in name else None
        if value is not None:
            properties[name] = value
    return {"Identifier": resource.physical_id, "Properties": json.dumps(properties, default=str)}


def _attribute(stacks: Stacks, resource: Resource, name: str) -> Any:
    if resource.made is None or resource.desired is None:
        return None
    try:
        return stacks.world.handler(resource.resource_type).attribute(resource.made, resource.desired, name)
    except Exception:  # noqa: BLE001 - a handler that cannot tell it has none
        return None


def _check_type(kind: str) -> None:
    if schema(kind) is None:
        raise CallError(f"The type '{kind}' cannot be found.", "TypeNotFoundException")


def _none(kind: str, identifier: str) -> CallError:
    message = f"Resource of type '{kind}' with identifier '{identifier}' was not found."
    return CallError(message, "ResourceNotFoundException")
