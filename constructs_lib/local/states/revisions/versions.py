"""Gap: moto publishes versions and does no more with them, and knows no revisions.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
"""

import uuid
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import InvalidArn, StateMachineDoesNotExist
from moto.stepfunctions.models import StateMachine, StateMachineInstance
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.revisions.pages import page_of
from constructs_lib.local.states.revisions.targets import machine_of

_publish = StateMachine.publish
_update = StateMachine.update
_update_machine = StepFunctionResponse.update_state_machine
_describe = StepFunctionResponse._describe_state_machine  # noqa: SLF001 this is what gets replaced

FIRST_REVISION = "INITIAL"
"""The revision of a state machine that was never changed."""


class ConflictError(AWSError):
    """A request that does not fit what is there."""

    TYPE = "ConflictException"
    STATUS = 400


def patches() -> list[Patch]:
    """Number the revisions; publish, list and delete versions."""
    return [
        Patch(StateMachineInstance, "revision_id", None, adds=True),
        Patch(StateMachine, "publish", _publish_revision),
        Patch(StateMachine, "update", _update_revision),
        Patch(StepFunctionResponse, "update_state_machine", _update_and_tell),
        Patch(StepFunctionResponse, "_describe_state_machine", _describe_revision),
        Patch(StepFunctionResponse, "describe_state_machine_for_execution", _describe_for_execution),
        Patch(StepFunctionResponse, "publish_state_machine_version", _publish_version, adds=True),
        Patch(StepFunctionResponse, "list_state_machine_versions", _list, adds=True),
        Patch(StepFunctionResponse, "delete_state_machine_version", _delete, adds=True),
    ]


def _publish_revision(self: Any, description: str | None) -> None:
    last = max(self.versions, default=None)
    published = None if last is None else self.versions[last]
    if published is not None and last == self.latest_version_number and published.revision_id == self.revision_id:
        self.latest_version = published  # to publish a revision again gives the version that it is
        return
    _publish(self, description)
    self.latest_version.revision_id = self.revision_id


def _update_revision(self: Any, **values: Any) -> None:
    before = (self.definition, self.roleArn)
    _update(self, **values)
    if (self.definition, self.roleArn) != before:
        self.revision_id = str(uuid.uuid4())


def _update_and_tell(self: Any) -> Any:
    arn = self._get_param("stateMachineArn")
    machine = machine_of(self.stepfunction_backend, arn)
    if arn != machine.arn:  # versions and aliases do not change
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    before = machine.revision_id
    response = _update_machine(self)
    if machine.revision_id != before:
        response.result["revisionId"] = machine.revision_id
    return response


def _describe_revision(self: Any, state_machine_arn: str) -> Any:
    response = _describe(self, state_machine_arn)
    shown = response.result
    shown["loggingConfiguration"] = {"includeExecutionData": False, **shown["loggingConfiguration"]}
    revision = self.stepfunction_backend.describe_state_machine(state_machine_arn).revision_id
    if revision is not None:
        shown["revisionId"] = revision
    return response


def _describe_for_execution(self: Any) -> ActionResult:
    arn = self._get_param("executionArn")
    backend = self.stepfunction_backend
    # As it was when the execution began; of a child execution, as its parent's is now.
    machine = getattr(backend.describe_execution(arn), "state_machine", None)
    machine = machine or backend.describe_state_machine_for_execution(arn)
    response = {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "definition": machine.definition,
        "roleArn": machine.roleArn,
        "updateDate": machine.update_date,
        "loggingConfiguration": {"includeExecutionData": False, **machine.loggingConfiguration},
        "tracingConfiguration": machine.tracingConfiguration,
        "encryptionConfiguration": machine.encryptionConfiguration,
    }
    return ActionResult(response | ({"revisionId": machine.revision_id} if machine.revision_id else {}))


def _publish_version(self: Any) -> ActionResult:
    arn, revision = self._get_param("stateMachineArn"), self._get_param("revisionId")
    if not arn.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    machine = machine_of(self.stepfunction_backend, arn)
    current = machine.revision_id or FIRST_REVISION
    if revision is not None and revision != current:
        raise ConflictError(
            f"Failed to publish the State Machine version for revision {revision}. "
            f"The current State Machine revision is {current}."
        )
    machine.publish(self._get_param("description"))
    version = machine.latest_version
    return ActionResult({"creationDate": version.creation_date, "stateMachineVersionArn": version.arn})


def _list(self: Any) -> ActionResult:
    machine = machine_of(self.stepfunction_backend, self._get_param("stateMachineArn"))
    newest_first = [machine.versions[number] for number in sorted(machine.versions, reverse=True)]
    return ActionResult(page_of(self, "stateMachineVersions", newest_first, _shown))


def _shown(version: Any) -> dict[str, Any]:
    return {"stateMachineVersionArn": version.arn, "creationDate": version.creation_date}


def _delete(self: Any) -> EmptyResult:
    arn = self._get_param("stateMachineVersionArn")
    try:
        machine = machine_of(self.stepfunction_backend, arn)
    except StateMachineDoesNotExist:
        return EmptyResult()
    used_by = [alias.name for alias in machine.aliases.values() if _routes_to(alias, arn)]
    if used_by:
        raise ConflictError(
            "Version to be deleted must not be referenced by an alias. "
            f"Current list of aliases referencing this version: [{', '.join(used_by)}]"
        )
    number = arn.rpartition(":")[2]
    if number.isdecimal():
        machine.versions.pop(int(number), None)
    return EmptyResult()


def _routes_to(alias: Any, arn: str) -> bool:
    return any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration)
