"""Jobs as DescribeJobs and ListJobs show them.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_JobSummary.html
"""

from typing import Any

from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.tasks import container_instance_arn, task_arn
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, Part, Status

Description = dict[str, Any]

_EMPTY: Description = {
    "volumes": [],
    "environment": [],
    "mountPoints": [],
    "ulimits": [],
    "networkInterfaces": [],
    "resourceRequirements": [],
    "secrets": [],
}
"""What AWS shows of a container that has none of these."""


def describe(registry: Registry, job: AnyJob) -> Description:
    """Everything about a job."""
    spec = job.spec
    detail = {
        **summarize(registry, job),
        "jobQueue": spec.queue.arn,
        **spec.details,
        "isCancelled": job.cancelled,
        "isTerminated": job.terminated,
        "attempts": [_attempt(registry, job, item) for item in job.attempts] if isinstance(job, Job) else [],
        **_containers(registry, job),
    }
    array = _array(job)
    return {**detail, "arrayProperties": array} if array else detail


def summarize(registry: Registry, job: AnyJob) -> Description:
    """What a list of jobs shows of each."""
    summary: Description = {
        "jobArn": registry.arn("job", job.id),
        "jobId": job.id,
        "jobName": job.spec.name,
        "jobDefinition": job.spec.definition.arn,
        "shareIdentifier": job.spec.details.get("shareIdentifier"),
        "status": job.status.value,
        "statusReason": job.status_reason,
        "createdAt": _milliseconds(job.created_at),
        "startedAt": _milliseconds(job.started_at),
        "stoppedAt": _milliseconds(job.stopped_at),
    }
    plain = not {"ecsProperties", "nodeProperties"} & job.spec.details.keys()
    if plain and isinstance(job, Job) and job.attempts and job.attempts[-1].exit_code is not None:
        ended = job.attempts[-1]
        summary["container"] = _without_none({"exitCode": ended.exit_code, "reason": ended.reason})
    flags = {"isCancelled": job.cancelled, "isTerminated": job.terminated}
    summary |= {name: True for name, holds in flags.items() if holds}  # it is there only when it is true
    if isinstance(job, ArrayJob):
        summary["arrayProperties"] = {"size": len(job.children), "statusSummary": _counts(job)}
    elif job.index is not None:
        summary["arrayProperties"] = {"index": job.index}
    elif job.spec.nodes:
        summary["nodeProperties"] = {"numNodes": len(job.spec.nodes)}
    return _without_none(summary)


def nodes_of(registry: Registry, job: AnyJob) -> list[Description]:
    """The nodes of a multi-node job, each as a job of its own; none of another job."""
    if not job.spec.nodes or not isinstance(job, Job):
        return []
    return [_node(registry, job, part) for part in job.spec.parts]


def _node(registry: Registry, job: Job, part: Part) -> Description:
    attempts = [dict(attempt.containers)[part.name] for attempt in job.attempts if attempt.containers]
    last = attempts[-1] if attempts else None
    status = job.status.value if last is None else _status(last)
    detail = describe(registry, job)
    del detail["nodeProperties"]
    return {
        **detail,
        "jobId": f"{job.id}{part.suffix}",
        "jobArn": registry.arn("job", f"{job.id}{part.suffix}"),
        "status": status,
        "nodeDetails": {"nodeIndex": int(part.name), "isMainNode": part.essential},
        "container": {**_EMPTY, **part.spec.container, **(_task_and_outcome(registry, last) if last else {})},
        "attempts": [_attempt(registry, job, attempt) for attempt in attempts],
    }


def _status(attempt: Attempt) -> str:
    if attempt.stopped_at is None:
        return (Status.STARTING if attempt.started_at is None else Status.RUNNING).value
    return (Status.FAILED if attempt.exit_code else Status.SUCCEEDED).value


def _array(job: AnyJob) -> Description | None:
    if isinstance(job, ArrayJob):
        return {"statusSummary": _counts(job), "size": len(job.children)}
    if job.parent:
        return {"statusSummary": {}, "index": job.index}
    return None


def _counts(array: ArrayJob) -> dict[str, int]:
    return {status.value: array.counts[status] for status in Status}


def _containers(registry: Registry, job: AnyJob) -> Description:
    """The container of a job, or its ``ecsProperties``, as they were given, and how they ended."""
    if job.spec.nodes:
        return {}
    last = job.attempts[-1] if isinstance(job, Job) and job.attempts else None
    if "ecsProperties" not in job.spec.details:
        return {"container": {**_EMPTY, **job.spec.container, **(_task_and_outcome(registry, last) if last else {})}}
    [task] = job.spec.details["ecsProperties"]["taskProperties"]
    outcomes = {name: _outcome(attempt) for name, attempt in _by_name(job, last)} if last else {}
    ended = [{**_EMPTY, **item, **outcomes.get(item.get("name"), {})} for item in task["containers"]]
    place = _task(registry, last) if last else {}
    return {"ecsProperties": {"taskProperties": [{**task, "containers": ended, **place}]}}


def _by_name(job: AnyJob, attempt: Attempt) -> tuple[tuple[str | None, Attempt], ...]:
    return attempt.containers or ((job.spec.container.get("name"), attempt),)


def _task_and_outcome(registry: Registry, attempt: Attempt) -> Description:
    return {**_outcome(attempt), **_task(registry, attempt)}


def _task(registry: Registry, attempt: Attempt) -> Description:
    return _without_none(
        {
            "taskArn": task_arn(registry.environments.get, attempt),
            "containerInstanceArn": container_instance_arn(registry.environments.get, attempt),
        },
    )


def _outcome(attempt: Attempt) -> Description:
    return _without_none(
        {"exitCode": attempt.exit_code, "reason": attempt.reason, "logStreamName": attempt.log_stream},
    )


def _attempt(registry: Registry, job: Job, attempt: Attempt) -> Description:
    if "ecsProperties" in job.spec.details:
        ended = [_without_none({"name": name}) | _outcome(own) for name, own in _by_name(job, attempt)]
        place: Description = {"taskProperties": [{"containers": ended, **_task(registry, attempt)}]}
    else:
        place = {"container": {**_task_and_outcome(registry, attempt), "networkInterfaces": []}}
    return _without_none(
        {
            **place,
            "startedAt": _milliseconds(attempt.started_at),
            "stoppedAt": _milliseconds(attempt.stopped_at),
            "statusReason": attempt.status_reason,
        },
    )


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * 1000)


def _without_none(members: Description) -> Description:
    return {key: value for key, value in members.items() if value is not None}
