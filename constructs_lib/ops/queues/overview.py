"""Queues and compute environments as they are now: their states, their jobs by state and age, and what is stuck.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html,
https://docs.aws.amazon.com/batch/latest/userguide/job-queue-stuck-jobs.html
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account
from constructs_lib.ops.names import Kind, resolve
from constructs_lib.ops.queues.job_counts import STATES, JobCounts, JobNote, count_jobs, described_jobs, noted

COUNTED: Final = 10_000
"""As many entries of a queue's list of a state are counted, unless more are asked for."""

NOTHING_STARTED: Final = timedelta(minutes=30)
"""A job that waits longer, while nothing of its queue starts or runs, is stuck; an instance is there in minutes."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """The jobs of a queue in one state; children of array jobs each count.

    Attributes:
        state: such as ``RUNNABLE``.
        jobs: how many were counted.
        has_more: whether there are more than were counted.
        oldest: of those counted, the job or array job that was submitted first; of running jobs the one that started
            first. None if there is no job.
    """

    state: str
    jobs: int
    has_more: bool
    oldest: JobNote | None

    @property
    def shown(self) -> str:
        """The number, with a plus if there are more: ``10,000+``."""
        return f"{self.jobs:,}{'+' if self.has_more else ''}"


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that keeps jobs from starting.

    Attributes:
        what: in words.
        job: the job that waits, if it is one.
    """

    what: str
    job: JobNote | None = None


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A job queue.

    Attributes:
        name: its name.
        arn: its ARN.
        state: ``ENABLED`` or ``DISABLED``: whether it takes jobs.
        status: ``VALID``, or why not.
        status_reason: what AWS Batch says about it.
        priority: among the queues of the same environments.
        environments: names of its compute environments, in the order in which jobs try them.
        scheduling_policy: ARN of its fair-share policy, if it has one.
        vcpus_in_use: of jobs that are starting or running; None where AWS Batch does not tell.
        jobs: a count for each state, in the order in which a job passes them.
        stuck: what keeps its jobs from starting.
    """

    name: str
    arn: str
    state: str
    status: str
    status_reason: str
    priority: int
    environments: tuple[str, ...]
    scheduling_policy: str | None
    vcpus_in_use: float | None
    jobs: tuple[StateCount, ...]
    stuck: tuple[Stuck, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentNow:
    """A compute environment.

    Attributes:
        name: its name.
        arn: its ARN.
        kind: ``FARGATE``, ``FARGATE_SPOT``, ``EC2``, ``SPOT``, ``ECS_MANAGED_INSTANCES``, or ``UNMANAGED``.
        state: ``ENABLED`` or ``DISABLED``: whether jobs may be placed there.
        status: ``VALID``, ``INVALID``, ``UPDATING`` …
        status_reason: what AWS Batch says about it.
        min_vcpus: what it keeps running; None where there is no such number.
        desired_vcpus: what AWS Batch has asked EC2 for; None on Fargate.
        max_vcpus: the most.
        instance_types: types, families and sets such as ``optimal`` that it may start; none on Fargate.
        vcpus_in_use: of jobs that are starting or running; None where AWS Batch does not tell. It tells them by queue,
            so of environments whose queues have others, too, they are not known.
    """

    name: str
    arn: str
    kind: str
    state: str
    status: str
    status_reason: str
    min_vcpus: int | None
    desired_vcpus: int | None
    max_vcpus: int | None
    instance_types: tuple[str, ...]
    vcpus_in_use: float | None = None

    @property
    def takes_jobs(self) -> bool:
        """Whether jobs may be placed there."""
        return self.state == "ENABLED" and self.status in ("VALID", "UPDATING")


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is in an account and region.

    Attributes:
        time: when this was asked for.
        queues: by name.
        environments: those of the queues, and when no queue was named all others, too; by name.
    """

    time: datetime
    queues: tuple[QueueNow, ...]
    environments: tuple[EnvironmentNow, ...]


def look_at_queues(account: Account, queue: str | None = None, *, limit: int = COUNTED) -> Overview:
    """Look at the queues, their jobs, and the compute environments.

    Args:
        account: where they are.
        queue: the only one, by a name that `resolve` takes. Default: all.
        limit: as many entries of the list of each state of a queue are counted; an array job is one entry.

    Raises:
        NotFoundError: there is no such queue.
    """
    batch = account.client("batch")
    arn = resolve(account, queue, {Kind.QUEUE}).id if queue is not None else None
    every = sorted(_all(batch, "describe_job_queues", "jobQueues"), key=_name("jobQueueName"))
    queues = [item for item in every if arn in (None, item["jobQueueArn"])]
    found = list(environments_of(batch, {name for item in queues for name in _order(item)} if arn else None))
    environments = {item.arn: item for item in found}
    now = account.now()
    counts = count_jobs(batch, [item["jobQueueArn"] for item in queues], limit=limit)
    snapshots = {item["jobQueueArn"]: batch.get_job_queue_snapshot(jobQueue=item["jobQueueArn"]) for item in queues}
    shown = [
        _queue(batch, item, environments, counts[item["jobQueueArn"]], snapshots[item["jobQueueArn"]], now=now)
        for item in queues
    ]
    for item in every:
        if item["jobQueueArn"] not in snapshots and environments.keys() & set(_order(item)):
            with suppress(ClientError):  # a queue of others: what it uses is not known
                snapshots[item["jobQueueArn"]] = batch.get_job_queue_snapshot(jobQueue=item["jobQueueArn"])
    in_use = _in_use_by_environment(every, snapshots)
    known = (replace(item, vcpus_in_use=in_use.get(item.arn, 0.0)) for item in found)
    return Overview(now, tuple(shown), tuple(sorted(known, key=lambda item: item.name)))


def _all(batch: Any, operation: str, member: str, *only: str | None) -> Iterator[dict[str, Any]]:
    wanted = [name for name in only if name]
    for page in batch.get_paginator(operation).paginate(**({member: wanted} if wanted else {})):
        yield from page[member]


def _name(member: str) -> Any:
    return lambda item: item[member]


def _order(queue: Mapping[str, Any]) -> list[str]:
    order = sorted(queue.get("computeEnvironmentOrder", ()), key=lambda item: int(item["order"]))
    return [item["computeEnvironment"] for item in order]


def environments_of(batch: Any, only: Collection[str] | None = None) -> Iterator[EnvironmentNow]:
    """The compute environments of an account and region.

    Args:
        batch: a boto3 client.
        only: ARNs of those that are wanted. Default: all.
    """
    if only is not None and not only:
        return
    for item in _all(batch, "describe_compute_environments", "computeEnvironments", *sorted(only or ())):
        resources = item.get("computeResources", {})
        yield EnvironmentNow(
            name=item["computeEnvironmentName"],
            arn=item["computeEnvironmentArn"],
            kind=resources.get("type") or item.get("type", "UNMANAGED"),
            state=item.get("state", "ENABLED"),
            status=item.get("status", ""),
            status_reason=item.get("statusReason", ""),
            min_vcpus=resources.get("minvCpus"),
            desired_vcpus=resources.get("desiredvCpus"),
            max_vcpus=resources.get("maxvCpus", item.get("unmanagedvCpus")),
            instance_types=tuple(resources.get("instanceTypes", ())),
        )


def _queue(
    batch: Any,
    item: Mapping[str, Any],
    environments: Mapping[str, EnvironmentNow],
    counts: JobCounts,
    snapshot: Mapping[str, Any],
    *,
    now: datetime,
) -> QueueNow:
    arn = item["jobQueueArn"]
    front = _front(batch, snapshot) if counts.states["RUNNABLE"] else []
    for job in front:
        counts.note("RUNNABLE", job)
    of_queue = [environments[name] for name in _order(item) if name in environments]
    return QueueNow(
        name=item["jobQueueName"],
        arn=arn,
        state=item["state"],
        status=item.get("status", ""),
        status_reason=item.get("statusReason", ""),
        priority=item["priority"],
        environments=tuple(item.name for item in of_queue),
        scheduling_policy=item.get("schedulingPolicyArn"),
        vcpus_in_use=_in_use(snapshot),
        jobs=tuple(
            StateCount(state, counts.states[state], state in counts.cut, counts.oldest.get(state)) for state in STATES
        ),
        stuck=tuple(_stuck(item, of_queue, counts, front, now)) if counts.waiting else (),
    )


def _front(batch: Any, snapshot: Mapping[str, Any]) -> list[JobNote]:
    """The first jobs of the queue in the order of dispatch: of them AWS Batch says why they do not start."""
    ids = [item["jobArn"].rpartition("/")[2] for item in snapshot.get("frontOfQueue", {}).get("jobs", ())]
    return [noted(job) for job in described_jobs(batch, ids)]


def _in_use(snapshot: Mapping[str, Any]) -> float | None:
    usage = snapshot.get("queueUtilization", {}).get("totalCapacityUsage")
    if usage is None:
        return None
    return float(sum(item["quantity"] for item in usage if item.get("capacityUnit", "VCPU").upper() == "VCPU"))


def _in_use_by_environment(
    queues: Sequence[Mapping[str, Any]], snapshots: Mapping[str, Mapping[str, Any]]
) -> dict[str, float | None]:
    """The vCPUs in use of each environment that a queue has; None if a queue of it uses others as well, and any."""
    found: dict[str, float | None] = {}
    for item in queues:
        used, order = _in_use(snapshots.get(item["jobQueueArn"], {})), _order(item)
        for name in order:
            before = found.get(name, 0.0)
            is_known = before is not None and used is not None and (len(order) == 1 or not used)
            found[name] = before + used if is_known and before is not None and used is not None else None
    return found


def _stuck(
    queue: Mapping[str, Any],
    environments: Sequence[EnvironmentNow],
    counts: JobCounts,
    front: Sequence[JobNote],
    now: datetime,
) -> Iterator[Stuck]:
    if queue.get("status") == "INVALID":
        yield Stuck(f"the queue is INVALID: {queue.get('statusReason', 'no reason is given')}")
    closed = [f"{item.name} is {item.status if item.state == 'ENABLED' else item.state}" for item in environments]
    if not any(item.takes_jobs for item in environments):
        yield Stuck(f"no compute environment takes jobs: {', '.join(closed) or 'the queue has none'}")
    told = {job.id: job for job in (*front, *counts.blocking) if job.reason}
    yield from (Stuck(str(job.reason), job) for job in told.values())
    waits = counts.oldest.get("RUNNABLE")
    if waits and waits.id not in told and not counts.active and now - waits.since > NOTHING_STARTED:
        yield Stuck("nothing of this queue is starting or running", waits)
