"""Gap: moto accepts routings that AWS refuses, a second alias of the same name, and refuses to delete what is gone.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
"""

import re
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import ResourceNotFound, StateMachineDoesNotExist, ValidationException
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.revisions.pages import page_of
from constructs_lib.local.states.revisions.targets import machine_of, version_of
from constructs_lib.local.states.revisions.versions import ConflictError

_NAME = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+")
_PATTERN = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
_MOST_VERSIONS, _ALL = 2, 100

_create = StepFunctionResponse.create_state_machine_alias
_delete = StepFunctionResponse.delete_state_machine_alias
_update = StepFunctionResponse.update_state_machine_alias


class NoSuchAliasError(AWSError):
    """An alias that is not there."""

    TYPE = "ResourceNotFound"
    STATUS = 400

    def __init__(self) -> None:
        super().__init__("Request references a resource that does not exist.")


def patches() -> list[Patch]:
    """Check names and routings."""
    return [
        Patch(StepFunctionResponse, "create_state_machine_alias", _create_checked),
        Patch(StepFunctionResponse, "update_state_machine_alias", _update_checked),
        Patch(StepFunctionResponse, "delete_state_machine_alias", _delete_what_is_there),
        Patch(StepFunctionResponse, "list_state_machine_aliases", _list),
        Patch(StepFunctionResponse, "_validate_routing_configuration", _check_routing),
    ]


def _create_checked(self: Any) -> Any:
    name, routing = self._get_param("name"), self._get_param("routingConfiguration")
    if len(name) > STEP_FUNCTIONS_NAME_CHARACTERS:
        raise _invalid(name, "name", f"have length less than or equal to {STEP_FUNCTIONS_NAME_CHARACTERS}")
    if not _NAME.fullmatch(name):
        raise _invalid(name, "name", f"satisfy regular expression pattern: {_PATTERN}")
    _check_routing(self, routing)
    machine = machine_of(self.stepfunction_backend, routing[0]["stateMachineVersionArn"])
    there = machine.aliases.get(name)
    if there is None:
        return _create(self)
    if (there.routing_configuration, there.description) != (routing, self._get_param("description")):
        raise ConflictError(
            "Failed to create alias because an alias with the same name and a different routing configuration "
            "already exists."
        )
    return ActionResult({"stateMachineAliasArn": there.arn, "creationDate": there.creation_date})


def _update_checked(self: Any) -> Any:
    try:
        return _update(self)
    except (ResourceNotFound, StateMachineDoesNotExist):
        raise NoSuchAliasError from None


def _delete_what_is_there(self: Any) -> Any:
    try:
        return _delete(self)
    except (ResourceNotFound, StateMachineDoesNotExist):
        return EmptyResult()


def _list(self: Any) -> ActionResult:
    arn = self._get_param("stateMachineArn")
    machine = machine_of(self.stepfunction_backend, arn)
    aliases = sorted(machine.aliases.values(), key=lambda alias: alias.creation_date)
    if arn != machine.arn:
        aliases = [
            alias
            for alias in aliases
            if any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration)
        ]
    return ActionResult(page_of(self, "stateMachineAliases", aliases, _shown))


def _shown(alias: Any) -> dict[str, Any]:
    return {"stateMachineAliasArn": alias.arn, "creationDate": alias.creation_date}


def _check_routing(self: Any, routing_configuration: list[dict[str, Any]]) -> None:
    arns = [route["stateMachineVersionArn"] for route in routing_configuration]
    weights = [route["weight"] for route in routing_configuration]
    if len(routing_configuration) > _MOST_VERSIONS:
        items = ", ".join(
            f"RoutingConfigurationListItem(stateMachineVersionArn={arn}, weight={weight})"
            for arn, weight in zip(arns, weights, strict=True)
        )
        raise _invalid(f"[{items}]", "routingConfiguration", f"have length less than or equal to {_MOST_VERSIONS}")
    for position, weight in enumerate(weights, start=1):
        if weight > _ALL:
            member = f"routingConfiguration.{position}.member.weight"
            raise _invalid(weight, member, f"have value less than or equal to {_ALL}")
    if not all(arn.rpartition(":")[2].isdecimal() for arn in arns):
        raise ValidationException(
            f"Routing configuration must contain state machine version ARNs. Received: [{', '.join(arns)}]"
        )
    if len(set(arns)) < len(arns):
        raise ValidationException(
            f"Routing configuration must contain distinct state machine version ARNs. Received: [{', '.join(arns)}]"
        )
    if sum(weights) != _ALL:
        raise ValidationException(f"Sum of routing configuration weights must equal 100. Received: {weights}")
    if len({arn.rpartition(":")[0] for arn in arns}) > 1:
        raise ValidationException("Both stateMachineVersionArn values must belong to the same state machine.")
    for arn in arns:
        version_of(machine_of(self.stepfunction_backend, arn), arn)


def _invalid(value: Any, member: str, constraint: str) -> ValidationException:
    return ValidationException(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must {constraint}"
    )
