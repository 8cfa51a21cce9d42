"""The tasks of one embedded AWS at work: safe to call from any thread."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.ecs.container import TaskContainer, TaskRequest, containers_of
from constructs_lib.local.ecs.task import EXITED, Description, Task
from constructs_lib.local.runners import Ending, Run, Runner
from constructs_lib.local.states.task_service import StoppedTask

_BY_ITSELF = "Essential container in task exited"
_BY_USER = "Task stopped by user"


class Tasks:
    """Starts tasks, stops them and knows how they ended.

    Args:
        clock: what tells the time.
        changed: hears of each new status of a task, which it may have described. Default: nobody does.
    """

    def __init__(self, clock: Clock, changed: Callable[[Callable[[], Description]], None] = lambda _: None) -> None:
        self._changed = changed
        self._runner: Runner | None = None
        self._clock = clock
        self._lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._runs: dict[TaskContainer, Run] = {}

    def begin(self, runner: Runner) -> None:
        """Let them run from now on, by what runs their containers."""
        self._runner = runner

    def run(self, definition: Any, cluster_arn: str, launch: str, request: Description) -> Description:
        """Start a task; its description from before anything of it runs.

        Args:
            definition: its task definition.
            cluster_arn: where it runs.
            launch: ``EC2``, ``FARGATE`` or ``FARGATE_SPOT``.
            request: RunTask's, which has been checked.
        """
        now, task_id = self._clock.now(), uuid.uuid4().hex
        arn = f"{cluster_arn.replace(':cluster/', ':task/')}/{task_id}"
        containers = containers_of(TaskRequest(definition, request.get("overrides") or {}, task_id, cluster_arn, now))
        task = Task(task_id, arn, cluster_arn, definition, request, launch, now, containers)
        with self._lock:
            self._tasks[arn] = task
            self._tell(task)
            described = task.describe()
            for container in containers:
                self._runs[container] = self._start(task, container)
        return described

    def all(self) -> list[Task]:
        """Every task, in the order in which they were run."""
        with self._lock:
            return list(self._tasks.values())

    def describe(self, task: Task) -> Description:
        """Describe a task as it is now."""
        with self._lock:
            return task.describe()

    def stop(self, task: Task, reason: str | None = None) -> None:
        """Stop a task; one that has stopped stays as it is."""
        with self._lock:
            if task.stop_code is None:
                self._stop(task, "UserInitiated", reason or _BY_USER)

    def stop_task(self, arn: str, reason: str) -> None:
        """The same, by its ARN."""
        self.stop(self._tasks[arn], reason)

    def wait_for_task(self, arn: str, *, interruption: threading.Event) -> StoppedTask | None:
        """Wait until a task has stopped.

        Args:
            arn: the task.
            interruption: an event that ends the wait, too; it is also set when the task has stopped.

        Returns:
            How it has ended, or None when it has not stopped.
        """
        task = self._tasks[arn]
        with self._lock:
            if task.stopped_at is None:
                task.waiting.append(interruption)
        if task.stopped_at is None:
            self._clock.wait(interruption)
        return StoppedTask(self.describe(task), task.succeeded) if task.stopped_at is not None else None

    def _start(self, task: Task, container: TaskContainer) -> Run:
        if self._runner is None:
            raise RuntimeError("Amazon ECS runs no tasks yet: call begin first")
        return self._runner.start(
            container,
            lambda: self._on_start(task, container),
            lambda ending: self._on_end(task, container, ending),
        )

    def _on_start(self, task: Task, container: TaskContainer) -> None:
        with self._lock:
            container.attempt.started_at = self._clock.now()
            self._tell(task)

    def _on_end(self, task: Task, container: TaskContainer, ending: Ending) -> None:
        with self._lock:
            now = self._clock.now()
            self._runs.pop(container, None)
            container.attempt.end(ending, None, now)
            if task.stop_code is None and ending.exit_code is None:
                self._stop(task, "TaskFailedToStart", str(ending.reason))
            elif task.stop_code is None and container.essential:
                self._stop(task, EXITED, _BY_ITSELF)
            if all(item.attempt.stopped_at is not None for item in task.containers):
                task.stopped_at = now
                self._tell(task)
                for event in task.waiting:
                    event.set()

    def _stop(self, task: Task, code: str, reason: str) -> None:
        task.stop_code, task.stopped_reason, task.stopping_at = code, reason, self._clock.now()
        for container in task.containers:
            if run := self._runs.get(container):
                run.stop(container.stop_seconds)
        self._tell(task)

    def _tell(self, task: Task) -> None:
        """Tell of the status that a task has now, unless it was told before."""
        status = task.last_status
        if status != task.told:
            task.told, task.version = status, task.version + 1
            self._changed(task.describe)
