"""The attempts at the jobs of an execution: where each ran, how long, and what it had reserved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.limits import MAX_DESCRIBE_JOBS
from constructs_lib.ops.account import Account
from constructs_lib.ops.queues.job_counts import described_jobs, is_array
from constructs_lib.ops.queues.job_sizes import vcpus_of

_ENDED_OR_RUNNING: Final = ("SUCCEEDED", "FAILED", "RUNNING", "STARTING")
_ECS_AT_ONCE: Final = 100
_INSTANCE_TYPE: Final = "ecs.instance-type"


@dataclass(frozen=True, slots=True)
class Place:
    """A compute environment, as far as it says what an attempt costs.

    Args:
        kind: ``EC2``, ``SPOT``, ``FARGATE``, ``FARGATE_SPOT`` or ``UNMANAGED``.
        instance_types: types and families that it may start.
        known: whether the environment is still there; the kind is a guess otherwise.
    """

    kind: str
    instance_types: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt at a job.

    Args:
        job: what it is a job of: the name of its definition.
        job_id: of the job, of a child with its index.
        task: the id of its task of Amazon ECS.
        cluster: the name of the cluster that the task was in.
        instance: the ARN of the container instance that it was on; None on Fargate.
        place: the compute environment.
        architecture: ``X86_64`` or ``ARM64``.
        vcpus: that it had reserved.
        memory: MiB that it had reserved.
        gpus: that it had reserved.
        began: when its container began, in seconds since the epoch.
        ended: when it ended, or now.
        reclaimed: whether it ended because Spot capacity was reclaimed.
    """

    job: str
    job_id: str
    task: str
    cluster: str
    instance: str | None
    place: Place
    architecture: str
    vcpus: float
    memory: float
    gpus: int
    began: float
    ended: float
    reclaimed: bool

    @property
    def seconds(self) -> float:
        """How long its container ran."""
        return self.ended - self.began


def attempts_of(account: Account, jobs: Sequence[str]) -> Iterator[Attempt]:
    """The attempts at some jobs and at all children of array jobs; those that never ran have none.

    Args:
        account: where the jobs are.
        jobs: ids.
    """
    places = _places(account)
    now = account.now().timestamp()
    for described in _with_children(account.client("batch"), jobs):
        yield from _attempts(described, places, now)


def instance_types(account: Account, attempts: Iterable[Attempt]) -> dict[str, str]:
    """The types of the container instances of attempts, by ARN, as far as Amazon ECS still knows them.

    Args:
        account: where they are.
        attempts: at jobs.
    """
    by_cluster: dict[str, dict[str, None]] = {}
    for attempt in attempts:
        if attempt.instance:
            by_cluster.setdefault(attempt.cluster, {})[attempt.instance] = None
    ecs = account.client("ecs") if by_cluster else None
    found: dict[str, str] = {}
    for cluster, instances in by_cluster.items():
        arns = list(instances)
        for begin in range(0, len(arns), _ECS_AT_ONCE):
            for item in _container_instances(ecs, cluster, arns[begin : begin + _ECS_AT_ONCE]):
                kinds = [entry["value"] for entry in item.get("attributes", ()) if entry["name"] == _INSTANCE_TYPE]
                if kinds:
                    found[item["containerInstanceArn"]] = kinds[0]
    return found


def _container_instances(ecs: Any, cluster: str, arns: list[str]) -> list[dict[str, Any]]:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - where boto3 is

    try:
        found: list[dict[str, Any]] = ecs.describe_container_instances(cluster=cluster, containerInstances=arns)[
            "containerInstances"
        ]
    except ClientError:  # the cluster went with its environment, or nobody may ask
        return []
    return found


def _with_children(batch: Any, jobs: Sequence[str]) -> Iterator[dict[str, Any]]:
    for job in described_jobs(batch, jobs):
        if not is_array(job):
            yield job
            continue
        for status in _ENDED_OR_RUNNING:
            pages = batch.get_paginator("list_jobs").paginate(arrayJobId=job["jobId"], jobStatus=status)
            children: list[str] = []
            for page in pages:
                children += [child["jobId"] for child in page["jobSummaryList"]]
                while len(children) >= MAX_DESCRIBE_JOBS:
                    yield from described_jobs(batch, children[:MAX_DESCRIBE_JOBS])
                    del children[:MAX_DESCRIBE_JOBS]
            yield from described_jobs(batch, children)


def _attempts(job: Mapping[str, Any], places: Mapping[str, Place], now: float) -> Iterator[Attempt]:
    shapes = _shapes(job)
    attempts = list(job.get("attempts", ()))
    if (
        job["status"] == "RUNNING"
        and job.get("startedAt")
        and not any(item.get("startedAt") == job["startedAt"] for item in attempts)
    ):
        attempts.append({"startedAt": job["startedAt"], "container": job.get("container", {})})
    for item in attempts:
        if not item.get("startedAt"):
            continue
        where = item.get("container") or {}
        if not where.get("taskArn"):
            [where] = item.get("taskProperties") or [where]
        task, instance = str(where.get("taskArn", "")), where.get("containerInstanceArn")
        cluster = task.split("/")[1] if task.count("/") > 1 else ""
        fargate = "FARGATE" in job.get("platformCapabilities", ())
        place = places.get(cluster) or Place("FARGATE" if fargate else "EC2", known=False)
        reason = str(item.get("statusReason") or "")
        yield Attempt(
            job["jobDefinition"].rpartition("/")[2].rpartition(":")[0],
            job["jobId"],
            task.rpartition("/")[2],
            cluster,
            instance,
            place,
            *shapes,
            item["startedAt"] / 1_000,
            item.get("stoppedAt", now * 1_000) / 1_000,
            reclaimed=reason.startswith(("Host EC2", "Your Spot Task was interrupted")),
        )


def _shapes(job: Mapping[str, Any]) -> tuple[str, float, float, int]:
    """Architecture, vCPUs, MiB and GPUs that a job has reserved."""
    containers = [job.get("container") or {}]
    for task in (job.get("ecsProperties") or {}).get("taskProperties", ()):
        containers = list(task.get("containers", ()))
    platform: Mapping[str, Any] = next(
        (item["runtimePlatform"] for item in containers if "runtimePlatform" in item), {}
    )
    return (
        str(platform.get("cpuArchitecture", "X86_64")),
        vcpus_of(job),
        sum(_required(item, "MEMORY") or float(item.get("memory", 0)) for item in containers),
        int(sum(_required(item, "GPU") for item in containers)),
    )


def _required(container: Mapping[str, Any], kind: str) -> float:
    return next(
        (float(item["value"]) for item in container.get("resourceRequirements", ()) if item["type"] == kind), 0.0
    )


def _places(account: Account) -> dict[str, Place]:
    """The compute environments of an account, by the names of their clusters."""
    pages = account.client("batch").get_paginator("describe_compute_environments").paginate()
    found = {}
    for page in pages:
        for item in page["computeEnvironments"]:
            resources = item.get("computeResources") or {}
            place = Place(str(resources.get("type", "UNMANAGED")).upper(), tuple(resources.get("instanceTypes", ())))
            found[str(item.get("ecsClusterArn", "")).rpartition("/")[2]] = place
    return found
