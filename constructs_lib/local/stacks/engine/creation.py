"""A new stack: its resources, or none of them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from constructs_lib.local.stacks.engine.deletion import delete_all
from constructs_lib.local.stacks.engine.operation import Operation, OperationError
from constructs_lib.local.stacks.engine.stack import Resource

DELETE, DO_NOTHING, ROLLBACK = "DELETE", "DO_NOTHING", "ROLLBACK"


def create(operation: Operation, on_failure: str = ROLLBACK) -> None:
    """Make the resources of a stack that has none.

    Args:
        operation: on the stack.
        on_failure: ``ROLLBACK`` deletes what was made, ``DELETE`` the stack too, ``DO_NOTHING`` leaves all as it is.
    """
    stack, source = operation.stack, operation.stack.source
    try:
        wanted = operation.active(source)
        operation.bring_in(source, wanted)
        for logical_id in wanted:
            kind = source.template["Resources"][logical_id]["Type"]
            resource = Resource(logical_id, kind, "", operation.world.now())
            stack.resources[logical_id] = resource
            _create(operation, resource)
        operation.settle_outputs(source)
    except OperationError as error:
        failed = [item.logical_id for item in stack.resources.values() if item.status == "CREATE_FAILED"]
        reason = f"The following resource(s) failed to create: [{', '.join(failed)}]." if failed else str(error)
        _give_up(operation, on_failure, reason)
    else:
        operation.say("CREATE_COMPLETE")


def _create(operation: Operation, resource: Resource) -> None:
    try:
        desired = operation.desired(resource.logical_id, operation.stack.source)
    except OperationError as error:
        operation.say_of(resource, "CREATE_FAILED", str(error))
        raise
    operation.create(resource, desired)


def _give_up(operation: Operation, on_failure: str, reason: str) -> None:
    if on_failure == DO_NOTHING:
        operation.say("CREATE_FAILED", reason)
        return
    if on_failure == DELETE:
        operation.say("DELETE_IN_PROGRESS", f"{reason} Delete requested by user.")
        failed = delete_all(operation, is_creation=True)
        operation.say("DELETE_FAILED" if failed else "DELETE_COMPLETE", failed)
        return
    operation.say("ROLLBACK_IN_PROGRESS", f"{reason} Rollback requested by user.")
    roll_back(operation)


def roll_back(operation: Operation) -> None:
    """Delete what was made of a stack that could not be made."""
    failed = delete_all(operation, is_creation=True)
    operation.say("ROLLBACK_FAILED" if failed else "ROLLBACK_COMPLETE", failed)
