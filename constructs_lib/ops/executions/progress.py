"""How far an execution is: its stages, their jobs by state, how fast they end, and what failed last.

A look costs a call for the new events, one for each 100 jobs that have not ended, and one or two for a Map Run. The
memory that it needs is that of the history, at most 25,000 events, however many children the jobs have.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from constructs_lib.core.container_contract import ITEM_INDEX, ITEMS_OFFSET, item_index
from constructs_lib.core.protocol import Summary
from constructs_lib.local.runs.causes import sentence
from constructs_lib.ops.account import Account
from constructs_lib.ops.executions.executions_now import Failure
from constructs_lib.ops.executions.job_states import JobStates, failures_of
from constructs_lib.ops.executions.map_runs import MapRuns
from constructs_lib.ops.histories.course import FAILED, RUNNING, SUCCEEDED, Course, Task, Visit
from constructs_lib.ops.histories.histories import Event, History, MissingExecutionError

SHOWN_FAILURES: Final = 5
_KINDS: Final = ("Task", "Map", "Wait")
"""Of states that take time."""
_WORK: Final = ("batch:submitJob", "ecs:runTask", "lambda:invoke", "states:startExecution", "activity")
_LATE: Final = 15.0
"""So many seconds after its start an execution may be unknown to those who ask for its history."""
_LEAST_WINDOW: Final = 30.0
_WINDOW: Final = 0.3
"""The pace is that of so much of the time that a stage has run, and of so many seconds at least."""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """A part of an execution: a fan-out, a Map state, or a state that takes time.

    Attributes:
        name: of the fan-out or state.
        status: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``.
        began: when.
        ended: when; None while it runs.
        total: how many jobs, children or iterations it has; None if that is not known yet.
        counts: how many of them there are by state, those that were submitted or began.
        per_minute: how many end in a minute, lately; None if too few have ended to tell.
        remaining_seconds: until all have ended at this pace; None if that cannot be told.
    """

    name: str
    status: str
    began: datetime
    ended: datetime | None
    total: int | None
    counts: dict[str, int]
    per_minute: float | None = None
    remaining_seconds: float | None = None

    @property
    def done(self) -> int:
        """How many have ended."""
        return self.counts.get(SUCCEEDED, 0) + self.counts.get(FAILED, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an execution is.

    Attributes:
        execution: its ARN.
        status: ``RUNNING``, or how it ended.
        began: when it started.
        stopped: when it ended; None while it runs.
        inside: the names of the states that it is in.
        stages: in the order of their beginning.
        failures: the last ones, the newest last.
        error: of an execution that failed.
        cause: of that.
        output: JSON text of an execution that succeeded.
    """

    execution: str
    status: str
    began: datetime | None
    stopped: datetime | None
    inside: list[str]
    stages: list[StageProgress]
    failures: list[Failure]
    error: str = ""
    cause: str = ""
    output: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status == RUNNING

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs, children and iterations of all stages there are, by state."""
        return dict(sum((Counter(stage.counts) for stage in self.stages), Counter[str]()))


@dataclass
class Watch:
    """Looks at an execution again and again.

    Args:
        account: where it is.
        execution: its ARN; not one of an Express state machine, which has no history before its end.
        now: what tells the time, in seconds since the epoch.
    """

    account: Account
    execution: str
    now: Callable[[], float] = time.time
    course: Course = field(default_factory=Course, init=False)
    _paces: dict[str, "_Pace"] = field(default_factory=dict, init=False)
    _children: dict[str, Failure] = field(default_factory=dict, init=False)
    _looked_back: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._made = time.monotonic()
        self._history = History(self.account, self.execution)
        self._jobs = JobStates(self.account)
        self._map_runs = MapRuns(self.account)

    def look(self) -> Progress:
        """How far it is now.

        Raises:
            OperationError: it has no history.
            botocore.exceptions.ClientError: AWS refused a call; the next look goes on where this one has failed.
        """
        self.course.take_all(self._events())
        submitted = [task for _, task in self.course.tasks() if task.job]
        self._map_runs.look([visit.map_run for visit in self.course.visits if visit.map_run])
        self._jobs.look([*submitted, *self._map_runs.tasks])
        for child in self._jobs.failed_children([*submitted, *self._map_runs.tasks], SHOWN_FAILURES):
            self._children[child.job or child.what] = child
        self._look_back()
        course = self.course
        return Progress(
            self.execution,
            course.status,
            course.began,
            course.stopped,
            course.current(),
            self._stages(),
            self._failures(),
            course.error,
            course.cause,
            course.output,
        )

    def _events(self) -> list[Event]:
        """The new events; none if the execution has just been started, and its history is not there yet."""
        try:
            return self._history.new()
        except MissingExecutionError:
            if self.course.events or time.monotonic() - self._made > _LATE:
                raise
            return []

    def _look_back(self) -> None:
        """Of fan-outs in batches that have ended: what failed in them, unless that was seen while it ran."""
        for name, fan_out in self.course.fan_outs.items():
            summary = fan_out.summary or {}
            if name in self._looked_back or not summary.get(Summary.FAILED):
                continue
            self._looked_back.add(name)
            if not self._failures() and (jobs := summary.get(Summary.JOB_IDS)):
                for failure in failures_of(self.account, jobs, SHOWN_FAILURES):
                    self._children[failure.job or failure.what] = failure

    def _stages(self) -> list[StageProgress]:
        grouped: dict[str, list[Visit]] = {}
        for visit in self.course.visits:
            grouped.setdefault(self.course.stage(visit), []).append(visit)
        return [
            self._stage(name, visits)
            for name, visits in grouped.items()
            if name in self.course.fan_outs or any(visit.kind in _KINDS for visit in visits)
        ]

    def _stage(self, name: str, visits: list[Visit]) -> StageProgress:
        ended = (
            None if any(visit.left is None for visit in visits) else max(visit.left for visit in visits if visit.left)
        )
        is_failed = visits[-1].kind == "Fail" or any(visit.status == FAILED for visit in visits if visit is visits[-1])
        total, counts = self._counts(name, visits)
        began = visits[0].entered
        pace = self._paces.setdefault(name, _Pace(began.timestamp()))
        done = counts[SUCCEEDED] + counts[FAILED]
        per_second = pace.at(self.now(), done) if ended is None else None
        left = None if total is None or not per_second or total < done else (total - done) / per_second
        status = RUNNING if ended is None else FAILED if is_failed else SUCCEEDED
        return StageProgress(
            name, status, began, ended, total, dict(counts), per_second * 60 if per_second else None, left
        )

    def _counts(self, name: str, visits: list[Visit]) -> tuple[int | None, Counter[str]]:
        """How many there are, and how many by state."""
        fan_out = self.course.fan_outs.get(name)
        if fan_out and fan_out.summary and fan_out.ended == fan_out.times == 1:
            summary = fan_out.summary
            return int(summary[Summary.TOTAL]), +Counter(
                {SUCCEEDED: int(summary[Summary.SUCCEEDED]), FAILED: int(summary[Summary.FAILED])}
            )
        if runs := [visit.map_run for visit in visits if visit.map_run]:
            counted = sum((self._map_runs.counts(run, self._jobs) for run in runs), Counter[str]())
            return self._map_runs.total(runs), counted
        work = [visit.tasks[-1] for visit in visits if visit.tasks and visit.tasks[-1].resource.startswith(_WORK)]
        jobs = [task for task in work if task.resource.startswith("batch:")]
        counts = sum((self._of(task) for task in jobs or work), Counter[str]())
        lengths = [visit.length for visit in visits if visit.kind == "Map" and visit.length is not None]
        if not work:
            counts = Counter(visit.status for visit in visits if visit.kind == "Iteration")
        total = fan_out.total if fan_out else max(sum(lengths), counts.total()) if lengths else counts.total() or None
        if fan_out and total is not None and counts.total() > total:
            # What failed and ran again, on demand or with more memory, counts once.
            counts[FAILED] = max(counts[FAILED] - (counts.total() - total), 0)
        return total, +counts

    def _of(self, task: Task) -> Counter[str]:
        return self._jobs.of(task) if task.job else Counter({task.status: task.size or 1})

    def _failures(self) -> list[Failure]:
        failed = [
            _failure(visit, task)
            for visit, task in self.course.tasks()
            if task.status == FAILED and task.ended and not (task.size and task.job)
        ]
        known = [*failed, *self._children.values()]
        every = sorted(known, key=lambda item: item.time.timestamp() if item.time else 0)[-SHOWN_FAILURES:]
        self._children = {failure.job: failure for failure in every if failure.job and failure.job in self._children}
        return every


def _failure(visit: Visit, task: Task) -> Failure:
    told = task.told or {}
    if not told:
        reason = sentence(task.cause) or " ".join(f"{task.error}: {task.cause}".split())
        return Failure(_indexed(visit), reason, task.job, time=task.ended)
    container = told.get("Container") or {}
    return Failure(
        str(told.get("JobName", visit.name)),
        str(told.get("StatusReason", task.error)),
        task.job,
        _item(container),
        container.get("ExitCode"),
        task.ended,
    )


def _item(container: Mapping[str, Any]) -> int | None:
    """The index of the item that a job of a fan-out worked on."""
    variables = {
        str(entry.get("Name")): str(entry.get("Value", ""))
        for entry in container.get("Environment") or ()
        if entry.get("Name") in (ITEM_INDEX, ITEMS_OFFSET)
    }
    return item_index(variables, None)


def _indexed(visit: Visit) -> str:
    indexes = [str(place.index) for place in visit.above() if place.index is not None]
    return f"{visit.name}[{', '.join(reversed(indexes))}]" if indexes else visit.name


class _Pace:
    """How fast something ends, by what had ended when it was looked at."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._seen: deque[tuple[float, int]] = deque([(began, 0)])

    def at(self, now: float, done: int) -> float | None:
        """How many end in a second; None if too few have ended to tell."""
        self._seen.append((now, done))
        window = max(_LEAST_WINDOW, _WINDOW * (now - self._began))
        while len(self._seen) > 2 and now - self._seen[1][0] >= window:  # noqa: PLR2004 a pace has two ends
            self._seen.popleft()
        first, before = self._seen[0]
        return (done - before) / (now - first) if done - before > 1 and now > first else None
