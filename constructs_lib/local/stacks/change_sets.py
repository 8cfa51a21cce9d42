"""Gap: moto finds a change set by its name in any stack, and executes it without outputs, exports and rollback.

Every stack that the CDK command line deploys has a change set of the same name. CloudFormation looks for it in the
stack that is named beside it, and deletes a stack's change sets when one of them is executed.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
"""

from typing import Any

from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError
from moto.core.responses import ActionResult, EmptyResult

from constructs_lib.local.stacks import change_details, operations

REVIEW = "REVIEW_IN_PROGRESS"

_create = models.CloudFormationBackend.create_change_set


class ChangeSetNotFoundError(CloudFormationError):
    """No such change set in the stack."""

    code = "ChangeSetNotFound"


def install() -> None:
    """Let change sets belong to their stack."""
    models.CloudFormationBackend.create_change_set = _create_change_set
    responses.CloudFormationResponse.describe_change_set = _describe_change_set
    responses.CloudFormationResponse.delete_change_set = _delete_change_set
    responses.CloudFormationResponse.execute_change_set = _execute_change_set


def _create_change_set(self: Any, *, stack_name: str, change_set_type: str, **others: Any) -> tuple[str, str]:
    stack = next((item for item in self.stacks.values() if stack_name in (item.name, item.stack_id)), None)
    if stack is not None and change_set_type == "CREATE":
        if stack.status != REVIEW:
            raise AlreadyExistsException(f"Stack [{stack_name}] already exists and cannot be created again")
        self.stacks.pop(stack.stack_id)
        operations.forget_change_sets(self, stack)
    if stack is not None and change_set_type == "UPDATE":
        stack_name = stack.name
        others["parameters"] = _given(stack, others["parameters"])
    change_set_id, stack_id = _create(self, stack_name=stack_name, change_set_type=change_set_type, **others)
    change_details.add(self.stacks[stack_id], self.change_sets[change_set_id])
    return change_set_id, stack_id


def _given(stack: Any, parameters: dict[str, str]) -> dict[str, str]:
    """What a stack's parameters were set to: moto takes for a previous value what it has read from Parameter Store."""
    slots = stack.template_dict.get("Parameters", {})
    given = {}
    for name, value in parameters.items():
        read = str(slots.get(name, {}).get("Type")).startswith("AWS::SSM::") and value == stack.stack_parameters[name]
        if not read:
            given[name] = value
        elif name in stack.parameters:
            given[name] = stack.parameters[name]
    return given


def _find(self: Any) -> Any:
    name, stack = self._get_param("ChangeSetName"), self._get_param("StackName")
    for found in self.cloudformation_backend.change_sets.values():
        if name == found.change_set_id or (
            name == found.change_set_name and stack in (found.stack_name, found.stack_id)
        ):
            return found
    return None


def _found(self: Any) -> Any:
    found = _find(self)
    if found is None:
        raise ChangeSetNotFoundError(f"ChangeSet [{self._get_param('ChangeSetName')}] does not exist")
    return found


def _describe_change_set(self: Any) -> Any:
    return ActionResult(_found(self))


def _delete_change_set(self: Any) -> Any:
    if found := _find(self):
        del self.cloudformation_backend.change_sets[found.change_set_id]
    return EmptyResult()


def _execute_change_set(self: Any) -> Any:
    change_set, backend = _found(self), self.cloudformation_backend
    stack = backend.stacks[change_set.stack_id]
    operations.forget_change_sets(backend, stack)
    operation = operations.create if stack.status == REVIEW else operations.update
    operation(backend, stack, change_set)
    return EmptyResult()
