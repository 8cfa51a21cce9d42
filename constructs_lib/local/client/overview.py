"""What is in accounts and regions: stacks, executions and jobs, each as a plain record."""

from collections.abc import Iterable
from typing import Any

from constructs_lib.local.account import Clients
from constructs_lib.local.client.jobs import Jobs

Record = dict[str, Any]

_TIMES = ("createdAt", "startedAt", "stoppedAt")
_MILLISECONDS = 1000


def overview(places: Iterable[Clients]) -> dict[str, list[Record]]:
    """Everything that there is in some accounts and regions, the oldest first; times in seconds since the epoch."""
    places = list(places)
    return {
        "stacks": [item for clients in places for item in _stacks(clients)],
        "executions": _in_order((item for clients in places for item in _executions(clients)), "startedAt"),
        "jobs": _in_order((item for clients in places for item in _jobs(clients)), "createdAt"),
    }


def _stacks(clients: Clients) -> list[Record]:
    pages = clients("cloudformation").get_paginator("describe_stacks").paginate()
    return [
        {
            "name": item["StackName"],
            "arn": item["StackId"],
            "status": item["StackStatus"],
            "createdAt": item["CreationTime"].timestamp(),
            "updatedAt": item["LastUpdatedTime"].timestamp() if item.get("LastUpdatedTime") else None,
        }
        for page in pages
        for item in page["Stacks"]
    ]


def _executions(clients: Clients) -> list[Record]:
    client = clients("stepfunctions")
    machines = [
        item for page in client.get_paginator("list_state_machines").paginate() for item in page["stateMachines"]
    ]
    return [
        {
            "name": item["name"],
            "arn": item["executionArn"],
            "stateMachine": machine["name"],
            "status": item["status"],
            "startedAt": item["startDate"].timestamp(),
            "stoppedAt": item["stopDate"].timestamp() if item.get("stopDate") else None,
        }
        for machine in machines
        for page in client.get_paginator("list_executions").paginate(stateMachineArn=machine["stateMachineArn"])
        for item in page["executions"]
    ]


def _in_order(records: Iterable[Record], time: str) -> list[Record]:
    return sorted(records, key=lambda item: float(item[time]))


def _jobs(clients: Clients) -> list[Record]:
    jobs = Jobs(clients)
    return [
        {
            "id": job["jobId"],
            "arn": job["jobArn"],
            "name": job["jobName"],
            "queue": job["jobQueue"].rpartition("/")[2],
            "status": job["status"],
            "reason": job.get("statusReason"),
            "children": job.get("arrayProperties", {}).get("statusSummary"),
            **{name: job[name] / _MILLISECONDS if job.get(name) else None for name in _TIMES},
        }
        for job in jobs.describe([item["jobId"] for item in jobs.since(jobs.queues())])
    ]
