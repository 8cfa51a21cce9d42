"""Jobs as DescribeJobs and ListJobs show them.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from typing import Any

from constructs_lib.local.batch.job import AnyJob, ArrayJob, Attempt, Job, Status
from constructs_lib.local.batch.registry import Registry

Description = dict[str, Any]


def describe(registry: Registry, job: AnyJob) -> Description:
    """Everything about a job."""
    spec = job.spec
    detail = {
        **summarize(registry, job),
        "jobQueue": spec.queue.arn,
        "dependsOn": [],
        **spec.details,
        "container": _container(job),
        "isCancelled": job.cancelled,
        "isTerminated": job.terminated,
        "attempts": [_attempt(item) for item in job.attempts] if isinstance(job, Job) else [],
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
        "status": job.status.value,
        "statusReason": job.status_reason,
        "createdAt": _milliseconds(job.created_at),
        "startedAt": _milliseconds(job.started_at),
        "stoppedAt": _milliseconds(job.stopped_at),
    }
    if isinstance(job, Job) and job.attempts and job.attempts[-1].exit_code is not None:
        summary["container"] = {"exitCode": job.attempts[-1].exit_code}
    if isinstance(job, ArrayJob):
        summary["arrayProperties"] = {"size": len(job.children)}
    elif job.index is not None:
        summary["arrayProperties"] = {"index": job.index}
    return _without_none(summary)


def _array(job: AnyJob) -> Description | None:
    if isinstance(job, ArrayJob):
        counts = {status.value: job.counts[status] for status in Status}
        return {"statusSummary": counts, "size": len(job.children)}
    if job.parent:
        return {"statusSummary": {}, "index": job.index}
    return None


def _container(job: AnyJob) -> Description:
    container = dict(job.spec.container)
    if isinstance(job, Job) and job.attempts:
        container |= _outcome(job.attempts[-1])
    return container


def _outcome(attempt: Attempt) -> Description:
    return _without_none(
        {"exitCode": attempt.exit_code, "reason": attempt.reason, "logStreamName": attempt.log_stream},
    )


def _attempt(attempt: Attempt) -> Description:
    return _without_none(
        {
            "container": _outcome(attempt),
            "startedAt": _milliseconds(attempt.started_at),
            "stoppedAt": _milliseconds(attempt.stopped_at),
            "statusReason": attempt.status_reason,
        },
    )


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * 1000)


def _without_none(members: Description) -> Description:
    return {key: value for key, value in members.items() if value is not None}
