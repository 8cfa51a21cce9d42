"""ListJobs and GetJobQueueSnapshot.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from constructs_lib.limits import (
    MAX_FRONT_OF_QUEUE,
    MAX_LIST_JOBS,
    MAX_RESULTS_PER_PAGE,
    MAX_TOP_SHARES,
)
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.engine.describe import nodes_of, summarize
from constructs_lib.local.batch.errors import invalid
from constructs_lib.local.batch.operations.filters import Filters
from constructs_lib.local.batch.operations.paging import page, page_of_fitting
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, Status

Request = dict[str, Any]
Response = dict[str, Any]
Condition = Callable[[AnyJob], bool]

_FILTERS = ("JOB_NAME", "JOB_DEFINITION", "BEFORE_CREATED_AT", "AFTER_CREATED_AT", "SHARE_IDENTIFIER")
_LISTS = ("jobQueue", "arrayJobId", "multiNodeJobId")


def list_jobs(engine: Engine, request: Request) -> Response:
    """ListJobs: of a queue, most recent first, or the children of an array job, by index."""
    given = [name for name in _LISTS if name in request]
    if len(given) != 1:
        invalid(f"Exactly one of {', '.join(_LISTS)} must be provided.")
    filters = Filters(request.get("filters", []), _FILTERS)
    wanted = Status(request.get("jobStatus", "RUNNING"))
    jobs: Sequence[AnyJob]
    match given[0]:
        case "multiNodeJobId":
            return _of_nodes(engine, request, wanted)
        case "arrayJobId":
            parent = engine.job(request["arrayJobId"])
            jobs, conditions = parent.children if isinstance(parent, ArrayJob) else [], [_has_status(wanted)]
        case _:
            if len(request.get("filters", [])) > 1:
                invalid("Only one filter can be used at a time.")
            jobs, conditions = engine.jobs_of(engine.registry.queue(request["jobQueue"])), _conditions(filters)
            # A filter replaces the status, but for the share identifier, which may be used beside it.
            if not request.get("filters") or (filters.values("SHARE_IDENTIFIER") and "jobStatus" in request):
                conditions.append(_has_status(wanted))
    answer = page_of_fitting(
        "jobSummaryList",
        jobs,
        conditions[0] if len(conditions) == 1 else lambda job: all(fits(job) for fits in conditions),
        request,
        most=MAX_RESULTS_PER_PAGE if request.get("filters") else MAX_LIST_JOBS,
        last_first=given[0] == "jobQueue",
    )
    return answer | {"jobSummaryList": [summarize(engine.registry, job) for job in answer["jobSummaryList"]]}


def _of_nodes(engine: Engine, request: Request, wanted: Status) -> Response:
    job = engine.job(request["multiNodeJobId"])
    nodes = [node for node in nodes_of(engine.registry, job) if node["status"] == wanted.value]
    answer = page("jobSummaryList", nodes, request, most=MAX_LIST_JOBS)
    return answer | {"jobSummaryList": [_node_summary(node) for node in answer["jobSummaryList"]]}


def _node_summary(node: Response) -> Response:
    shown = ("jobArn", "jobId", "jobName", "jobDefinition", "status", "createdAt", "startedAt", "stoppedAt")
    return {name: node[name] for name in shown if name in node} | {"nodeProperties": node["nodeDetails"]}


def _has_status(wanted: Status) -> Condition:
    return lambda job: job.status is wanted


def _conditions(filters: Filters) -> list[Condition]:
    """What the filters ask of a job; each is looked at once, and not for each of many thousand jobs."""
    found: list[Condition] = []
    if filters.values("JOB_NAME") is not None:
        has_name = filters.matcher("JOB_NAME")
        found.append(lambda job: has_name(job.spec.name))
    if (arns := filters.values("JOB_DEFINITION")) is not None:
        is_of = filters.matcher("JOB_DEFINITION", case=True)
        found.append(lambda job: is_of(job.spec.definition.name) or job.spec.definition.arn in arns)
    if times := _times(filters, "BEFORE_CREATED_AT"):
        end = min(times)
        found.append(lambda job: int(job.created_at * 1000) < end)
    if times := _times(filters, "AFTER_CREATED_AT"):
        start = max(times)
        found.append(lambda job: int(job.created_at * 1000) > start)
    if filters.values("SHARE_IDENTIFIER") is not None:
        has_share = filters.matcher("SHARE_IDENTIFIER", case=True)
        found.append(lambda job: has_share(job.spec.share or ""))
    return found


def _times(filters: Filters, name: str) -> list[int]:
    values = filters.values(name) or []
    return [
        int(value)
        if value.isascii() and value.isdecimal()
        else invalid(f"{value} is not a time in milliseconds since 1970")
        for value in values
    ]


def snapshot(engine: Engine, request: Request) -> Response:
    """GetJobQueueSnapshot: the first hundred jobs that wait, in the order of dispatch, and what the others use."""
    queue = engine.registry.queue(request["jobQueue"])
    now = int(engine.clock.now() * 1000)
    waiting, moved_at = engine.waiting(queue, MAX_FRONT_OF_QUEUE), engine.moved_at(queue)
    front = [
        {
            "jobArn": engine.registry.arn("job", job.id),
            "earliestTimeAtPosition": int(max(job.runnable_at or job.created_at, moved_at) * 1000),
        }
        for job in waiting
    ]
    placed = engine.placed(queue)
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
