"""A queue with its environments, what its jobs hold, and the jobs that come before one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any, Final

from constructs_lib.limits import MAX_DESCRIBE_JOBS, MAX_LIST_JOBS
from constructs_lib.ops.reasons.job_descriptions import resource_name
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.waiting.situation import Line, is_fargate

Described = Mapping[str, Any]

_SECONDS: Final = 2.5
"""For counting who is ahead, a thousand in a call of ListJobs; what is more is told as ``at least``."""

_JOB_NAME: Final = re.compile(r"[A-Za-z0-9][\w-]{0,127}", re.ASCII)
_HOUR: Final = 3_600
_OTHER_QUEUES: Final = 10
_ARRAYS: Final = 3
_ENDED: Final = ("SUCCEEDED", "FAILED")


def queue_of(asking: Asking, arn: str) -> Described | None:
    """A queue; None for one that is gone, or may not be described."""
    found = asking.ask(
        "batch:DescribeJobQueues",
        lambda: asking.client("batch").describe_job_queues(jobQueues=[arn])["jobQueues"],
        [],
        about="its queue",
    )
    return found[0] if found else None


def environments_of(asking: Asking, queue: Described | None) -> list[Described]:
    """The environments of a queue, in its order."""
    order = sorted((queue or {}).get("computeEnvironmentOrder", []), key=lambda entry: int(entry["order"]))
    arns = [entry["computeEnvironment"] for entry in order]
    if not arns:
        return []
    found = asking.ask(
        "batch:DescribeComputeEnvironments",
        lambda: asking.client("batch").describe_compute_environments(computeEnvironments=arns)["computeEnvironments"],
        [],
        about="what its environments have",
    )
    return sorted(found, key=lambda each: arns.index(each["computeEnvironmentArn"]))


def snapshot_of(asking: Asking, queue: str) -> Described:
    """The front of a queue, and what its jobs hold."""
    found: Described = asking.ask(
        "batch:GetJobQueueSnapshot",
        lambda: asking.client("batch").get_job_queue_snapshot(jobQueue=queue),
        {},
        about="who is first in its queue",
    )
    return found


def held_elsewhere(asking: Asking, queue: Described, environments: Sequence[Described]) -> float:
    """The vCPUs that other queues hold in the same environments, as far as ten other queues."""
    own = {each["computeEnvironmentArn"] for each in environments}

    def others() -> list[str]:
        pages = asking.client("batch").get_paginator("describe_job_queues").paginate()
        return [
            each["jobQueueArn"]
            for page in pages
            for each in page["jobQueues"]
            if each["jobQueueArn"] != queue["jobQueueArn"]
            and own & {entry["computeEnvironment"] for entry in each.get("computeEnvironmentOrder", [])}
        ]

    found = asking.ask("batch:DescribeJobQueues", others, [])
    snapshots = [snapshot_of(asking, arn) for arn in found[:_OTHER_QUEUES]]
    usages = [entry for each in snapshots for entry in each.get("queueUtilization", {}).get("totalCapacityUsage", [])]
    return float(sum(entry["quantity"] for entry in usages if entry.get("capacityUnit") == "VCPU"))


def policy_of(asking: Asking, queue: Described | None) -> Described | None:
    """The scheduling policy of a queue; None for one that is first in, first out."""
    arn = (queue or {}).get("schedulingPolicyArn")
    if not arn:
        return None
    found = asking.ask(
        "batch:DescribeSchedulingPolicies",
        lambda: asking.client("batch").describe_scheduling_policies(arns=[arn])["schedulingPolicies"],
        [],
        about="the weights of its shares",
    )
    return found[0] if found else None


def line_before(asking: Asking, job: Described, snapshot: Described, now: float) -> Line:
    """The jobs that come before one that is RUNNABLE, and the pace of its queue."""
    front = [entry["jobArn"] for entry in snapshot.get("frontOfQueue", {}).get("jobs", [])]
    place = front.index(job["jobArn"]) if job["jobArn"] in front else None
    first = describe_jobs(asking, [resource_name(arn) for arn in (front if place is None else front[:place])])
    if place is not None:
        count, is_all = place, True
    elif front:
        count, is_all = _ahead(asking, job)
        count = max(count, len(front))
    else:
        count, is_all = 0, True
    ended, seconds = _pace(asking, job, now)
    return Line(
        count=count,
        is_all=is_all,
        first=first,
        ended=ended,
        seconds=seconds,
    )


def describe_jobs(asking: Asking, ids: Sequence[str]) -> list[Described]:
    """Jobs in one call, up to a hundred; those that AWS Batch has forgotten are left out."""
    if not ids:
        return []
    wanted = list(ids)[:MAX_DESCRIBE_JOBS]
    found: list[Described] = asking.ask(
        "batch:DescribeJobs",
        lambda: asking.client("batch").describe_jobs(jobs=wanted)["jobs"],
        [],
        about="what other jobs ask for",
    )
    return found


def instances_of(asking: Asking, environments: Sequence[Described]) -> dict[str, int]:
    """How many instances have joined the cluster of each environment that has instances."""
    arns = [each["ecsClusterArn"] for each in environments if each.get("ecsClusterArn") and not is_fargate(each)]
    if not arns:
        return {}
    found = asking.ask(
        "ecs:DescribeClusters",
        lambda: asking.client("ecs").describe_clusters(clusters=arns)["clusters"],
        [],
        about="whether instances have joined",
    )
    return {each["clusterArn"]: int(each.get("registeredContainerInstancesCount", 0)) for each in found}


def activities_of(asking: Asking, environments: Sequence[Described]) -> dict[str, list[Described]]:
    """What EC2 Auto Scaling did last for each environment; AWS Batch calls the group ``NAME-asg-UUID``."""
    found = {}
    for each in environments:
        if each.get("uuid") and not is_fargate(each):
            group = f"{each['computeEnvironmentName']}-asg-{each['uuid']}"
            found[str(each["computeEnvironmentName"])] = _activities(asking, group)
    return found


def _activities(asking: Asking, group: str) -> list[Described]:
    found: list[Described] = asking.ask(
        "autoscaling:DescribeScalingActivities",
        lambda: asking.client("autoscaling").describe_scaling_activities(AutoScalingGroupName=group, MaxRecords=5)[
            "Activities"
        ],
        [],
    )
    return found


def _ahead(asking: Asking, job: Described) -> tuple[int, bool]:
    """How many RUNNABLE jobs were submitted before one, and whether they were all counted."""
    count, is_before, until = 0, False, monotonic() + _SECONDS
    for page in _pages(asking, "RUNNABLE", jobQueue=job["jobQueue"]):  # the one that was submitted last comes first
        for entry in page:
            count += is_before or entry["createdAt"] < job["createdAt"]
            is_before = is_before or entry["jobId"] == job["jobId"]
        if monotonic() > until:
            return count, False
    parent = job["jobId"].partition(":")[0]
    arrays = [
        entry["jobId"]
        for entry in next(_pages(asking, "PENDING", jobQueue=job["jobQueue"]), [])
        if entry.get("arrayProperties") and entry["createdAt"] < job["createdAt"] and entry["jobId"] != parent
    ]
    children = describe_jobs(asking, arrays)
    count += sum(each.get("arrayProperties", {}).get("statusSummary", {}).get("RUNNABLE", 0) for each in children)
    return count + _siblings(job), len(arrays) <= MAX_DESCRIBE_JOBS


def _siblings(job: Described) -> int:
    """Children of the same array that come before one."""
    return int(job.get("arrayProperties", {}).get("index", 0))


def _pace(asking: Asking, job: Described, now: float) -> tuple[int, float]:
    """How many jobs have ended in the last hour, or since the oldest that a page of ListJobs has.

    A queue lists arrays and not their children, which are what runs: those of the latest arrays are asked for.
    """
    latest = [
        entry for status in ("PENDING", *_ENDED) for entry in next(_pages(asking, status, jobQueue=job["jobQueue"]), [])
    ]
    own = [job["jobId"].partition(":")[0]] if ":" in job["jobId"] else []
    arrays = dict.fromkeys([*own, *(entry["jobId"] for entry in latest if "size" in entry.get("arrayProperties", {}))])
    children = [
        entry
        for array in islice(arrays, _ARRAYS)
        for status in _ENDED
        for entry in next(_pages(asking, status, arrayJobId=array), [])
    ]
    ends = [
        entry["stoppedAt"] / 1000 for entry in (*latest, *children) if "stoppedAt" in entry and "startedAt" in entry
    ]
    recent = [end for end in ends if now - _HOUR <= end <= now]
    if not recent:
        return 0, 0.0
    return len(recent), max(now - min(recent), 1.0)


def _listed(asking: Asking, status: str, **place: str) -> Iterator[Described]:
    for page in _pages(asking, status, **place):
        yield from page


def _pages(asking: Asking, status: str, **place: str) -> Iterator[list[Described]]:
    """Pages of ListJobs, asked for one by one."""
    token: str | None = None
    wanted = {"jobStatus": status, "maxResults": MAX_LIST_JOBS, **place}
    while True:
        question = partial(asking.client("batch").list_jobs, **wanted, **({"nextToken": token} if token else {}))
        answer = asking.ask("batch:ListJobs", question, {}, about="which other jobs there are")
        yield list(answer.get("jobSummaryList", []))
        token = answer.get("nextToken")
        if not token:
            return


def children_in(asking: Asking, array: str, status: str, most: int) -> Iterator[Described]:
    """Children of an array in a state, as ListJobs has them, up to a number."""
    return islice(_listed(asking, status, arrayJobId=array), most)


def newest_job_named(asking: Asking, name: str) -> str | None:
    """The id of the job of a name that was submitted last, in whichever queue; None if there is none."""
    if not _JOB_NAME.fullmatch(name):
        return None

    def queues() -> list[str]:
        pages = asking.client("batch").get_paginator("describe_job_queues").paginate()
        return [each["jobQueueArn"] for page in pages for each in page["jobQueues"]]

    filters = [{"name": "JOB_NAME", "values": [name]}]
    found: list[Described] = []
    for queue in asking.ask("batch:DescribeJobQueues", queues, []):
        question = partial(asking.client("batch").list_jobs, jobQueue=queue, filters=filters)
        found += asking.ask("batch:ListJobs", question, {}).get("jobSummaryList", [])
    return str(max(found, key=lambda job: int(job["createdAt"]))["jobId"]) if found else None
