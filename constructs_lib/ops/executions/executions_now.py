"""An execution as it is now: its stages, the jobs that it has submitted, its fan-outs, and what failed last.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.core.protocol import Summary
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.histories.execution_events import Events, Stage
from constructs_lib.ops.queues.job_counts import STATES, described_jobs, is_array, time_of
from constructs_lib.ops.reruns.fan_outs import FanOut

FAILURES: Final = 5
"""As many failures are told, the last ones, unless more are asked for."""

_MAP_RUN: Final = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")


@dataclass(frozen=True, slots=True)
class FanOutNow:
    """A fan-out of an execution.

    Attributes:
        name: its name.
        total: its items; None before it has ended.
        succeeded: those that succeeded; None before it has ended.
        failed: those that failed; None before it has ended.
        results_uri: where their results are; None before they were planned, or without results.
    """

    name: str
    total: int | None
    succeeded: int | None
    failed: int | None
    results_uri: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A job, or a part of the execution, that has failed.

    Attributes:
        what: the name of the job or the state.
        reason: why, as AWS says it.
        job: the id of the job; None if it was none.
        index: of the child of an array job.
        exit_code: of the container, if it had one.
        time: when; None where AWS does not tell.
    """

    what: str
    reason: str
    job: str | None = None
    index: int | None = None
    exit_code: int | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExecutionNow:
    """An execution of a state machine.

    Attributes:
        arn: its ARN.
        name: its name.
        machine: the name of its state machine.
        status: ``RUNNING``, ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT``, ``ABORTED``, ``PENDING_REDRIVE``.
        started: when it started.
        stopped: when it ended; None while it runs.
        now: when this was asked for.
        input_bytes: the size of its input.
        error: its error, if it failed.
        cause: what that error says.
        stages: its states and fan-outs, in the order in which they began; those of one iteration count as one.
        jobs: how many of the jobs that it has submitted are in which state; children of array jobs each count. Those
            of a distributed fan-out belong to executions of its own.
        items: how many items of its distributed maps are in which state.
        executions: ARNs of the executions of other state machines that it has started.
        fan_outs: its fan-outs that have begun.
        failures: what failed last.
    """

    arn: str
    name: str
    machine: str
    status: str
    started: datetime
    stopped: datetime | None
    now: datetime
    input_bytes: int
    error: str | None
    cause: str | None
    stages: tuple[Stage, ...]
    jobs: dict[str, int]
    items: dict[str, int]
    executions: tuple[str, ...]
    fan_outs: tuple[FanOutNow, ...]
    failures: tuple[Failure, ...]

    @property
    def ended(self) -> datetime:
        """When it ended, or now."""
        return self.stopped or self.now


def look_at_execution(account: Account, arn: str, *, failures: int = FAILURES) -> ExecutionNow:
    """Look at an execution.

    Args:
        account: where it is.
        arn: its ARN, as `resolve` finds it.
        failures: as many are told, the last ones.

    Raises:
        OperationError: it is the run of a Distributed Map.
    """
    if ":mapRun:" in arn:
        raise OperationError(f"{arn} is the run of a Distributed Map: look at the execution that it belongs to")
    states = account.client("stepfunctions")
    described = states.describe_execution(executionArn=arn)
    events = Events(_definition(states, described))
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=True, PaginationConfig={"PageSize": 1_000}
    )
    for page in pages:
        for event in page["events"]:
            events.see(event)
    jobs = _Jobs(account.client("batch"), failures)
    jobs.see(events.jobs)
    items, of_items = _map_runs(states, events.map_runs, failures)
    found = sorted([*jobs.failures, *of_items], key=lambda item: item.time.timestamp() if item.time else 0)
    return ExecutionNow(
        arn=arn,
        name=described["name"],
        machine=described["stateMachineArn"].rpartition(":")[2],
        status=described["status"],
        started=described["startDate"],
        stopped=described.get("stopDate"),
        now=account.now(),
        input_bytes=len(described.get("input", "").encode()),
        error=described.get("error"),
        cause=described.get("cause"),
        stages=events.stages(is_running=described["status"] == "RUNNING"),
        jobs={state: jobs.counts[state] for state in STATES if jobs.counts[state]},
        items=items,
        executions=tuple(events.executions),
        fan_outs=tuple(_fan_out(item) for item in events.fan_outs),
        failures=tuple(found[-failures:] if failures else ()),
    )


def _definition(states: Any, described: Mapping[str, Any]) -> dict[str, Any]:
    """The current definition; without one, as of a state machine that was deleted, fan-outs are not recognized."""
    try:
        found = states.describe_state_machine_for_execution(executionArn=described["executionArn"])
    except ClientError:
        return {"States": {}}
    definition: dict[str, Any] = json.loads(found["definition"])
    return definition


class _Jobs:
    """The jobs of an execution: how many are in which state, and the failures that were last.

    Args:
        batch: a boto3 client.
        failures: as many are kept.
    """

    def __init__(self, batch: Any, failures: int) -> None:
        self._batch = batch
        self._most = failures
        self.counts: Counter[str] = Counter()
        self.failures: list[Failure] = []

    def see(self, ids: Sequence[str]) -> None:
        for job in described_jobs(self._batch, ids):
            if is_array(job):
                summary = job["arrayProperties"].get("statusSummary", {})
                self.counts.update(summary)
                if summary.get("FAILED"):
                    self._add(self._children(job))
            else:
                self.counts[job["status"]] += 1
                if job["status"] == "FAILED":
                    self._add([failure_of(job)])

    def _children(self, job: Mapping[str, Any]) -> list[Failure]:
        """One page of the failed children; a page has up to a thousand."""
        listed = self._batch.list_jobs(arrayJobId=job["jobId"], jobStatus="FAILED")["jobSummaryList"]
        return [failure_of(child) for child in listed]

    def _add(self, failures: list[Failure]) -> None:
        if self._most:
            every = sorted([*self.failures, *failures], key=lambda item: item.time.timestamp() if item.time else 0)
            self.failures = every[-self._most :]


def failure_of(job: Mapping[str, Any]) -> Failure:
    """Why a job failed, from its description or an entry of ListJobs."""
    container = job.get("container", {})
    told = [job.get("statusReason"), container.get("reason")]
    stopped = job.get("stoppedAt")
    return Failure(
        what=job["jobName"],
        reason=": ".join(dict.fromkeys(text for text in told if text)) or "no reason is given",
        job=job["jobId"],
        index=job.get("arrayProperties", {}).get("index"),
        exit_code=container.get("exitCode"),
        time=time_of(stopped) if stopped else None,
    )


def _map_runs(states: Any, map_runs: Sequence[str], failures: int) -> tuple[dict[str, int], list[Failure]]:
    items: Counter[str] = Counter()
    found: list[Failure] = []
    for arn in map_runs:
        described = states.describe_map_run(mapRunArn=arn)
        counts = described["itemCounts"]
        items.update({state: counts.get(state, 0) for state in _MAP_RUN if counts.get(state)})
        if failures and any(described["executionCounts"].get(state) for state in ("failed", "timedOut")):
            found += _failed_executions(states, arn, failures)
    return {state: items[state] for state in _MAP_RUN if items[state]}, found


def _failed_executions(states: Any, map_run: str, most: int) -> Iterator[Failure]:
    for status in ("FAILED", "TIMED_OUT"):
        listed = states.list_executions(mapRunArn=map_run, statusFilter=status, maxResults=most)["executions"]
        for item in listed[:most]:
            described = states.describe_execution(executionArn=item["executionArn"])
            told = (described.get("error", status), described.get("cause"))
            reason = ": ".join(text for text in told if text)
            yield Failure(item["name"], reason, time=item.get("stopDate"))


def _fan_out(found: FanOut) -> FanOutNow:
    summary = found.summary or {}
    return FanOutNow(
        found.name,
        summary.get(Summary.TOTAL),
        summary.get(Summary.SUCCEEDED),
        summary.get(Summary.FAILED),
        summary.get(Summary.RESULTS_URI) or found.results_uri,
    )
