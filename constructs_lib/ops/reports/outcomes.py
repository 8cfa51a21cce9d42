"""How an execution and its fan-outs ended, and what became of each item."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from constructs_lib.core.protocol import Summary
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.executions.executions_now import failure_of
from constructs_lib.ops.executions.stored_items import split_uri
from constructs_lib.ops.histories.course import FAILED, SUCCEEDED, Course, Task
from constructs_lib.ops.histories.histories import events
from constructs_lib.ops.histories.started import started_tasks
from constructs_lib.ops.reports.result_objects import stored_indexes, stored_results
from constructs_lib.ops.reruns.fan_outs import FanOutReader

NO_RESULT = object()
"""In place of the result of an item that has none, which is not ``null``."""


@dataclass(frozen=True, slots=True)
class FanOutOutcome:
    """How a fan-out ended, or how far it is.

    Attributes:
        name: its name; of one that ran several times with a number, ``Tiles (2)``.
        stage: its name alone.
        total: how many items it has; None if it has not ended.
        succeeded: how many of them succeeded.
        failed: how many failed.
        results_uri: where the results are; None for a fan-out without.
        summary: its output; empty if it has not ended.
    """

    name: str
    stage: str
    total: int | None
    succeeded: int | None
    failed: int | None
    results_uri: str | None
    summary: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ExecutionOutcome:
    """How an execution ended, or how far it is.

    Attributes:
        execution: its ARN.
        status: ``RUNNING``, ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT`` or ``ABORTED``.
        output: the JSON value that the state machine returned; None unless it succeeded.
        error: its error, if it failed.
        cause: of that.
        fan_outs: in the order in which they began.
        course: what happened in it.
    """

    execution: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    fan_outs: tuple[FanOutOutcome, ...]
    course: Course = field(repr=False)


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of an item.

    Attributes:
        index: in the list.
        status: ``SUCCEEDED`` or ``FAILED``; ``UNKNOWN`` while its fan-out runs.
        result: the JSON value that its worker wrote; `NO_RESULT` if it wrote none.
        reason: why it failed, as far as it is known.
        job: the id of the job that failed.
    """

    index: int
    status: str
    result: Any = NO_RESULT
    reason: str | None = None
    job: str | None = None


def look_at_outcome(
    account: Account, execution: str, *, seen: Callable[[int], None] = lambda _: None
) -> ExecutionOutcome:
    """Read how an execution and its fan-outs ended.

    Args:
        account: where it is.
        execution: its ARN.
        seen: called with the number of events of its history read so far.

    Raises:
        OperationError: it is one of an Express state machine, of which nothing is kept.
    """
    states = account.client("stepfunctions")
    course, counter = Course(), count(1)
    found = states.describe_state_machine_for_execution(executionArn=execution) if ":express:" not in execution else {}
    reader: FanOutReader | None = FanOutReader(json.loads(found.get("definition", '{"States": {}}')))
    for event in events(account, execution):
        course.take(event)
        if reader:
            try:
                reader.see(event)
            except OperationError:  # a fan-out of a newer version: as far as its summary tells
                reader = None
        seen(next(counter))
    places = {item.name: item.results_uri for item in reader.found} if reader else {}
    return ExecutionOutcome(
        execution,
        course.status,
        json.loads(course.output) if course.output is not None else None,
        course.error or None,
        course.cause or None,
        tuple(_fan_outs(course, places)),
        course,
    )


def failed_indexes(account: Account, fan_out: FanOutOutcome) -> set[int]:
    """The indexes of the items that failed; a long list of them is in S3."""
    if uri := fan_out.summary.get(Summary.FAILED_INDEXES_URI):
        bucket, key = split_uri(str(uri))
        return {*json.loads(account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())}
    return {*fan_out.summary.get(Summary.FAILED_INDEXES, ())}


def look_at_items(
    account: Account,
    outcome: ExecutionOutcome,
    fan_out: FanOutOutcome,
    *,
    seen: Callable[[int], None] = lambda _: None,
) -> Iterator[ItemOutcome]:
    """What became of each item of a fan-out, in the order of the list.

    Results are read from S3 many at a time, and only some of them are in memory.

    Args:
        account: where it is.
        outcome: the execution.
        fan_out: one of its fan-outs.
        seen: called with the number of results found so far.

    Raises:
        ResultsGoneError: the bucket of the results does not exist any more.
    """
    failed = failed_indexes(account, fan_out)
    stored = stored_indexes(account, fan_out.results_uri, seen=seen) if fan_out.results_uri else []
    reasons = _reasons(account, outcome, fan_out) if failed else {}
    total = fan_out.total if fan_out.total is not None else max(stored, default=-1) + 1
    rest = iter(range(total))
    for result in stored_results(account, fan_out.results_uri or "", stored) if stored else ():
        for index in rest:
            if index < result.index:
                yield _without_result(index, fan_out, failed, reasons)
                continue
            break
        reason, job = reasons.get(result.index, (None, None)) if result.index in failed else (None, None)
        status = FAILED if result.index in failed else SUCCEEDED
        yield ItemOutcome(result.index, status, result.value, reason, job)
    for index in rest:
        yield _without_result(index, fan_out, failed, reasons)


def _without_result(
    index: int, fan_out: FanOutOutcome, failed: set[int], reasons: Mapping[int, tuple[str, str | None]]
) -> ItemOutcome:
    if index in failed:
        reason, job = reasons.get(index, (None, None))
        return ItemOutcome(index, FAILED, reason=reason, job=job)
    return ItemOutcome(index, SUCCEEDED if fan_out.summary else "UNKNOWN")


def _fan_outs(course: Course, places: Mapping[str, str | None]) -> Iterator[FanOutOutcome]:
    for seen in course.fan_outs.values():
        for number, summary in enumerate(seen.summaries, 1):
            name = seen.name if len(seen.summaries) == 1 else f"{seen.name} ({number})"
            uri = summary.get(Summary.RESULTS_URI)
            total, succeeded, failed = (summary.get(key) for key in (Summary.TOTAL, Summary.SUCCEEDED, Summary.FAILED))
            yield FanOutOutcome(name, seen.name, total, succeeded, failed, uri, summary)
        if not seen.summaries:
            yield FanOutOutcome(seen.name, seen.name, None, None, None, seen.results_uri or places.get(seen.name))


def _reasons(account: Account, outcome: ExecutionOutcome, fan_out: FanOutOutcome) -> dict[int, tuple[str, str | None]]:
    """Why items failed, by index: of their last job, where their index is known."""
    found: dict[int, tuple[str, str | None]] = {}
    for item in started_tasks(account, outcome.execution, course=outcome.course):
        task = item.task
        if item.stage != fan_out.stage or task.status != FAILED:
            continue
        if task.job and task.size:
            found |= _reasons_of_children(account, task)
        elif task.job and task.told:
            container = task.told.get("Container") or {}
            reason = _said(str(task.told.get("StatusReason", task.error)), container.get("ExitCode"))
            found[task.first_item or 0] = (reason, task.job)
        else:
            indexes = [place.index for place in item.visit.above() if place.index is not None]
            found[indexes[0] if indexes else 0] = (" ".join(f"{task.error}: {task.cause}".split()), task.job)
    return found


def _reasons_of_children(account: Account, task: Task) -> Iterator[tuple[int, tuple[str, str | None]]]:
    pages = account.client("batch").get_paginator("list_jobs").paginate(arrayJobId=task.job, jobStatus=FAILED)
    for page in pages:
        for child in page["jobSummaryList"]:
            failure = failure_of(child)
            index = (task.first_item or 0) + (failure.index or 0)
            yield index, (_said(failure.reason, failure.exit_code), failure.job)


def _said(reason: str, code: int | None) -> str:
    return reason if code is None else f"{reason}, exit code {code}"
