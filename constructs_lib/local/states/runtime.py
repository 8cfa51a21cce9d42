"""What moto's interpreter needs of the embedded AWS that is open, and the one place where it finds it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.events.execution_events import ExecutionChange
from constructs_lib.local.states.jobs import JobService
from constructs_lib.local.states.rights import Rights, Unlimited
from constructs_lib.local.states.task_service import TaskService


@dataclass(frozen=True)
class Runtime:
    """What state machines run by.

    Args:
        jobs: gives what runs the jobs of ``batch:submitJob`` in an account and region. Default: nothing does.
        tasks: runs the tasks of ``ecs:runTask.sync``. Default: nothing does.
        endpoint_url: where the boto3 clients of all other tasks go; by default where moto sends them, which is moto
            itself in the process or on ``localhost:5000``.
        rights: IAM. Default: none, everything is allowed.
        clock: what tells the time. Default: this machine's.
        status_changed: hears of each new status of an execution, which it may have described. Default: nobody does.
        measured: hears of the same: the ARN of the state machine, the status, and how many seconds it took once it has
            ended. Default: nobody does.
        clients: boto3's, which are made when they are first asked for.
    """

    jobs: Callable[[Location], JobService] | None = None
    tasks: TaskService | None = None
    endpoint_url: str | None = None
    rights: Rights = field(default_factory=Unlimited)
    clock: Clock = field(default_factory=RealClock)
    status_changed: Callable[[Callable[[], ExecutionChange]], None] = lambda _: None
    measured: Callable[[str, str, float | None], None] = lambda *_: None
    clients: dict[Any, Any] = field(default_factory=dict)

    def job_service(self, location: Location) -> JobService:
        """Return the job service of an account and region.

        Raises:
            RuntimeError: there is none.
        """
        if self.jobs is None:
            raise RuntimeError("No job service: no embedded AWS is open.")
        return self.jobs(location)

    def task_service(self) -> TaskService:
        """Return the task service.

        Raises:
            RuntimeError: there is none.
        """
        if self.tasks is None:
            raise RuntimeError("No task service: no embedded AWS is open.")
        return self.tasks

    def moment(self) -> datetime:
        """Return the time that the clock tells."""
        return datetime.fromtimestamp(self.clock.now(), tz=UTC)


class _Current:
    """Holds the runtime of the embedded AWS that is open; while none is, one that has nothing but the time.

    moto makes the objects that need it, and hands nothing of ours to them. `states.patches` puts it in, as one of the
    patches that are undone at the end.
    """

    def __init__(self) -> None:
        self.runtime = Runtime()


CURRENT = _Current()
