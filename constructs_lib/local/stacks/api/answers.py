"""Stacks, resources and events as CloudFormation's answers have them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Types.html
"""

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.engine.stack import Event, Resource, Stack

Answer = dict[str, Any]
_HIDDEN = "****"


def text(value: Any) -> str:
    """A value of an output or parameter as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(text, value))
    return str(value)


def stack_answer(stack: Stack) -> Answer:
    """A stack, as DescribeStacks answers it."""
    source = stack.source
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": stack.change_set,
        "Description": source.template.get("Description"),
        "Parameters": parameter_answers(stack),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": not stack.rolls_back,
        "NotificationARNs": list(source.notifications),
        "TimeoutInMinutes": stack.timeout_minutes,
        "Capabilities": list(source.capabilities) or None,
        "Outputs": [
            {
                "OutputKey": item.key,
                "OutputValue": text(item.value),
                "Description": item.description,
                "ExportName": item.export_name,
            }
            for item in stack.outputs.values()
        ]
        or None,
        "RoleARN": source.role,
        "Tags": [{"Key": key, "Value": value} for key, value in source.tags.items()],
        "EnableTerminationProtection": stack.is_protected,
        "ParentId": stack.parent,
        "RootId": stack.root,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }


def parameter_answers(stack: Stack) -> list[Answer] | None:
    """The parameters of a stack; those that are secret hidden, those of Parameter Store with what was read there."""
    answers = []
    for name, slot in stack.source.template.get("Parameters", {}).items():
        given = stack.source.given.get(name, slot.get("Default", ""))
        answer = {"ParameterKey": name, "ParameterValue": _HIDDEN if _is_true(slot.get("NoEcho")) else text(given)}
        if str(slot.get("Type")).startswith("AWS::SSM::Parameter::Value<"):
            answer["ResolvedValue"] = text(stack.source.parameters.get(name, ""))
        answers.append(answer)
    return answers or None


def resource_answer(resource: Resource, stack: Stack) -> Answer:
    """A resource, as DescribeStackResources answers it."""
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id or None,
        "ResourceType": resource.resource_type,
        "Timestamp": resource.updated,
        "LastUpdatedTimestamp": resource.updated,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
        "Metadata": _metadata(stack.source.template, resource.logical_id),
    }


def event_answer(event: Event, stack: Stack) -> Answer:
    """An event, as DescribeStackEvents answers it."""
    return {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.resource_type,
        "Timestamp": event.time,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ClientRequestToken": event.token,
        "ResourceProperties": None if event.properties is None else json.dumps(event.properties, default=str),
    }


def _metadata(template: Mapping[str, Any], logical_id: str) -> str | None:
    found = template.get("Resources", {}).get(logical_id, {}).get("Metadata")
    return None if found is None else json.dumps(found, default=str)


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
