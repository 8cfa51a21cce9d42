"""AWS Batch.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html and
https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html
"""

from collections.abc import Iterable
from typing import Any

from constructs_lib.local.iam.requests.asked import (
    Asked,
    Call,
    Context,
    Place,
    passed_role,
    requested_tags,
    resource_tags,
)

# The parameter that names the resource, and its kind.
_RESOURCES = {
    "CancelJob": [("jobId", "job/")],
    "CreateComputeEnvironment": [("computeEnvironmentName", "compute-environment/")],
    "CreateConsumableResource": [("consumableResourceName", "consumable-resource/")],
    "CreateJobQueue": [("jobQueueName", "job-queue/"), ("schedulingPolicyArn", "scheduling-policy/")],
    "CreateSchedulingPolicy": [("name", "scheduling-policy/")],
    "DeleteComputeEnvironment": [("computeEnvironment", "compute-environment/")],
    "DeleteConsumableResource": [("consumableResource", "consumable-resource/")],
    "DeleteJobQueue": [("jobQueue", "job-queue/")],
    "DeleteSchedulingPolicy": [("arn", "scheduling-policy/")],
    "DeregisterJobDefinition": [("jobDefinition", "job-definition/")],
    "DescribeConsumableResource": [("consumableResource", "consumable-resource/")],
    "GetJobQueueSnapshot": [("jobQueue", "job-queue/")],
    "ListTagsForResource": [("resourceArn", "")],
    "RegisterJobDefinition": [("jobDefinitionName", "job-definition/")],
    "TagResource": [("resourceArn", "")],
    "TerminateJob": [("jobId", "job/")],
    "UntagResource": [("resourceArn", "")],
    "UpdateComputeEnvironment": [("computeEnvironment", "compute-environment/")],
    "UpdateConsumableResource": [("consumableResource", "consumable-resource/")],
    "UpdateJobQueue": [("jobQueue", "job-queue/"), ("schedulingPolicyArn", "scheduling-policy/")],
    "UpdateSchedulingPolicy": [("arn", "scheduling-policy/")],
}
_BULK = {"CancelJobs": "CancelJob", "TerminateJobs": "TerminateJob"}
_LOG_OPTIONS = {
    "awslogs-create-group": "batch:AWSLogsCreateGroup",
    "awslogs-group": "batch:AWSLogsGroup",
    "awslogs-region": "batch:AWSLogsRegion",
    "awslogs-stream-prefix": "batch:AWSLogsStreamPrefix",
}


def asked(call: Call, place: Place) -> list[Asked]:
    """What a call asks for."""
    given = call.parameters
    if call.operation in _BULK:
        jobs = (place.named("batch", "job/", job) for job in given.get("jobs", []))
        return _each(_BULK[call.operation], jobs, {}, place)
    if call.operation == "SubmitJob":
        return _submit(given, place)
    if call.operation not in _RESOURCES:
        return [Asked(f"batch:{call.operation}")]
    arns = [place.named("batch", kind, given[name]) for name, kind in _RESOURCES[call.operation] if given.get(name)]
    arns += [
        place.named("batch", "compute-environment/", entry["computeEnvironment"])
        for entry in given.get("computeEnvironmentOrder", [])
    ]
    context: dict[str, Any] = {**requested_tags(given.get("tags", {}))}
    if call.operation == "UntagResource":
        context["aws:TagKeys"] = given.get("tagKeys", [])
    if call.operation == "RegisterJobDefinition" and "containerProperties" in given:
        context |= _of_container(given["containerProperties"])
    return [*_each(call.operation, arns, context, place), *_passed_roles(given, place)]


def _submit(given: dict[str, Any], place: Place) -> list[Asked]:
    arns = [
        place.lookup.definition(given.get("jobDefinition", "")),
        place.named("batch", "job-queue/", given.get("jobQueue", "")),
    ]
    tags = requested_tags(given.get("tags", {}))
    share = {"batch:ShareIdentifier": given["shareIdentifier"]} if given.get("shareIdentifier") else {}
    found = _each("SubmitJob", arns, {**tags, **share}, place)
    # Tags that come with a job are authorized on the same resources as the submit.
    return found + (_each("TagResource", arns, tags, place) if tags else [])


def _each(operation: str, arns: Iterable[str], context: Context, place: Place) -> list[Asked]:
    return [
        Asked(f"batch:{operation}", arn, {**resource_tags(place.lookup.tags(arn)), **context})
        for arn in dict.fromkeys(arns)
    ]


def _of_container(container: dict[str, Any]) -> dict[str, str]:
    logs = container.get("logConfiguration", {})
    found = {
        "batch:Image": container.get("image"),
        "batch:LogDriver": logs.get("logDriver"),
        "batch:Privileged": str(container.get("privileged", False)).lower(),
        "batch:User": container.get("user"),
        **{key: logs.get("options", {}).get(name) for name, key in _LOG_OPTIONS.items()},
    }
    return {key: value for key, value in found.items() if value}


def _passed_roles(given: dict[str, Any], place: Place) -> list[Asked]:
    nodes = given.get("nodeProperties", {}).get("nodeRangeProperties", [])
    tasks = [
        given.get("containerProperties", {}),
        *given.get("ecsProperties", {}).get("taskProperties", []),
        *(node.get("container", {}) for node in nodes),
    ]
    compute = given.get("computeResources", {})
    roles = [
        *(
            passed_role(task.get(name), "ecs-tasks.amazonaws.com", place)
            for task in tasks
            for name in ("jobRoleArn", "taskRoleArn", "executionRoleArn")
        ),
        passed_role(given.get("serviceRole"), "batch.amazonaws.com", place),
        passed_role(compute.get("spotIamFleetRole"), "spotfleet.amazonaws.com", place),
    ]
    return [item for found in roles for item in found]
