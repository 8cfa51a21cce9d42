"""EventBridge, EventBridge Scheduler and EventBridge Pipes.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html and
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgepipes.html
"""

from typing import Any

from constructs_lib.local.iam.requests.asked import Asked, Call, Place, passed_role, requested_tags

_OF_RULES = {
    "DeleteRule": "Name",
    "DescribeRule": "Name",
    "DisableRule": "Name",
    "EnableRule": "Name",
    "ListTargetsByRule": "Rule",
    "PutRule": "Name",
    "PutTargets": "Rule",
    "RemoveTargets": "Rule",
}
_OF_SCHEDULES = {"CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"}


def asked(call: Call, place: Place) -> list[Asked] | None:
    """What a call of EventBridge asks for."""
    given, action = call.parameters, f"events:{call.operation}"
    if call.operation == "PutEvents":
        buses = (entry.get("EventBusName") or "default" for entry in given.get("Entries", []))
        return [Asked(action, place.named("events", "event-bus/", bus)) for bus in dict.fromkeys(buses)]
    if call.operation not in _OF_RULES:
        return None
    rule = given.get(_OF_RULES[call.operation], "")
    bus = (given.get("EventBusName") or "default").rpartition("/")[2]
    arn = place.named("events", "rule/" if bus == "default" else f"rule/{bus}/", rule)
    context = requested_tags({tag["Key"]: tag["Value"] for tag in given.get("Tags", [])})
    return [Asked(action, arn, context), *_passed(given, place)]


def asked_of_scheduler(call: Call, place: Place) -> list[Asked] | None:
    """What a call of EventBridge Scheduler asks for."""
    if call.operation not in _OF_SCHEDULES:
        return None
    given = call.parameters
    arn = place.named("scheduler", f"schedule/{given.get('GroupName') or 'default'}/", given.get("Name", ""))
    role = given.get("Target", {}).get("RoleArn")
    return [Asked(f"scheduler:{call.operation}", arn), *passed_role(role, "scheduler.amazonaws.com", place)]


def asked_of_pipes(call: Call, place: Place) -> list[Asked] | None:
    """What a call of EventBridge Pipes asks for."""
    name = call.parameters.get("Name")
    if not name or call.operation == "ListPipes":
        return None
    context = requested_tags(call.parameters.get("Tags") or {}) if call.operation == "CreatePipe" else {}
    passed = passed_role(call.parameters.get("RoleArn"), "pipes.amazonaws.com", place)
    return [Asked(f"pipes:{call.operation}", place.arn("pipes", f"pipe/{name}"), context), *passed]


def _passed(given: dict[str, Any], place: Place) -> list[Asked]:
    roles = [given.get("RoleArn"), *(target.get("RoleArn") for target in given.get("Targets", []))]
    return [item for role in roles for item in passed_role(role, "events.amazonaws.com", place)]
