"""What an execution cost: its jobs by their durations and sizes, its state transitions, and the price list."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.ops.account import Account
from constructs_lib.ops.costs.attempts import Attempt, attempts_of, instance_types
from constructs_lib.ops.costs.bill import Cost, instance_times, job_costs
from constructs_lib.ops.costs.sizes import sizing_of, used_by_tasks
from constructs_lib.ops.costs.tasks import task_of
from constructs_lib.ops.histories.execution_events import Events
from constructs_lib.ops.histories.histories import events
from constructs_lib.ops.names import Kind, resolve
from constructs_lib.prices.price_list import Prices, prices_of


@dataclass
class _Found:
    """What executions did, one after the other."""

    jobs: list[str] = field(default_factory=list)
    executions: list[str] = field(default_factory=list)
    tasks: list[Attempt] = field(default_factory=list)
    transitions: int = 0
    notes: dict[str, None] = field(default_factory=dict)


def cost(account: Account, execution: str, *, prices: Prices | None = None) -> Cost:
    """Say what an execution cost, by job, and what its jobs could have been given instead.

    The executions that it started and those of its Distributed Maps count as its own, and so do tasks of Amazon ECS
    that it waited for. AWS Batch describes jobs for a week after their end; later nothing is known of them.

    Args:
        account: where it is.
        execution: its ARN, its name, or the name of its state machine or stack for the newest one.
        prices: the price list. Default: that of the package, for the region.

    Raises:
        NotFoundError: nothing or several executions are called so.
        OperationError: Step Functions keeps no history of it.
    """
    arn = resolve(account, execution, {Kind.EXECUTION}).id
    prices = prices or prices_of(account.region)
    described = account.client("stepfunctions").describe_execution(executionArn=arn)
    stopped = described.get("stopDate") or account.now()
    found = _Found(executions=[arn])
    for one in found.executions:  # those that it starts are added meanwhile
        _read(account, one, found)
    attempts = [*attempts_of(account, found.jobs), *found.tasks]
    types = instance_types(account, attempts)
    costs = job_costs(attempts, types, prices)
    clusters = sorted({attempt.cluster for attempt in attempts if attempt.cluster})
    used = used_by_tasks(account, clusters, described["startDate"].timestamp(), stopped.timestamp())
    for item in costs:
        own = [attempt for attempt in attempts if (attempt.job, attempt.vcpus, attempt.memory) == _key(item)]
        measured = [used[attempt.task] for attempt in own if attempt.task in used]
        fargate = any(attempt.place.kind.startswith("FARGATE") for attempt in own)
        item.sizing = sizing_of(measured, item.vcpus, item.memory, fargate=fargate)
    return Cost(
        execution=arn,
        name=described["name"],
        status=described["status"],
        seconds=(stopped - described["startDate"]).total_seconds(),
        jobs=tuple(costs),
        instances=tuple(instance_times(attempts, types, prices)),
        transitions=found.transitions,
        transition_dollars=None if prices.transition is None else prices.transition * found.transitions,
        notes=(*found.notes, *_forgotten(found, attempts)),
        prices=prices,
    )


def _key(item: Any) -> tuple[str, float, float]:
    return item.job, item.vcpus, item.memory


def _read(account: Account, execution: str, found: _Found) -> None:
    """What one execution did, and which ones it started."""
    if ":express:" in execution:
        found.notes["What Express executions cost is not known: Step Functions keeps no history of them."] = None
        return
    seen = Events({"States": {}})
    tasks = 0
    for event in events(account, execution):
        seen.see(event)
        kind = event["type"]
        found.transitions += kind.endswith("StateEntered")
        # A further try of a task is charged like a state.
        tasks += (kind in ("TaskScheduled", "LambdaFunctionScheduled")) - (kind == "TaskStateEntered")
        if kind == "LambdaFunctionScheduled" or _service(event) == "lambda":
            found.notes["What its Lambda functions cost is left out."] = None
        if task := task_of(event):
            found.tasks.append(task)
    found.transitions += max(0, tasks)
    found.jobs += seen.jobs
    found.executions += [arn for arn in seen.executions if arn not in found.executions]
    for run in seen.map_runs:
        found.executions += _children(account, run)


def _service(event: dict[str, Any]) -> str:
    details = event.get("taskScheduledEventDetails") or {}
    return str(details.get("resourceType", "")).removeprefix("aws-sdk:")


def _children(account: Account, map_run: str) -> Iterator[str]:
    pages = account.client("stepfunctions").get_paginator("list_executions").paginate(mapRunArn=map_run)
    for page in pages:
        for item in page["executions"]:
            yield item["executionArn"]


def _forgotten(found: _Found, attempts: list[Attempt]) -> list[str]:
    known = {attempt.job_id.partition(":")[0] for attempt in attempts}
    missing = [job for job in found.jobs if job not in known]
    if not missing:
        return []
    many = f"{len(missing):,} of its jobs" if len(missing) > 1 else "One of its jobs"
    return [f"{many} never ran, or ended more than a week ago, when AWS Batch forgets them: they are not in the sum."]
