"""One job as it is now.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.executions.executions_now import FAILURES, Failure, failure_of
from constructs_lib.ops.queues.job_counts import STATES, is_array, time_of


@dataclass(frozen=True, slots=True)
class JobNow:
    """A job, an array job, the child of one, or a node.

    Attributes:
        id: its id.
        name: its name.
        status: such as ``RUNNABLE``.
        reason: why it is in this state, as AWS Batch and its container say it.
        queue: the name of its queue.
        definition: name and revision of its definition.
        share: its share identifier, if it has one.
        created: when it was submitted.
        started: when it, or its last attempt, started to run; None if it has not.
        stopped: when it ended; None before that.
        now: when this was asked for.
        attempts: how often it was tried so far.
        exit_code: of its container, if it has ended with one.
        log_stream: of its last attempt, if it has one.
        depends_on: ids of the jobs that it waits for.
        children: of an array job, how many children are in which state.
        failures: of an array job, the children that failed last.
    """

    id: str
    name: str
    status: str
    reason: str | None
    queue: str
    definition: str
    share: str | None
    created: datetime
    started: datetime | None
    stopped: datetime | None
    now: datetime
    attempts: int
    exit_code: int | None
    log_stream: str | None
    depends_on: tuple[str, ...]
    children: dict[str, int]
    failures: tuple[Failure, ...]


def look_at_job(account: Account, job_id: str, *, failures: int = FAILURES) -> JobNow:
    """Look at a job.

    Args:
        account: where it is.
        job_id: its id, with ``:INDEX`` for the child of an array job and ``#INDEX`` for a node.
        failures: of an array job, as many children are told that failed, the last ones.

    Raises:
        NotFoundError: AWS Batch does not know it; it forgets jobs about a week after they have ended.
    """
    batch = account.client("batch")
    found = batch.describe_jobs(jobs=[job_id])["jobs"]
    if not found:
        raise NotFoundError(
            f"no job {job_id} in {account.shown}: AWS Batch forgets a job about a week after it has ended"
        )
    [job] = found
    summary = job.get("arrayProperties", {}).get("statusSummary", {}) if is_array(job) else {}
    listed: list[Failure] = []
    if summary.get("FAILED") and failures:
        children = batch.list_jobs(arrayJobId=job_id, jobStatus="FAILED")["jobSummaryList"]
        listed = sorted(map(failure_of, children), key=lambda item: item.time.timestamp() if item.time else 0)
    container = _container(job)
    return JobNow(
        id=job["jobId"],
        name=job["jobName"],
        status=job["status"],
        reason=failure_of(job).reason if job.get("statusReason") or container.get("reason") else None,
        queue=job["jobQueue"].rpartition("/")[2],
        definition=job["jobDefinition"].rpartition("/")[2],
        share=job.get("shareIdentifier"),
        created=time_of(job["createdAt"]),
        started=_time(job, "startedAt"),
        stopped=_time(job, "stoppedAt"),
        now=account.now(),
        attempts=len(job.get("attempts", ())),
        exit_code=container.get("exitCode"),
        log_stream=container.get("logStreamName"),
        depends_on=tuple(item["jobId"] for item in job.get("dependsOn", ()) if "jobId" in item),
        children={state: summary[state] for state in STATES if summary.get(state)},
        failures=tuple(listed[-failures:] if failures else ()),
    )


def _container(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """The container of a job; of one with several, the first that an attempt tells of."""
    if container := job.get("container"):
        return dict(container)
    for task in job.get("ecsProperties", {}).get("taskProperties", ()):
        for container in task.get("containers", ()):
            return dict(container)
    return {}


def _time(job: Mapping[str, Any], member: str) -> datetime | None:
    return time_of(job[member]) if job.get(member) else None
