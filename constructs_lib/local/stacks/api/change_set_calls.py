"""Calls that make, show and execute change sets.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
"""

import uuid
from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.api.desk import Desk, check_idle
from constructs_lib.local.stacks.api.pages import page
from constructs_lib.local.stacks.api.sources import source_of
from constructs_lib.local.stacks.api.stack_calls import CHANGEABLE
from constructs_lib.local.stacks.engine.change_sets import UNCHANGED, ChangeSet, change_answer
from constructs_lib.local.stacks.engine.creation import DO_NOTHING, create
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.planning import changes_nothing, plan_of
from constructs_lib.local.stacks.engine.stack import Source
from constructs_lib.local.stacks.engine.stacks import REVIEW
from constructs_lib.local.stacks.engine.update import Update

Request = Mapping[str, Any]
Answer = dict[str, Any]


def create_change_set(desk: Desk, request: Request) -> Answer:
    """Find out what would change; a new stack is in review until the change set is executed."""
    name, stacks = request["StackName"], desk.stacks
    kind = request.get("ChangeSetType", "UPDATE")
    with stacks.lock:
        stack = stacks.find(name)
        if kind == "CREATE" and stack and stack.status != REVIEW:
            message = f"Stack [{name}] already exists and cannot be created again with the changeSet"
            raise CallError(f"{message} [{request['ChangeSetName']}].")
        if kind == "UPDATE":
            stack = stacks.get(name)
            check_idle(stack, "updated", CHANGEABLE.__contains__)
        if kind not in ("CREATE", "UPDATE"):
            raise CallError(f"ChangeSetType {kind} is not emulated")
        if stack and any(item.name == request["ChangeSetName"] for item in stacks.change_sets_of(stack)):
            message = (
                f"ChangeSet {request['ChangeSetName']} cannot be created due to a mismatch with existing attribute Name"
            )
            raise CallError(message, "AlreadyExistsException")
        source = source_of(request, desk.world, stack.name if stack else name, stack if kind == "UPDATE" else None)
        if stack is None:
            stack = stacks.add(name, Source("", {"Resources": {}}, {}, {}, source.tags, role=source.role))
            stack.tell(REVIEW, desk.world.now(), "User Initiated")
        found = ChangeSet(
            id=desk.world.services.arn("cloudformation", f"changeSet/{request['ChangeSetName']}/{uuid.uuid4()}"),
            name=request["ChangeSetName"],
            kind=kind,
            stack_id=stack.id,
            stack_name=stack.name,
            source=source,
            plan=plan_of(stack, source, desk.world),
            created=desk.world.now(),
            description=request.get("Description"),
            on_failure=request.get("OnStackFailure", "ROLLBACK"),
        )
        if changes_nothing(stack, source, found.plan):
            found.status, found.reason = "FAILED", UNCHANGED
        stacks.change_sets[found.id] = found
    return {"Id": found.id, "StackId": stack.id}


def describe_change_set(desk: Desk, request: Request) -> Answer:
    """What a change set would do."""
    found = desk.stacks.change_set(request["ChangeSetName"], request.get("StackName"))
    stack = desk.stacks.get(found.stack_id)
    changes = [change_answer(change, stack) for change in found.plan.changes]
    return {
        **_summary(found),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in found.source.given.items()],
        "Capabilities": list(found.source.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in found.source.tags.items()],
        "NotificationARNs": list(found.source.notifications),
        "RollbackConfiguration": {},
        "OnStackFailure": found.on_failure,
        **page("Changes", changes, request.get("NextToken")),
    }


def list_change_sets(desk: Desk, request: Request) -> Answer:
    """The change sets of a stack."""
    stack = desk.stacks.get(request["StackName"])
    return page("Summaries", [_summary(item) for item in desk.stacks.change_sets_of(stack)], request.get("NextToken"))


def delete_change_set(desk: Desk, request: Request) -> Answer:
    """Forget a change set; one that is not there is no error."""
    found = desk.stacks.find_change_set(request["ChangeSetName"], request.get("StackName"))
    if found:
        del desk.stacks.change_sets[found.id]
    return {}


def execute_change_set(desk: Desk, request: Request) -> Answer:
    """Do what a change set would do."""
    stacks = desk.stacks
    with stacks.lock:
        found = stacks.change_set(request["ChangeSetName"], request.get("StackName"))
        if found.execution_status != "AVAILABLE":
            message = f"ChangeSet [{found.id}] cannot be executed in its current status of [{found.status}]"
            raise CallError(message, "InvalidChangeSetStatus")
        stack = stacks.get(found.stack_id)
        is_new = stack.status == REVIEW
        if not is_new:
            check_idle(stack, "updated", CHANGEABLE.__contains__)
        stacks.forget_change_sets(stack)
        stack.change_set = found.id
        stack.token = request.get("ClientRequestToken")
        operation = desk.operation(stack, found.source.role)
        disabled = bool(request.get("DisableRollback"))
        stack.rolls_back = not disabled
        if is_new:
            stack.source = found.source
            on_failure = DO_NOTHING if disabled else found.on_failure
            operation.say("CREATE_IN_PROGRESS", "User Initiated")
        else:
            update = Update(operation, found.source)
            operation.say("UPDATE_IN_PROGRESS", "User Initiated")
    desk.start(stack, (lambda: create(operation, on_failure)) if is_new else update.run)
    return {}


def _summary(found: ChangeSet) -> Answer:
    return {
        "ChangeSetName": found.name,
        "ChangeSetId": found.id,
        "StackId": found.stack_id,
        "StackName": found.stack_name,
        "Description": found.description,
        "CreationTime": found.created,
        "ExecutionStatus": found.execution_status,
        "Status": found.status,
        "StatusReason": found.reason,
        "IncludeNestedStacks": False,
    }


CALLS = {
    "CreateChangeSet": create_change_set,
    "DeleteChangeSet": delete_change_set,
    "DescribeChangeSet": describe_change_set,
    "ExecuteChangeSet": execute_change_set,
    "ListChangeSets": list_change_sets,
}
