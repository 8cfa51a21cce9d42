"""Calls that tell of stacks.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.api.answers import event_answer, resource_answer, stack_answer, text
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.api.pages import page
from constructs_lib.local.stacks.engine.errors import CallError, NotFoundError
from constructs_lib.local.stacks.engine.stack import Resource

Request = Mapping[str, Any]
Answer = dict[str, Any]

_PATIENCE_SECONDS = 2.0
"""So long DescribeStacks of a stack that is being worked on waits for the end of it: whoever asks would ask again, and
the waiters of the SDKs do so after 30 seconds only."""


def describe_stacks(desk: Desk, request: Request) -> Answer:
    """The stacks, or one of them."""
    name = request.get("StackName")
    if not name:
        return page(
            "Stacks", [stack_answer(stack) for stack in reversed(desk.stacks.present())], request.get("NextToken")
        )
    stack = desk.stacks.get(name, "Stack with id {} does not exist")
    stack.wait(_PATIENCE_SECONDS)
    return {"Stacks": [stack_answer(stack)]}


def list_stacks(desk: Desk, request: Request) -> Answer:
    """The stacks in short, deleted ones too."""
    wanted = request.get("StackStatusFilter")
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "StackStatusReason",
        "ParentId",
        "RootId",
        "DriftInformation",
    )
    found = [stack for stack in reversed(list(desk.stacks)) if not wanted or stack.status in wanted]
    summaries = []
    for stack in found:
        answer = stack_answer(stack)
        summary = {name: answer[name] for name in names}
        summaries.append({**summary, "TemplateDescription": answer["Description"]})
    return page("StackSummaries", summaries, request.get("NextToken"))


def describe_stack_events(desk: Desk, request: Request) -> Answer:
    """What has happened to a stack, the newest first."""
    stack = desk.stacks.get(_name(request))
    events = [event_answer(event, stack) for event in reversed(list(stack.events))]
    return page("StackEvents", events, request.get("NextToken"))


def describe_stack_resources(desk: Desk, request: Request) -> Answer:
    """The resources of a stack, which may be found by one of them, too."""
    if physical_id := request.get("PhysicalResourceId"):
        stacks = (
            item for item in desk.stacks.present() if any(_has(physical_id, one) for one in item.resources.values())
        )
        stack = next(stacks, None)
        if stack is None:
            raise NotFoundError(f"Stack for {physical_id} does not exist")
    else:
        stack = desk.stacks.get(_name(request), "Stack with id {} does not exist")
    wanted = request.get("LogicalResourceId")
    found = [item for item in list(stack.resources.values()) if wanted in (None, item.logical_id)]
    return {"StackResources": [_without_time(resource_answer(item, stack)) for item in found]}


def describe_stack_resource(desk: Desk, request: Request) -> Answer:
    """A resource of a stack."""
    stack = desk.stacks.get(_name(request), "Stack '{}' does not exist")
    stack.wait(_PATIENCE_SECONDS)
    logical_id = request["LogicalResourceId"]
    if logical_id not in stack.resources:
        raise CallError(f"Resource {logical_id} does not exist for stack {stack.name}")
    return {"StackResourceDetail": resource_answer(stack.resources[logical_id], stack)}


def list_stack_resources(desk: Desk, request: Request) -> Answer:
    """The resources of a stack in short."""
    stack = desk.stacks.get(_name(request), "Stack with id {} does not exist")
    found = [resource_answer(item, stack) for item in list(stack.resources.values())]
    return page("StackResourceSummaries", found, request.get("NextToken"))


def list_exports(desk: Desk, request: Request) -> Answer:
    """What the stacks export."""
    found = [
        {"ExportingStackId": stack.id, "Name": item.export_name, "Value": text(item.value)}
        for stack, item in desk.stacks.exports()
    ]
    return page("Exports", found, request.get("NextToken"))


def list_imports(desk: Desk, request: Request) -> Answer:
    """The stacks that import what another one exports."""
    name = request["ExportName"]
    found = desk.stacks.importers(name)
    if not found:
        raise CallError(f"Export '{name}' is not imported by any stack.")
    return page("Imports", found, request.get("NextToken"))


def get_stack_policy(desk: Desk, request: Request) -> Answer:
    """The policy of a stack."""
    return {"StackPolicyBody": desk.stacks.get(request["StackName"]).policy}


def _name(request: Request) -> str:
    if not request.get("StackName"):
        constraint = "failed to satisfy constraint: Member must not be null"
        raise CallError(f"1 validation error detected: Value null at 'stackName' {constraint}")
    return str(request["StackName"])


def _has(physical_id: str, resource: Resource) -> bool:
    return resource.physical_id == physical_id


def _without_time(answer: Answer) -> Answer:
    return {name: value for name, value in answer.items() if name != "LastUpdatedTimestamp"}


CALLS = {
    "DescribeStackEvents": describe_stack_events,
    "DescribeStackResource": describe_stack_resource,
    "DescribeStackResources": describe_stack_resources,
    "DescribeStacks": describe_stacks,
    "GetStackPolicy": get_stack_policy,
    "ListExports": list_exports,
    "ListImports": list_imports,
    "ListStackResources": list_stack_resources,
    "ListStacks": list_stacks,
}
