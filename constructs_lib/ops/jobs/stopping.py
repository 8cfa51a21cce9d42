"""What is stopped: an execution and the jobs that it leaves running, a job, or all jobs of a queue.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_TerminateJobs.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.limits import MAX_JOBS_PER_BULK_CALL, MAX_REASON_CHARACTERS
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError, OperationError
from constructs_lib.ops.histories.execution_events import Events
from constructs_lib.ops.names import Kind, Named
from constructs_lib.ops.queues.job_counts import ENDED, STATES, described_jobs, is_array

REASON: Final = "stopped with constructs-lib stop"

_WAITING_FIRST: Final = [state for state in STATES if state not in ENDED]
"""Those that wait are ended before those that run, so that none of them starts where another has just ended."""

_ROUNDS: Final = 3
"""Jobs may be submitted while others are ended: what is there after so many rounds is not waited for."""

_PAGE: Final = 1_000
_BATCHES: Final = 1_000
"""So many of the executions of Distributed Maps are looked into for their jobs: that takes AWS a call each."""
_AT_A_TIME: Final = 8
_ERROR: Final = "Stopped"


@dataclass(frozen=True, slots=True)
class StopPlan:
    """What would be stopped.

    Attributes:
        target: what was named.
        executions: ARNs of the running executions, those that others have started last.
        jobs: ids of the jobs that have not ended; an array job as a whole.
        states: how many jobs are in which state; children of array jobs each count.
    """

    target: Named
    executions: tuple[str, ...]
    jobs: tuple[str, ...]
    states: dict[str, int]

    @property
    def total(self) -> int:
        """How many jobs end; children of array jobs each count."""
        return sum(self.states.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to stop."""
        return not self.executions and not self.jobs


@dataclass(frozen=True, slots=True)
class Stopped:
    """What was stopped.

    Attributes:
        executions: ARNs of executions.
        jobs: ids of the jobs that AWS Batch was told to end; they have a while to do so.
        refused: what AWS Batch did not end, by id, and why.
    """

    executions: tuple[str, ...]
    jobs: tuple[str, ...]
    refused: dict[str, str]


def plan_stop(account: Account, target: Named) -> StopPlan:
    """Find out what would be stopped.

    Args:
        account: where it is.
        target: an execution, a job, or a queue, as `resolve` finds it.

    Raises:
        NotFoundError: AWS Batch does not know the job.
        OperationError: it is a node of a multi-node job.
    """
    if target.kind is Kind.QUEUE:
        return _of_queue(account, target)
    if target.kind is Kind.JOB:
        return _of_job(account, target)
    executions, jobs = _started_by(account, target.id)
    return _plan(account, target, executions, jobs)


def stop(
    account: Account, plan: StopPlan, *, reason: str = REASON, seen: Callable[[int], None] = lambda _: None
) -> Stopped:
    """Stop it: executions first, then the jobs that are left, those that wait before those that run.

    Args:
        account: where it is.
        plan: what `plan_stop` has found.
        reason: what others see as the reason of its end.
        seen: called with the number of jobs that AWS Batch was told to end so far.

    Raises:
        OperationError: the reason is too long.
    """
    if len(reason) > MAX_REASON_CHARACTERS:
        raise OperationError(f"a reason has {MAX_REASON_CHARACTERS:,} characters at most, got {len(reason):,}")
    states, batch = account.client("stepfunctions"), account.client("batch")
    for arn in plan.executions:
        states.stop_execution(executionArn=arn, error=_ERROR, cause=reason)
    ended: dict[str, None] = {}
    refused: dict[str, str] = {}
    left: Sequence[str] = plan.jobs
    for _ in range(_ROUNDS):
        for job_id, why in _terminate(batch, left, reason):
            if why is None:
                ended[job_id] = None
            else:
                refused[job_id] = why
            seen(len(ended))
        if plan.target.kind is Kind.JOB:
            break
        # An execution that was just stopped, or a queue, may have got another one meanwhile.
        left = [job_id for job_id in _left(account, plan) if job_id not in ended and job_id not in refused]
        if not left:
            break
    return Stopped(plan.executions, tuple(ended), refused)


def _of_queue(account: Account, target: Named) -> StopPlan:
    counts: Counter[str] = Counter()
    ids: list[str] = []
    arrays: list[str] = []
    batch = account.client("batch")
    for state in _WAITING_FIRST:
        for job in _listed(batch, target.id, state):
            ids.append(job["jobId"])
            if is_array(job):
                arrays.append(job["jobId"])
            else:
                counts[state] += 1
    for job in described_jobs(batch, arrays):
        counts.update(job["arrayProperties"].get("statusSummary", {}))
    return StopPlan(target, (), tuple(ids), _not_ended(counts))


def _of_job(account: Account, target: Named) -> StopPlan:
    if "#" in target.id:
        raise OperationError(
            f"{target.id} is a node of a multi-node job, and ends with it: stop {target.id.partition('#')[0]}"
        )
    plan = _plan(account, target, (), [target.id])
    if not plan.jobs and not list(described_jobs(account.client("batch"), [target.id])):
        raise NotFoundError(
            f"no job {target.id} in {account.shown}: AWS Batch forgets a job about a week after it has ended"
        )
    return plan


def _plan(account: Account, target: Named, executions: Sequence[str], jobs: Sequence[str]) -> StopPlan:
    counts: Counter[str] = Counter()
    found: dict[str, list[str]] = {state: [] for state in _WAITING_FIRST}
    for job in described_jobs(account.client("batch"), jobs):
        if job["status"] in ENDED:
            continue
        found[job["status"]].append(job["jobId"])
        counts.update(job["arrayProperties"].get("statusSummary", {}) if is_array(job) else {job["status"]: 1})
    ordered = [job_id for state in _WAITING_FIRST for job_id in found[state]]
    return StopPlan(target, tuple(executions), tuple(ordered), _not_ended(counts))


def _started_by(account: Account, arn: str) -> tuple[list[str], list[str]]:
    """The running executions, this one and those that it has started, and the jobs of all.

    Those of a Distributed Map end with the execution that they are of, and only their jobs are looked for: where a role
    lacks the right to end them, they would go on.
    """
    states = account.client("stepfunctions")
    running: list[str] = []
    jobs: dict[str, None] = {}
    known, to_see = {arn}, [arn]
    while to_see:
        execution = to_see.pop(0)
        if states.describe_execution(executionArn=execution)["status"] == "RUNNING":
            running.append(execution)
        events = _events(states, execution)
        jobs |= dict.fromkeys(events.jobs)
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            for batch in pool.map(lambda item: _events(states, item), _batches(states, events.map_runs)):
                jobs |= dict.fromkeys(batch.jobs)
        others = [item for item in events.executions if item not in known]
        known |= set(others)
        to_see += others
    return running, list(jobs)


def _events(states: Any, execution: str) -> Events:
    events = Events({"States": {}})
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution, includeExecutionData=True, PaginationConfig={"PageSize": _PAGE}
    )
    for page in pages:
        for event in page["events"]:
            events.see(event)
    return events


def _batches(states: Any, map_runs: Sequence[str]) -> list[str]:
    """The executions of Distributed Maps that run, or were just stopped; Express ones have no history."""
    found: list[str] = []
    for map_run in map_runs:
        for status in ("RUNNING", "ABORTED"):
            pages = states.get_paginator("list_executions").paginate(
                mapRunArn=map_run, statusFilter=status, PaginationConfig={"PageSize": _PAGE, "MaxItems": _BATCHES}
            )
            found += [
                item["executionArn"]
                for page in pages
                for item in page["executions"]
                if ":express:" not in item["executionArn"]
            ]
    return found[:_BATCHES]


def _left(account: Account, plan: StopPlan) -> Sequence[str]:
    if plan.target.kind is Kind.QUEUE:
        return _of_queue(account, plan.target).jobs
    return _plan(account, plan.target, (), _started_by(account, plan.target.id)[1]).jobs


def _listed(batch: Any, queue: str, state: str) -> Iterator[dict[str, Any]]:
    pages = batch.get_paginator("list_jobs").paginate(
        jobQueue=queue, jobStatus=state, PaginationConfig={"PageSize": _PAGE}
    )
    for page in pages:
        yield from page["jobSummaryList"]


def _not_ended(counts: Counter[str]) -> dict[str, int]:
    return {state: counts[state] for state in _WAITING_FIRST if counts[state]}


def _terminate(batch: Any, ids: Sequence[str], reason: str) -> Iterator[tuple[str, str | None]]:
    """End jobs, fifty a call; the id of each, and why AWS Batch did not do it."""
    for first in range(0, len(ids), MAX_JOBS_PER_BULK_CALL):
        some = list(ids[first : first + MAX_JOBS_PER_BULK_CALL])
        answer = batch.terminate_jobs(jobs=some, reason=reason)
        wrong = {item["job"]: f"{item['code']}: {item['message']}" for item in answer.get("errors", ())}
        yield from ((job_id, wrong.get(job_id)) for job_id in some)
