"""A job and what it waits for, or what it left behind."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.job_descriptions import log_place
from constructs_lib.ops.reasons.reading import queues
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.waiting.situation import Situation

Described = Mapping[str, Any]

_LOG_EVENTS: Final = 20


def describe(asking: Asking, job_id: str) -> Described | None:
    """A job, a child or a node; None for one that AWS Batch does not have, or has no more."""
    found = asking.client("batch").describe_jobs(jobs=[job_id])["jobs"]
    return found[0] if found else None


def describe_service_job(asking: Asking, job_id: str) -> Described | None:
    """A service job, in the members of a job; None if there is none."""
    found: dict[str, Any] = asking.ask(
        "batch:DescribeServiceJob", lambda: dict(asking.client("batch").describe_service_job(jobId=job_id)), {}
    )
    return found if found.get("jobId") else None


def situation_of(asking: Asking, job: Described) -> Situation:
    """What is around a job that waits."""
    queue = queues.queue_of(asking, job["jobQueue"])
    environments = queues.environments_of(asking, queue)
    snapshot = queues.snapshot_of(asking, job["jobQueue"]) if queue else {}
    now = now_of(asking, snapshot)
    line = queues.line_before(asking, job, snapshot, now) if job["status"] == "RUNNABLE" and snapshot else None
    is_next = line is not None and not line.count
    consumables = _consumables(asking, job)
    return Situation(
        job=job,
        now=now,
        queue=queue,
        environments=environments,
        snapshot=snapshot,
        line=line,
        held_elsewhere=queues.held_elsewhere(asking, queue, environments) if queue and line is not None else 0.0,
        policy=queues.policy_of(asking, queue),
        consumables=consumables,
        holders={
            resource["consumableResourceName"]: _holders(asking, resource["consumableResourceArn"])
            for resource, quantity in consumables
            if quantity > resource.get("availableQuantity", 0)
        },
        dependencies=dependencies_of(asking, job),
        clusters=queues.instances_of(asking, environments) if is_next else {},
        activities=queues.activities_of(asking, environments) if is_next else {},
    )


def failed_job_of(asking: Asking, job: Described) -> FailedJob:
    """What is known about a job that has failed."""
    never_ran = not job.get("attempts")
    failed = [each for each in dependencies_of(asking, job) if each["status"] == "FAILED"] if never_ran else []
    return FailedJob(job=job, log=last_lines(asking, job), failed_dependencies=failed)


def last_lines(asking: Asking, job: Described) -> list[str]:
    """The last lines that a job wrote."""
    place = log_place(job)
    if place is None:
        return []
    group, stream = place
    events = asking.ask(
        "logs:GetLogEvents",
        lambda: asking.client("logs").get_log_events(
            logGroupName=group, logStreamName=stream, limit=_LOG_EVENTS, startFromHead=False
        )["events"],
        [],
    )
    return [line for event in events for line in event["message"].splitlines()][-_LOG_EVENTS:]


def dependencies_of(asking: Asking, job: Described) -> list[Described]:
    """The jobs that a job depends on; of a child those that it waits for itself."""
    index = job.get("arrayProperties", {}).get("index")
    ids = []
    for entry in job.get("dependsOn", []):
        kind, on = entry.get("type"), entry.get("jobId")
        if kind == "SEQUENTIAL" and index:
            ids.append(f"{job['jobId'].partition(':')[0]}:{index - 1}")
        elif on:
            ids.append(f"{on}:{index}" if kind == "N_TO_N" and index is not None else on)
    return queues.describe_jobs(asking, ids)


def now_of(asking: Asking, snapshot: Described) -> float:
    """The time by AWS, in seconds since the epoch: that of a snapshot, or of the account where there is none."""
    updated = snapshot.get("queueUtilization", {}).get("lastUpdatedAt")
    return updated / 1000 if updated else asking.account.now().timestamp()


def _consumables(asking: Asking, job: Described) -> list[tuple[Described, int]]:
    wanted = job.get("consumableResourceProperties", {}).get("consumableResourceList", [])
    found: list[tuple[Described, int]] = []
    for entry in wanted:
        name = entry["consumableResource"]
        question = partial(asking.client("batch").describe_consumable_resource, consumableResource=name)
        described: Described = asking.ask(
            "batch:DescribeConsumableResource", question, {}, about=f"how many of {name} are left"
        )
        if described:
            found.append((described, int(entry["quantity"])))
    return found


def _holders(asking: Asking, resource: str) -> list[str]:
    """The names of the jobs that hold a consumable resource, up to a hundred of each state."""
    list_jobs = asking.client("batch").list_jobs_by_consumable_resource
    names = []
    for status in ("RUNNING", "STARTING"):
        filters = [{"name": "JOB_STATUS", "values": [status]}]
        question = partial(list_jobs, consumableResource=resource, filters=filters, maxResults=100)
        answer = asking.ask("batch:ListJobsByConsumableResource", question, {})
        names += [each["jobName"] for each in answer.get("jobs", [])]
    return names
