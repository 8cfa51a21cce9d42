"""ListJobs and GetJobQueueSnapshot.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from constructs_lib.limits import (
    MAX_FRONT_OF_QUEUE,
    MAX_LIST_JOBS,
    MAX_RESULTS_PER_PAGE,
    MAX_TOP_SHARES,
)
from constructs_lib.local.batch.describe import nodes_of, summarize
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import invalid
from constructs_lib.local.batch.operations.filters import Filters
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, Status

Request = dict[str, Any]
Response = dict[str, Any]

_FILTERS = ("JOB_NAME", "JOB_DEFINITION", "BEFORE_CREATED_AT", "AFTER_CREATED_AT", "SHARE_IDENTIFIER")
_LISTS = ("jobQueue", "arrayJobId", "multiNodeJobId")


def list_jobs(engine: Engine, request: Request) -> Response:
    """ListJobs: of a queue, most recent first, or the children of an array job, by index."""
    given = [name for name in _LISTS if name in request]
    if len(given) != 1:
        invalid(f"Exactly one of {', '.join(_LISTS)} must be provided.")
    filters = Filters(request.get("filters", []), _FILTERS)
    wanted = Status(request.get("jobStatus", "RUNNING"))
    match given[0]:
        case "multiNodeJobId":
            return _of_nodes(engine, request, wanted)
        case "arrayJobId":
            parent = engine.job(request["arrayJobId"])
            children = parent.children if isinstance(parent, ArrayJob) else []
            found: list[AnyJob] = [child for child in children if child.status is wanted]
        case _:
            found = list(_of_queue(engine, request, filters, wanted))
    most = MAX_RESULTS_PER_PAGE if request.get("filters") else MAX_LIST_JOBS
    answer = page("jobSummaryList", found, request, most=most)
    return answer | {"jobSummaryList": [summarize(engine.registry, job) for job in answer["jobSummaryList"]]}


def _of_nodes(engine: Engine, request: Request, wanted: Status) -> Response:
    job = engine.job(request["multiNodeJobId"])
    nodes = [node for node in nodes_of(engine.registry, job) if node["status"] == wanted.value]
    answer = page("jobSummaryList", nodes, request, most=MAX_LIST_JOBS)
    return answer | {"jobSummaryList": [_node_summary(node) for node in answer["jobSummaryList"]]}


def _node_summary(node: Response) -> Response:
    shown = ("jobArn", "jobId", "jobName", "jobDefinition", "status", "createdAt", "startedAt", "stoppedAt")
    return {name: node[name] for name in shown if name in node} | {"nodeProperties": node["nodeDetails"]}


def _of_queue(engine: Engine, request: Request, filters: Filters, wanted: Status) -> Iterable[AnyJob]:
    if len(request.get("filters", [])) > 1:
        invalid("Only one filter can be used at a time.")
    queue = engine.registry.queue(request["jobQueue"])
    # A filter replaces the status, but for the share identifier, which may be used beside it.
    by_status = not request.get("filters") or (filters.values("SHARE_IDENTIFIER") and "jobStatus" in request)
    for job in reversed(engine.jobs()):
        if job.spec.queue is queue and (not by_status or job.status is wanted) and _fits(filters, job):
            yield job


def _fits(filters: Filters, job: AnyJob) -> bool:
    definition, created = job.spec.definition, int(job.created_at * 1000)
    share = job.spec.details.get("shareIdentifier", "")
    return (
        filters.match("JOB_NAME", job.spec.name)
        and (
            filters.match("JOB_DEFINITION", definition.name, case=True)
            or definition.arn in (filters.values("JOB_DEFINITION") or [])
        )
        and all(created < _time(value) for value in filters.values("BEFORE_CREATED_AT") or [])
        and all(created > _time(value) for value in filters.values("AFTER_CREATED_AT") or [])
        and filters.match("SHARE_IDENTIFIER", share, case=True)
    )


def _time(value: str) -> int:
    return int(value) if value.isdecimal() else invalid(f"{value} is not a time in milliseconds since 1970")


def snapshot(engine: Engine, request: Request) -> Response:
    """GetJobQueueSnapshot: the first hundred jobs that wait, in the order of dispatch, and what the others use."""
    queue = engine.registry.queue(request["jobQueue"])
    now = int(engine.clock.now() * 1000)
    waiting = engine.waiting(queue)[:MAX_FRONT_OF_QUEUE]
    front = [
        {
            "jobArn": engine.registry.arn("job", job.id),
            "earliestTimeAtPosition": int((job.runnable_at or job.created_at) * 1000),
        }
        for job in waiting
    ]
    placed = [job for job in engine.leaves() if job.status.placed and job.spec.queue is queue]
    utilization: Response = {"totalCapacityUsage": _vcpus(sum(job.spec.vcpus for job in placed)), "lastUpdatedAt": now}
    if queue.policy_arn:
        utilization["fairshareUtilization"] = _shares(placed)
    return {"frontOfQueue": {"jobs": front, "lastUpdatedAt": now}, "queueUtilization": utilization}


def _shares(placed: list[Job]) -> Response:
    used: Counter[str] = Counter()
    for job in placed:
        used[job.spec.details.get("shareIdentifier", "")] += job.spec.vcpus  # type: ignore[assignment] # vCPUs are fractions on Fargate
    top = [
        {"shareIdentifier": share, "capacityUsage": _vcpus(sum_)} for share, sum_ in used.most_common(MAX_TOP_SHARES)
    ]
    return {"activeShareCount": len(used), "topCapacityUtilization": top}


def _vcpus(quantity: float) -> list[Response]:
    return [{"capacityUnit": "VCPU", "quantity": quantity}]
