"""What an execution has started: its jobs, those of its nested executions, and those of the batches of its Map Runs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.histories.course import Course, Task, Visit
from constructs_lib.ops.histories.histories import events

_AT_ONCE: Final = 4
"""So many histories of batches are read at a time, which is what AWS takes for long: 20 calls a second at most."""
_DEEPEST: Final = 5
"""An execution may start others, and those again; none goes round for ever."""


@dataclass(frozen=True, slots=True)
class StartedTask:
    """A task of an execution, or of one below it.

    Attributes:
        stage: the fan-out or state that it belongs to.
        visit: of the state.
        task: the try that started something.
        execution: the ARN of the execution that it is in.
    """

    stage: str
    visit: Visit
    task: Task
    execution: str


def started_tasks(
    account: Account,
    execution: str,
    *,
    course: Course | None = None,
    note: Callable[[str], None] = lambda _: None,
    seen: Callable[[int], None] = lambda _: None,
) -> Iterator[StartedTask]:
    """All that an execution has started so far.

    Args:
        account: where it is.
        execution: its ARN, or that of a Map Run.
        course: what is known of it already. Default: its history is read.
        note: told of what cannot be looked into, in one line.
        seen: called with the number of histories that have been read.

    Raises:
        OperationError: it has no history.
    """
    reading = _Reading(account, note, seen)
    if ":mapRun:" in execution:
        yield from reading.of_map_run(execution, "", 0)
    else:
        yield from reading.of(execution, course or Course().take_all(events(account, execution)), "", 0)


@dataclass
class _Reading:
    account: Account
    note: Callable[[str], None]
    seen: Callable[[int], None]
    read: int = 0

    def of(self, execution: str, course: Course, stage: str, depth: int) -> Iterator[StartedTask]:
        self.read += 1
        self.seen(self.read)
        for visit in course.visits:
            name = stage or course.stage(visit)
            for task in visit.tasks:
                yield StartedTask(name, visit, task, execution)
                if task.execution and depth < _DEEPEST:
                    yield from self._inside(task.execution, "", depth + 1)
            if visit.map_run:
                yield from self.of_map_run(visit.map_run, name, depth + 1)

    def of_map_run(self, map_run: str, stage: str, depth: int) -> Iterator[StartedTask]:
        pages = self.account.client("stepfunctions").get_paginator("list_executions").paginate(mapRunArn=map_run)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for page in pages:
                arns = [item["executionArn"] for item in page["executions"]]
                for arn, course in zip(arns, pool.map(self._course, arns), strict=True):
                    if course:
                        yield from self.of(arn, course, stage, depth)

    def _inside(self, execution: str, stage: str, depth: int) -> Iterator[StartedTask]:
        if course := self._course(execution):
            yield from self.of(execution, course, stage, depth)

    def _course(self, execution: str) -> Course | None:
        try:
            return Course().take_all(events(self.account, execution))
        except OperationError as error:
            self.note(str(error))
            return None
