"""Events of AWS Batch: that of its documentation, and the same with what the API reference says of other jobs.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

import copy
from typing import Any

Event = dict[str, Any]

QUEUE = "arn:aws:batch:us-east-1:123456789012:job-queue/PexjEHappyPathCanary2JobQueue"

DOCUMENTED: Event = {
    "version": "0",
    "id": "c8f9c4b5-76e5-d76a-f980-7011e206042b",
    "detail-type": "Batch Job State Change",
    "source": "aws.batch",
    "account": "123456789012",
    "time": "2022-01-11T23:36:40Z",
    "region": "us-east-1",
    "resources": ["arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8"],
    "detail": {
        "jobArn": "arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
        "jobName": "event-test",
        "jobId": "4c7599ae-0a82-49aa-ba5a-4727fcce14a8",
        "jobQueue": QUEUE,
        "status": "RUNNABLE",
        "attempts": [],
        "createdAt": 1641944200058,
        "retryStrategy": {"attempts": 2, "evaluateOnExit": []},
        "dependsOn": [],
        "jobDefinition": "arn:aws:batch:us-east-1:123456789012:job-definition/first-run-job-definition:1",
        "parameters": {},
        "container": {
            "image": "137112412989.dkr.ecr.us-east-1.amazonaws.com/amazonlinux:latest",
            "command": ["sleep", "600"],
            "volumes": [],
            "environment": [],
            "mountPoints": [],
            "ulimits": [],
            "networkInterfaces": [],
            "resourceRequirements": [{"value": "2", "type": "VCPU"}, {"value": "256", "type": "MEMORY"}],
            "secrets": [],
        },
        "tags": {"resourceArn": "arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8"},
        "propagateTags": False,
        "platformCapabilities": [],
    },
}
ATTEMPT = {
    "container": {"exitCode": 1, "logStreamName": "job/default/1", "networkInterfaces": []},
    "startedAt": 1641944260000,
    "stoppedAt": 1641944320000,
    "statusReason": "Essential container in task exited",
}
CHILD = {"arrayProperties": {"index": 4}}
ARRAY = {"arrayProperties": {"size": 10, "statusSummary": {"SUCCEEDED": 9, "FAILED": 1}}}
NODE = {"nodeDetails": {"nodeIndex": 1, "isMainNode": False}}
SEVERAL_NODES = {"nodeProperties": {"numNodes": 2, "mainNode": 0}}


def event(status: str, **detail: Any) -> Event:
    """The documented event with another status, and other fields."""
    made = copy.deepcopy(DOCUMENTED)
    made["detail"] |= {"status": status, **detail}
    return made


def blocked(reason: str = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY") -> Event:
    """The event of a job that blocks its queue."""
    made = event("RUNNABLE", statusReason=reason)
    return made | {"detail-type": "Batch Job Queue Blocked", "resources": [*made["resources"], QUEUE]}
