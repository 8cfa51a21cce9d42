"""An execution over time: when its stages ran, and when their jobs waited and ran."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from constructs_lib.local.client.jobs import STATUSES
from constructs_lib.local.runs.report import Bar, bars
from constructs_lib.ops.account import Account
from constructs_lib.ops.histories.course import FAILED, RUNNING, SUCCEEDED, Course, Visit
from constructs_lib.ops.histories.histories import events
from constructs_lib.ops.histories.started import StartedTask, started_tasks
from constructs_lib.ops.logs.job_selection import described

_KINDS: Final = ("Task", "Map", "Wait")
_MILLISECONDS: Final = 1000
_TOUCH: Final = 1.0
"""From one state of a fan-out to its next Step Functions takes less seconds than this."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time that a stage ran.

    Attributes:
        began: in seconds since the epoch.
        ended: the same; of what still runs, the time of the picture.
        status: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``.
    """

    began: float
    ended: float
    status: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage: a fan-out, a Map state or a state that takes time.

    Attributes:
        name: of it.
        status: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``.
        spans: when it ran; several if it was visited several times.
        attempts: of its jobs and children, or of its tasks elsewhere, by the time since which they waited.
    """

    name: str
    status: str
    spans: tuple[Span, ...]
    attempts: tuple[Bar, ...] = field(default=(), repr=False)

    @property
    def jobs(self) -> int:
        """How many jobs, children or tasks it has."""
        return len({attempt.job for attempt in self.attempts})


@dataclass(frozen=True, slots=True)
class Timeline:
    """An execution over time.

    Attributes:
        execution: its ARN.
        status: ``RUNNING``, or how it ended.
        began: in seconds since the epoch.
        ended: the same; while it runs, the time of the picture.
        lanes: its stages, in the order of their beginning.
        course: what happened in it.
    """

    execution: str
    status: str
    began: float
    ended: float
    lanes: tuple[Lane, ...]
    course: Course = field(repr=False)


def look_at_timeline(
    account: Account,
    execution: str,
    *,
    whole: bool = False,
    now: Callable[[], float] = time.time,
    note: Callable[[str], None] = lambda _: None,
    seen: Callable[[int], None] = lambda _: None,
) -> Timeline:
    """Read when an execution, its stages and their jobs ran.

    The times of the children of array jobs come from lists, 1,000 a call, which have the last attempt of each alone;
    those of other jobs, and of all jobs with ``whole``, from their descriptions, 100 a call.

    Args:
        account: where it is.
        execution: its ARN.
        whole: whether each attempt of each child is wanted, with its vCPUs.
        now: what tells the time, in seconds since the epoch, for what still runs.
        note: told of what cannot be looked into, in one line.
        seen: called with the number of histories read so far.

    Raises:
        OperationError: it is one of an Express state machine, of which nothing is kept.
    """
    course = Course().take_all(events(account, execution))
    moment = now()
    attempts: dict[str, list[Bar]] = {}
    tasks = list(started_tasks(account, execution, course=course, note=note, seen=seen))
    for stage, bar in _attempts(account, tasks, moment, whole=whole):
        attempts.setdefault(stage, []).append(bar)
    began = course.began.timestamp() if course.began else moment
    ended = course.stopped.timestamp() if course.stopped else max(moment, began)
    return Timeline(execution, course.status, began, ended, tuple(_lanes(course, attempts, ended)), course)


def _lanes(course: Course, attempts: Mapping[str, list[Bar]], ended: float) -> Iterator[Lane]:
    grouped: dict[str, list[Visit]] = {}
    for visit in course.visits:
        grouped.setdefault(course.stage(visit), []).append(visit)
    for name, visits in grouped.items():
        if name not in course.fan_outs and not any(visit.kind in _KINDS for visit in visits):
            continue
        spans = _spans(visits, ended)
        status = FAILED if visits[-1].kind == "Fail" else spans[-1].status
        bars_ = sorted(attempts.get(name, ()), key=_order)
        yield Lane(name, status, tuple(spans), tuple(bars_))


def _order(bar: Bar) -> tuple[float, str, int, int]:
    parent, _, index = bar.job.partition(":")
    return bar.waited_from, parent, int(index) if index.isdecimal() else 0, bar.attempt


def _spans(visits: Iterable[Visit], ended: float) -> list[Span]:
    """The times of visits, those that touch as one."""
    found: list[Span] = []
    for visit in visits:
        began, left = visit.entered.timestamp(), visit.left.timestamp() if visit.left else ended
        status = visit.status if visit.left else RUNNING
        if found and began <= found[-1].ended + _TOUCH:
            before = found[-1]
            status = status if left >= before.ended else before.status
            found[-1] = Span(before.began, max(before.ended, left), status)
        else:
            found.append(Span(began, left, status))
    return found


def _attempts(account: Account, tasks: Sequence[StartedTask], now: float, *, whole: bool) -> Iterator[tuple[str, Bar]]:
    arrays = {item.task.job: item for item in tasks if item.task.job and item.task.size and not whole}
    for job in described(account, list(arrays)):
        # Of very many arrays, only the states that their children are in are asked for.
        summary, array = job.get("arrayProperties", {}).get("statusSummary", {}), arrays.pop(job["jobId"])
        for status in (status for status in STATUSES if summary.get(status)):
            yield from ((array.stage, bar) for bar in _of_children(account, job["jobId"], status, now))
    for array in arrays.values():  # AWS Batch has forgotten them
        yield array.stage, _of_task(array, now)
    yield from _of_others(account, [item for item in tasks if whole or not (item.task.job and item.task.size)], now)


def _of_others(account: Account, tasks: Iterable[StartedTask], now: float) -> Iterator[tuple[str, Bar]]:
    stages: dict[str, str] = {}
    single: dict[str, StartedTask] = {}
    for item in tasks:
        task = item.task
        if task.job:
            stages[task.job], single[task.job] = item.stage, item
        elif task.ecs_tasks or task.resource == "lambda:invoke":
            yield item.stage, _of_task(item, now)
    if not stages:
        return
    for job in described(account, _leaves(account, single.values())):
        root = job["jobId"].partition(":")[0]
        single.pop(root, None)
        yield from ((stages[root], bar) for bar in bars([job], now))
    for item in single.values():  # AWS Batch has forgotten them; what the history has of them is less
        yield item.stage, _of_task(item, now)


def _leaves(account: Account, items: Iterable[StartedTask]) -> Iterator[str]:
    for item in list(items):
        if item.task.size and item.task.job:
            for status in STATUSES:
                pages = account.client("batch").get_paginator("list_jobs")
                for page in pages.paginate(arrayJobId=item.task.job, jobStatus=status):
                    yield from (child["jobId"] for child in page["jobSummaryList"])
        elif item.task.job:
            yield item.task.job


def _of_children(account: Account, job: str, status: str, now: float) -> Iterator[Bar]:
    pages = account.client("batch").get_paginator("list_jobs").paginate(arrayJobId=job, jobStatus=status)
    for page in pages:
        for child in page["jobSummaryList"]:
            began, stopped = child.get("startedAt"), child.get("stoppedAt")
            outcome: Any = {SUCCEEDED: "succeeded", FAILED: "failed", RUNNING: "running"}.get(status, "waiting")
            yield Bar(
                child["jobId"],
                child["jobName"],
                "",
                1 if began else 0,
                1.0,
                child["createdAt"] / _MILLISECONDS,
                began / _MILLISECONDS if began else None,
                stopped / _MILLISECONDS if stopped else now,
                outcome,
                child.get("statusReason", ""),
            )


def _of_task(item: StartedTask, now: float) -> Bar:
    """A try of a Task state, as its history tells."""
    task, told = item.task, item.task.told or {}

    def at(member: str, otherwise: datetime | None) -> float | None:
        if isinstance(found := told.get(member), int | float):
            return found / _MILLISECONDS
        return otherwise.timestamp() if otherwise else None

    outcome: Any = {SUCCEEDED: "succeeded", FAILED: "failed"}.get(task.status, "running")
    began = at("CreatedAt", task.began) or 0.0
    indexes = [place.index for place in item.visit.above() if place.index is not None]
    name = f"{item.visit.name}{indexes[:1] or ''}"
    return Bar(
        task.job or task.execution or (task.ecs_tasks[0][0] if task.ecs_tasks else f"{id(task)}"),
        task.job_name or name,
        "",
        item.visit.tasks.index(task) + 1,
        1.0,
        began,
        at("StartedAt", task.began),
        at("StoppedAt", task.ended) or now,
        outcome,
        task.error,
    )
