"""Amazon ECS.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

from typing import Any

from constructs_lib.local.iam.requests.asked import Asked, Call, Place, passed_role, requested_tags

_TASKS = "ecs-tasks.amazonaws.com"
_OF_TASKS = {"DescribeTasks": "tasks", "ExecuteCommand": "task", "StopTask": "task"}
_WITHOUT_RESOURCE = {
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "ListClusters",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
}


def asked(call: Call, place: Place) -> list[Asked] | None:
    """What a call asks for."""
    given, action = call.parameters, f"ecs:{call.operation}"
    if call.operation in _WITHOUT_RESOURCE:
        return [Asked(action)]
    cluster = place.named("ecs", "cluster/", given.get("cluster") or "default")
    if call.operation in _OF_TASKS:
        wanted = given.get(_OF_TASKS[call.operation]) or []
        tasks = [wanted] if isinstance(wanted, str) else wanted
        kind = f"task/{cluster.rpartition('/')[2]}/"
        return [Asked(action, place.named("ecs", kind, task), {"ecs:cluster": cluster}) for task in tasks]
    if call.operation == "RunTask":
        return _run(given, place, cluster)
    if call.operation == "RegisterTaskDefinition":
        roles = [given.get("taskRoleArn"), given.get("executionRoleArn")]
        return [Asked(action), *(item for role in roles for item in passed_role(role, _TASKS, place))]
    return None


def _run(given: dict[str, Any], place: Place, cluster: str) -> list[Asked]:
    """A task gets the roles of its definition, unless its overrides have others."""
    arn, roles = place.lookup.task_definition(given.get("taskDefinition", ""))
    overrides = given.get("overrides") or {}
    roles = {name: overrides.get(name) or role for name, role in roles.items()}
    tags = requested_tags({tag["key"]: tag.get("value", "") for tag in given.get("tags") or []})
    passed = [item for role in dict.fromkeys(roles.values()) for item in passed_role(role, _TASKS, place)]
    return [Asked("ecs:RunTask", arn, {"ecs:cluster": cluster, **tags}), *passed]
