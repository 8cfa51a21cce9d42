"""Deployments before IAM: CloudFormation makes resources by the role that it was given, or by the rights of its caller.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from contextvars import ContextVar
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import cloudformation_backends

from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests.resources import asked_to_make
from constructs_lib.local.iam.sessions import Sessions

CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)
"""Who made the request that is being answered; None for the account's administrator."""

_CLOUDFORMATION = "cloudformation.amazonaws.com"


class DeniedResourceError(Exception):
    """A resource that may not be made, as the events of a stack tell it."""

    def __init__(self, error: AccessDeniedError) -> None:
        self.message = f'Resource handler returned message: "{error}" (HandlerErrorCode: AccessDenied)'
        super().__init__(self.message)


_make = parsing.parse_and_create_resource


def install(guard: Guard, sessions: Sessions) -> None:
    """Ask IAM before each resource that is made."""

    def make(logical_id: str, resource_json: dict[str, Any], resources_map: Any, **place: str) -> Any:
        backend = cloudformation_backends[guard.place.account][guard.place.region]
        role = backend.get_stack(resources_map.stack_id).role_arn
        stack = guard.place.arn("cloudformation", "stack/*")
        principal = sessions.of(role, _CLOUDFORMATION, stack).principal if role else CALLER.get()
        if principal:
            named = parsing.parse_resource_and_generate_name(logical_id, resource_json, resources_map)
            properties = named[1].get("Properties", {}) if named else {}
            _check(guard, principal, resource_json["Type"], properties)
        return _make(logical_id, resource_json, resources_map, **place)

    parsing.parse_and_create_resource = make


def _check(guard: Guard, principal: Principal, resource_type: str, properties: dict[str, Any]) -> None:
    try:
        guard.check(principal, asked_to_make(resource_type, properties, guard.place))
    except AccessDeniedError as error:
        raise DeniedResourceError(error) from None


def uninstall() -> None:
    """Let everybody make everything."""
    parsing.parse_and_create_resource = _make
