"""The limits of a compute environment, changed while it works, and what that lets start.

Source: https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account, explained
from constructs_lib.ops.errors import NotFoundError, OperationError
from constructs_lib.ops.names import Named
from constructs_lib.ops.queues.capacity_prices import dollars_per_vcpu_hour
from constructs_lib.ops.queues.job_counts import count_jobs, described_jobs
from constructs_lib.ops.queues.job_sizes import mebibytes_of, vcpus_of
from constructs_lib.ops.queues.overview import COUNTED

_MEMBERS: Final = {"min_vcpus": "minvCpus", "max_vcpus": "maxvCpus", "desired_vcpus": "desiredvCpus"}
_FARGATE: Final = ("FARGATE", "FARGATE_SPOT")
_PAUSE_SECONDS: Final = 2.0
_MIB_PER_GB: Final = 1_024


@dataclass(frozen=True, slots=True)
class Waiting:
    """Jobs of a queue that wait for the environment.

    Attributes:
        queue: the queue's name.
        jobs: how many are RUNNABLE.
        has_more: whether there are more than were counted.
        could_start: how many of them fit into the room that there would be, in the order of the queue; beyond its first
            hundred by what those ask for on average.
    """

    queue: str
    jobs: int
    has_more: bool
    could_start: int


@dataclass(frozen=True, slots=True)
class ScalePlan:
    """A change of the limits of a compute environment.

    Attributes:
        environment: its ARN.
        name: its name.
        before: ``minvCpus``, ``maxvCpus`` and ``desiredvCpus`` as they are; on Fargate the second alone.
        changes: those of them that change.
        room: vCPUs that would be free for jobs that wait.
        waiting: the queues that use it and have jobs that wait.
        dollars_an_hour: what the vCPUs that come on top of the old maximum cost an hour when all of them are used, by
            the price list of the package; None if none come, or it has no price.
        stack: the CloudFormation stack that it is of; None if it is of none, or that is not known.
    """

    environment: str
    name: str
    before: dict[str, int]
    changes: dict[str, int]
    room: float
    waiting: tuple[Waiting, ...]
    dollars_an_hour: float | None
    stack: str | None

    @property
    def could_start(self) -> int:
        """How many jobs that wait could start."""
        return sum(item.could_start for item in self.waiting)


def plan_scale(
    account: Account,
    environment: Named,
    *,
    max_vcpus: int | None = None,
    min_vcpus: int | None = None,
    desired_vcpus: int | None = None,
) -> ScalePlan:
    """Find out what a change of the limits lets start.

    Args:
        account: where it is.
        environment: as `resolve` finds it.
        max_vcpus: the most vCPUs that it may have. Default: as it is.
        min_vcpus: the vCPUs that it keeps, also without jobs. Default: as it is.
        desired_vcpus: the vCPUs that it has at once; AWS Batch changes that as jobs come and go. Default: as it is.

    Raises:
        NotFoundError: there is no such environment.
        OperationError: AWS Batch would refuse it; the message says why.
    """
    batch = account.client("batch")
    found = batch.describe_compute_environments(computeEnvironments=[environment.id])["computeEnvironments"]
    if not found:
        raise NotFoundError(f"no compute environment {environment.shown!r} in {account.shown}")
    [described] = found
    name = described["computeEnvironmentName"]
    wanted = {"min_vcpus": min_vcpus, "max_vcpus": max_vcpus, "desired_vcpus": desired_vcpus}
    given = {_MEMBERS[key]: value for key, value in wanted.items() if value is not None}
    resources = described.get("computeResources", {})
    before = {member: resources[member] for member in _MEMBERS.values() if member in resources}
    _check(name, described, before, given)
    changes = {member: value for member, value in given.items() if before.get(member) != value}
    most = given.get("maxvCpus", before["maxvCpus"])
    room, waiting, gb_per_vcpu = _effect(batch, environment.id, before["maxvCpus"], most)
    more = max(0, most - before["maxvCpus"])
    price = dollars_per_vcpu_hour(account.region, resources, gb_per_vcpu) if more else None
    return ScalePlan(
        environment.id,
        name,
        before,
        changes,
        room,
        waiting,
        None if price is None else price * more,
        _stack(account, environment.id),
    )


def scale(account: Account, plan: ScalePlan, *, pause: Callable[[float], None] = time.sleep) -> dict[str, int]:
    """Change the limits, and wait until the environment is VALID with them.

    Args:
        account: where it is.
        plan: as `plan_scale` makes it.
        pause: waits so many seconds between two looks.

    Returns:
        ``minvCpus``, ``maxvCpus`` and ``desiredvCpus`` as they are now.

    Raises:
        OperationError: AWS Batch refused it, or the environment is INVALID.
    """
    batch = account.client("batch")
    try:
        batch.update_compute_environment(computeEnvironment=plan.environment, computeResources=plan.changes)
    except ClientError as error:
        raise OperationError(f"AWS Batch does not change {plan.name}: {explained(error)}{_remedy(error)}") from None
    while True:
        [described] = batch.describe_compute_environments(computeEnvironments=[plan.environment])["computeEnvironments"]
        if described["status"] == "INVALID":
            raise OperationError(
                f"{plan.name} is INVALID, so no job starts there: {described.get('statusReason', 'no reason is given')}"
            )
        resources = described["computeResources"]
        if described["status"] == "VALID" and all(
            resources.get(member) == value for member, value in plan.changes.items() if member != "desiredvCpus"
        ):
            return {member: resources[member] for member in _MEMBERS.values() if member in resources}
        pause(_PAUSE_SECONDS)


def _check(name: str, described: Mapping[str, Any], before: Mapping[str, int], given: Mapping[str, int]) -> None:
    """Refuse what AWS Batch would, in clearer words."""
    if not given:
        raise OperationError("say what changes: the most vCPUs, the least, or the desired ones")
    if described.get("type") == "UNMANAGED":
        raise OperationError(f"{name} is UNMANAGED: it has as many vCPUs as the instances that you start for it")
    kind = described["computeResources"]["type"]
    if kind in _FARGATE and (wrong := given.keys() - {"maxvCpus"}):
        raise OperationError(f"{name} is on {kind}, which starts what each job needs and has no {min(wrong)}")
    least, most, desired = ({**before, **given}.get(member) for member in ("minvCpus", "maxvCpus", "desiredvCpus"))
    if least is not None and most is not None and least > most:
        raise OperationError(f"{name} would keep {least:,} vCPUs and may have {most:,} at most: lower the least, too")
    had = before.get("desiredvCpus", 0)
    if (wished := given.get("desiredvCpus")) is None:
        return
    if wished < had:
        raise OperationError(
            f"{name} has {had:,} vCPUs, and AWS Batch takes them away by itself when no job needs them: it refuses a "
            f"lower number, {wished:,}"
        )
    if desired is not None and not (least or 0) <= desired <= (most or 0):
        raise OperationError(f"{wished:,} desired vCPUs are not between {least:,} and {most:,}, the least and the most")


def _remedy(error: ClientError) -> str:
    message = error.response.get("Error", {}).get("Message", "")
    if "being modified" in message:
        return "; it is changed already: wait until `constructs-lib ps` shows it as VALID"
    return ""


def _effect(batch: Any, environment: str, before: int, after: int) -> tuple[float, tuple[Waiting, ...], float | None]:
    """The room that there would be, which jobs fit into it, those of the highest queue first, and their GB per vCPU."""
    queues = sorted(_queues(batch, environment), key=lambda item: -int(item["priority"]))
    snapshots = {item["jobQueueArn"]: batch.get_job_queue_snapshot(jobQueue=item["jobQueueArn"]) for item in queues}
    in_use: float = before
    # What a queue uses is known of all its environments together.
    if all(len(item["computeEnvironmentOrder"]) == 1 for item in queues):
        used = [_in_use(snapshot) for snapshot in snapshots.values()]
        in_use = before if None in used else sum(filter(None, used))
    room = max(0.0, after - in_use)
    left = room
    counts = count_jobs(batch, list(snapshots), limit=COUNTED)
    waiting = []
    ratios: list[float] = []
    for item in queues:
        arn = item["jobQueueArn"]
        jobs = counts[arn].states["RUNNABLE"]
        if not jobs:
            continue
        front = [entry["jobArn"].rpartition("/")[2] for entry in snapshots[arn].get("frontOfQueue", {}).get("jobs", ())]
        described = list(described_jobs(batch, front))
        sizes = [vcpus_of(job) for job in described]
        ratios += [mebibytes_of(job) / _MIB_PER_GB / size for job, size in zip(described, sizes, strict=True) if size]
        fitting, left = _fitting(sizes, jobs, left)
        waiting.append(Waiting(item["jobQueueName"], jobs, "RUNNABLE" in counts[arn].cut, fitting))
    return room, tuple(waiting), max(ratios, default=None)


def _fitting(sizes: Sequence[float], jobs: int, room: float) -> tuple[int, float]:
    """How many jobs fit, and the room that is left: the first ones by their sizes, the others by the average."""
    fitting = 0
    for size in sizes:
        if size <= room:
            fitting, room = fitting + 1, room - size
    average = sum(sizes) / len(sizes) if sizes else 1.0
    if fitting == len(sizes) and average > 0:
        others = min(jobs - len(sizes), int(room / average))
        fitting, room = fitting + max(0, others), room - max(0, others) * average
    return fitting, room


def _queues(batch: Any, environment: str) -> Iterator[dict[str, Any]]:
    for page in batch.get_paginator("describe_job_queues").paginate():
        for item in page["jobQueues"]:
            if any(entry["computeEnvironment"] == environment for entry in item["computeEnvironmentOrder"]):
                yield item


def _in_use(snapshot: Mapping[str, Any]) -> float | None:
    usage = snapshot.get("queueUtilization", {}).get("totalCapacityUsage")
    return None if usage is None else float(sum(item["quantity"] for item in usage))


def _stack(account: Account, arn: str) -> str | None:
    try:
        found = account.client("cloudformation").describe_stack_resources(PhysicalResourceId=arn)["StackResources"]
    except ClientError:  # of no stack, or no right to ask
        return None
    return str(found[0]["StackName"]) if found else None
