"""What is asked for when a person submits a job of a stack: the definition, the queue, and the requests for SubmitJob.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.local.account import Clients
from constructs_lib.local.apps.deployment import JOB_DEFINITION, Deployment
from constructs_lib.local.apps.resource_names import Resource, find, listed

JOB_QUEUE = "AWS::Batch::JobQueue"
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_NAME_CHARACTERS = 128


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job that is to be submitted.

    Args:
        job: its definition, by what it is called in the stack, or by the name of a definition that the account has.
        queue: the same of a queue. Default: the one that there is.
        array: the size of an array job. Default: a job that is none.
        count: how many jobs.
        environment: variables of its containers, besides those of its definition.
        parameters: values for ``Ref::name`` in its command.
        share: the share identifier, for a queue with a fair-share policy.
        priority: within its share, the highest first. Default: that of the definition.
        depends_on: what it waits for, as SubmitJob has it.
        name: what it is called. Default: as its definition.
    """

    job: str
    queue: str | None = None
    array: int | None = None
    count: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    share: str | None = None
    priority: int | None = None
    depends_on: Sequence[Mapping[str, str]] = ()
    name: str | None = None


def request_of(wanted: JobRequest, clients: Clients, deployments: Sequence[Deployment]) -> dict[str, Any]:
    """Make the request for one of the jobs.

    Args:
        wanted: the job.
        clients: makes boto3 clients.
        deployments: the stacks by whose names things are found, the nearest last.

    Raises:
        LookupError: there is no such definition or queue, or several are meant.
    """
    batch = clients("batch")
    found = _found(wanted.job, deployments, JOB_DEFINITION, "job definition")
    definition = _definition(batch, found.physical_id if found else wanted.job, wanted.job, deployments)
    called = found.construct[-1] if found and found.construct else wanted.job.rpartition("/")[2]
    return request_for(wanted, definition, _queue(batch, wanted.queue, deployments), called)


def request_for(wanted: JobRequest, definition: Mapping[str, Any], queue: str, called: str) -> dict[str, Any]:
    """Make the request for one of the jobs, of a definition and a queue that were found.

    Args:
        wanted: the job.
        definition: as DescribeJobDefinitions has it.
        queue: ARN or name of the queue.
        called: what people call the definition; the job is called so unless it has a name.
    """
    request: dict[str, Any] = {
        "jobName": wanted.name or _NO_NAME.sub("-", called).strip("-_")[:_NAME_CHARACTERS] or "job",
        "jobDefinition": definition["jobDefinitionArn"],
        "jobQueue": queue,
        **_overrides(definition, [{"name": name, "value": value} for name, value in wanted.environment.items()]),
    }
    if wanted.array is not None:
        request["arrayProperties"] = {"size": wanted.array}
    if wanted.parameters:
        request["parameters"] = dict(wanted.parameters)
    if wanted.share is not None:
        request["shareIdentifier"] = wanted.share
    if wanted.priority is not None:
        request["schedulingPriorityOverride"] = wanted.priority
    if wanted.depends_on:
        request["dependsOn"] = [dict(item) for item in wanted.depends_on]
    return request


def _definition(batch: Any, name: str, wanted: str, deployments: Sequence[Deployment]) -> dict[str, Any]:
    by = {"jobDefinitions": [name]} if name.startswith("arn:") or ":" in name else {"jobDefinitionName": name}
    pages = batch.get_paginator("describe_job_definitions").paginate(status="ACTIVE", **by)
    known: list[dict[str, Any]] = [item for page in pages for item in page["jobDefinitions"]]
    if not known:
        deployments[-1].find(wanted, JOB_DEFINITION, "job definition")  # which tells what there is
    return max(known, key=lambda item: int(item["revision"]))


def _queue(batch: Any, wanted: str | None, deployments: Sequence[Deployment]) -> str:
    if wanted is not None:
        found = _found(wanted, deployments, JOB_QUEUE, "job queue")
        return found.physical_id if found else _known(batch, wanted)
    for deployment in reversed(deployments):
        queues = deployment.named(JOB_QUEUE)
        if len(queues) > 1:
            raise LookupError(
                f"stack {deployment.name} has several job queues, name one with queue (--queue): {listed(queues)}"
            )
        if queues:
            return queues[0].physical_id
    names = [queue["jobQueueName"] for queue in _queues(batch)]
    if len(names) == 1:
        return str(names[0])
    raise LookupError(
        f"stack {deployments[-1].name} has no job queue"
        + (f", name one with queue (--queue): {', '.join(names)}" if names else ", and nothing else has one")
    )


def _known(batch: Any, wanted: str) -> str:
    names = [queue["jobQueueName"] for queue in _queues(batch)]
    if wanted not in names:
        raise LookupError(f"no job queue is called {wanted!r}, there are: {', '.join(names) or 'none'}")
    return wanted


def _queues(batch: Any) -> list[dict[str, Any]]:
    return [queue for page in batch.get_paginator("describe_job_queues").paginate() for queue in page["jobQueues"]]


def _found(wanted: str, deployments: Sequence[Deployment], kind: str, what: str) -> Resource | None:
    for deployment in reversed(deployments):
        if find(wanted, deployment.named(kind)):
            return deployment.find(wanted, kind, what)
    return None


def _overrides(definition: Mapping[str, Any], environment: list[dict[str, str]]) -> dict[str, Any]:
    """The overrides by which every container of a job has more variables."""
    if not environment:
        return {}
    if definition["type"] == "multinode":
        whole = {"targetNodes": "0:", "containerOverrides": {"environment": environment}}
        return {"nodeOverrides": {"nodePropertyOverrides": [whole]}}
    if "ecsProperties" in definition:
        [task] = definition["ecsProperties"]["taskProperties"]
        containers = [{"name": item["name"], "environment": environment} for item in task["containers"]]
        return {"ecsPropertiesOverride": {"taskProperties": [{"containers": containers}]}}
    return {"containerOverrides": {"environment": environment}}
