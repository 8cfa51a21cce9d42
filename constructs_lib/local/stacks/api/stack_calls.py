"""Calls that make, change and delete stacks.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.api.desk import Desk, check_idle
from constructs_lib.local.stacks.api.sources import source_of
from constructs_lib.local.stacks.engine.creation import DO_NOTHING, ROLLBACK, create, roll_back
from constructs_lib.local.stacks.engine.deletion import delete, is_in_use
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.planning import changes_nothing, plan_of
from constructs_lib.local.stacks.engine.stacks import DELETED, REVIEW
from constructs_lib.local.stacks.engine.update import Update

Request = Mapping[str, Any]
Answer = dict[str, Any]

NO_CHANGES = "No updates are to be performed."
CHANGEABLE = {
    "CREATE_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}


def create_stack(desk: Desk, request: Request) -> Answer:
    """Make a stack."""
    name = request["StackName"]
    with desk.stacks.lock:
        found = desk.stacks.find(name)
        if found and found.status != REVIEW:
            raise CallError(f"Stack [{name}] already exists", "AlreadyExistsException")
        if found:
            raise CallError(f"Stack:{found.id} is in {REVIEW} state and can not be updated.")
        source = source_of(request, desk.world, name)
        stack = desk.stacks.add(name, source)
        stack.is_protected = bool(request.get("EnableTerminationProtection"))
        stack.timeout_minutes = request.get("TimeoutInMinutes")
        stack.policy = request.get("StackPolicyBody")
        on_failure = DO_NOTHING if request.get("DisableRollback") else request.get("OnFailure", ROLLBACK)
        stack.rolls_back = on_failure != DO_NOTHING
        operation = desk.operation(stack, source.role)
        stack.token = request.get("ClientRequestToken")
        operation.say("CREATE_IN_PROGRESS", "User Initiated")
    desk.start(stack, lambda: create(operation, on_failure))
    return {"StackId": stack.id}


def update_stack(desk: Desk, request: Request) -> Answer:
    """Change a stack."""
    with desk.stacks.lock:
        stack = desk.stacks.get(request["StackName"])
        check_idle(stack, "updated", CHANGEABLE.__contains__)
        source = source_of(request, desk.world, stack.name, stack)
        if changes_nothing(stack, source, plan_of(stack, source, desk.world)):
            raise CallError(NO_CHANGES)
        stack.rolls_back = not request.get("DisableRollback")
        operation = desk.operation(stack, source.role)
        update = Update(operation, source)
        stack.token = request.get("ClientRequestToken")
        operation.say("UPDATE_IN_PROGRESS", "User Initiated")
    desk.start(stack, update.run)
    return {"StackId": stack.id}


def delete_stack(desk: Desk, request: Request) -> Answer:
    """Delete a stack; one that is not there is no error."""
    with desk.stacks.lock:
        stack = desk.stacks.find(request["StackName"])
        if stack is None or stack.status in (DELETED, "DELETE_IN_PROGRESS"):
            return {}
        if stack.is_protected:
            message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise CallError(message)
        if stack.status == REVIEW:
            stack.deleted = desk.world.now()
            stack.tell(DELETED, desk.world.now())
            desk.stacks.forget_change_sets(stack)
            return {}
        check_idle(stack, "deleted")
        retained = request.get("RetainResources", ())
        if retained and stack.status != "DELETE_FAILED":
            message = "Specify resources to retain only when the stack is in the DELETE_FAILED state."
            raise CallError(f"Invalid operation on stack [{stack.id}]. {message}")
        operation = desk.operation(stack, request.get("RoleARN") or stack.source.role)
        if is_in_use(operation):
            return {}
        stack.token = request.get("ClientRequestToken")
        operation.say("DELETE_IN_PROGRESS", "User Initiated")
        desk.stacks.forget_change_sets(stack)
    desk.start(stack, lambda: delete(operation, retained))
    return {}


def continue_update_rollback(desk: Desk, request: Request) -> Answer:
    """Go on with a rollback that failed."""
    with desk.stacks.lock:
        stack = desk.stacks.get(request["StackName"])
        check_idle(stack, "updated", "UPDATE_ROLLBACK_FAILED".__eq__)
        unfinished = stack.unfinished
        if unfinished is None:
            raise CallError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        stack.tell("UPDATE_ROLLBACK_IN_PROGRESS", desk.world.now(), "User Initiated")
    skipped = [name.rpartition(".")[2] for name in request.get("ResourcesToSkip", ())]
    desk.start(stack, lambda: unfinished.roll_back(skipped))
    return {}


def cancel_update_stack(desk: Desk, request: Request) -> Answer:
    """Roll back an update that is under way."""
    stack = desk.stacks.get(request["StackName"])
    if stack.status != "UPDATE_IN_PROGRESS":
        raise CallError("CancelUpdateStack cannot be called from current stack status")
    stack.is_cancelled = True
    return {}


def rollback_stack(desk: Desk, request: Request) -> Answer:
    """Roll back what was left as it was when it failed."""
    with desk.stacks.lock:
        stack = desk.stacks.get(request["StackName"])
        check_idle(stack, "rolled back", ("CREATE_FAILED", "UPDATE_FAILED").__contains__)
        stack.token = request.get("ClientRequestToken")
        operation, unfinished = desk.operation(stack, request.get("RoleARN") or stack.source.role), stack.unfinished
        is_new = stack.status == "CREATE_FAILED" or unfinished is None
        operation.say("ROLLBACK_IN_PROGRESS" if is_new else "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
    desk.start(stack, unfinished.roll_back if unfinished and not is_new else lambda: roll_back(operation))
    return {"StackId": stack.id}


def update_termination_protection(desk: Desk, request: Request) -> Answer:
    """Protect a stack from being deleted, or do so no more."""
    stack = desk.stacks.get(request["StackName"])
    stack.is_protected = bool(request["EnableTerminationProtection"])
    return {"StackId": stack.id}


def set_stack_policy(desk: Desk, request: Request) -> Answer:
    """Keep a policy of a stack; it is told, and not enforced."""
    desk.stacks.get(request["StackName"]).policy = request.get("StackPolicyBody")
    return {}


CALLS = {
    "CancelUpdateStack": cancel_update_stack,
    "ContinueUpdateRollback": continue_update_rollback,
    "CreateStack": create_stack,
    "DeleteStack": delete_stack,
    "RollbackStack": rollback_stack,
    "SetStackPolicy": set_stack_policy,
    "UpdateStack": update_stack,
    "UpdateTerminationProtection": update_termination_protection,
}
