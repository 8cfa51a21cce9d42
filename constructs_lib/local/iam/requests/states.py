"""Step Functions.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
"""

from constructs_lib.local.iam.requests.asked import Asked, Call, Place, passed_role, requested_tags, resource_tags

_ARN_PARAMETERS = (
    "stateMachineArn",
    "executionArn",
    "mapRunArn",
    "activityArn",
    "resourceArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
)
_WITHOUT_RESOURCE = {"ListActivities", "ListStateMachines", "ValidateStateMachineDefinition"}
_BY_TOKEN = {"SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess"}


def asked(call: Call, place: Place) -> list[Asked] | None:
    """What a call asks for."""
    given, action = call.parameters, f"states:{call.operation}"
    if call.operation in _WITHOUT_RESOURCE or call.operation in _BY_TOKEN:
        return [Asked(action)]
    context = requested_tags({tag["key"]: tag.get("value", "") for tag in given.get("tags", [])})
    roles = passed_role(given.get("roleArn"), "states.amazonaws.com", place)
    if call.operation in ("CreateStateMachine", "CreateActivity"):
        kind = "stateMachine:" if call.operation == "CreateStateMachine" else "activity:"
        arn = place.named("states", kind, given["name"])
        tagging = [Asked("states:TagResource", arn, context)] if context else []
        return [Asked(action, arn, context), *tagging, *roles]
    if call.operation == "TestState":
        secrets = [Asked("states:RevealSecrets")] if given.get("revealSecrets") else []
        return [Asked(action), *secrets, *roles]
    if call.operation == "CreateStateMachineAlias":
        version = given["routingConfiguration"][0]["stateMachineVersionArn"]
        return [Asked(action, version.rpartition(":")[0])]
    arn = next((given[name] for name in _ARN_PARAMETERS if given.get(name)), "")
    if not arn:
        return None
    return [Asked(action, arn, {**resource_tags(place.lookup.tags(arn)), **context}), *roles]
