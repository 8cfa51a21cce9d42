"""The jobs that a job or an execution means, one by one: children of arrays and nodes, not their parents."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.limits import MAX_DESCRIBE_JOBS
from constructs_lib.local.client.jobs import STATUSES, Job
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.histories.course import FAILED, Task
from constructs_lib.ops.histories.started import StartedTask, started_tasks
from constructs_lib.ops.names import Kind, Named

_BEGUN: Final = ("RUNNING", "SUCCEEDED", "FAILED")
"""Children that may have written something."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the jobs.

    Attributes:
        index: of a child of an array job, of a node, or of the item of a fan-out. Default: all.
        failed: only those that failed.
    """

    index: int | None = None
    failed: bool = False


def jobs_meant(
    account: Account,
    named: Named,
    wanted: Wanted,
    *,
    note: Callable[[str], None] = lambda _: None,
    seen: Callable[[int], None] = lambda _: None,
) -> Iterator[Job]:
    """Describe the jobs of a job or an execution, in the order of their submission, 100 a call.

    Args:
        account: where they are.
        named: the job or the execution.
        wanted: which of them.
        note: told of what cannot be looked into.
        seen: called with the number of histories that have been read.

    Raises:
        NotFoundError: AWS Batch has no such job any more, or it has no such child.
    """
    if named.kind is Kind.JOB:
        yield from _of_job(account, named.id, wanted)
        return
    tasks = started_tasks(account, named.id, note=note, seen=seen)
    yield from described(account, of_tasks(account, tasks, wanted), failed=wanted.failed)


def of_tasks(account: Account, tasks: Iterable[StartedTask], wanted: Wanted) -> Iterator[str]:
    """The ids of the jobs that tasks have submitted.

    Args:
        account: where they are.
        tasks: of an execution.
        wanted: which of them; an index is that of an item, or of a child where no list is known.
    """
    for found in tasks:
        task = found.task
        if not task.job or (wanted.failed and task.status != FAILED and task.waits and not task.size):
            continue
        if wanted.index is not None:
            yield from _of_item(task, wanted.index)
        elif task.size:
            yield from children(account, task.job, (FAILED,) if wanted.failed else _BEGUN)
        else:
            yield task.job


def children(account: Account, job: str, statuses: Iterable[str] = STATUSES) -> Iterator[str]:
    """The ids of the children of an array job, by index within each state."""
    pages = account.client("batch").get_paginator("list_jobs")
    for status in statuses:
        for page in pages.paginate(arrayJobId=job, jobStatus=status):
            yield from (child["jobId"] for child in page["jobSummaryList"])


def described(account: Account, ids: Iterable[str], *, failed: bool = False) -> Iterator[Job]:
    """Describe jobs, 100 a call; those that AWS Batch has forgotten are left out.

    Args:
        account: where they are.
        ids: of jobs.
        failed: only those that failed.
    """
    chunk: list[str] = []
    for job in ids:
        chunk.append(job)
        if len(chunk) == MAX_DESCRIBE_JOBS:
            yield from _describe(account, chunk, failed=failed)
            chunk = []
    if chunk:
        yield from _describe(account, chunk, failed=failed)


def _describe(account: Account, ids: list[str], *, failed: bool) -> list[Job]:
    found = {job["jobId"]: job for job in account.client("batch").describe_jobs(jobs=ids)["jobs"]}
    return [found[job] for job in ids if job in found and (not failed or found[job]["status"] == FAILED)]


def _of_item(task: Task, index: int) -> Iterator[str]:
    place = index - (task.first_item or 0)
    if task.size and 0 <= place < task.size:
        yield f"{task.job}:{place}"
    elif task.job and not task.size and task.first_item == index:
        yield task.job


def _of_job(account: Account, job_id: str, wanted: Wanted) -> Iterator[Job]:
    found = _describe(account, [job_id], failed=False)
    if not found:
        raise NotFoundError(
            f"no job {job_id} in {account.shown}: AWS Batch forgets a job about a week after it has ended"
        )
    [job] = found
    several = _several(job)
    if wanted.index is not None:
        separator = "#" if "nodeProperties" in job else ":"
        if not several or not 0 <= wanted.index < several:
            what = f"it has the indexes 0 to {several - 1}" if several else "it is no array job, and has no nodes"
            raise NotFoundError(f"job {job_id} has no index {wanted.index}: {what}")
        yield from described(account, [f"{job_id}{separator}{wanted.index}"], failed=wanted.failed)
    elif "numNodes" in job.get("nodeProperties", {}):
        nodes = (f"{job_id}#{number}" for number in range(several or 0))
        yield from described(account, nodes, failed=wanted.failed)
    elif several:
        statuses = (FAILED,) if wanted.failed else _BEGUN
        yield from described(account, children(account, job_id, statuses), failed=wanted.failed)
    elif not wanted.failed or job["status"] == FAILED:
        yield job


def _several(job: dict[str, Any]) -> int | None:
    """How many children or nodes a job has; None for one that has none."""
    found = job.get("arrayProperties", {}).get("size") or job.get("nodeProperties", {}).get("numNodes")
    return int(found) if found else None
