"""What `install` was given, for the modules that need it while a state machine runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.events.execution_events import ExecutionChange
from constructs_lib.local.states.jobs import JobService
from constructs_lib.local.states.rights import Rights, Unlimited
from constructs_lib.local.states.task_service import TaskService


@dataclass
class Settings:
    """What is in use: who runs jobs and tasks, where clients go (None: moto's own choice), the clock, and IAM.

    And who hears of the statuses of executions.
    """

    jobs: Callable[[Location], JobService] | None = None
    endpoint_url: str | None = None
    clock: Clock = field(default_factory=RealClock)
    rights: Rights = field(default_factory=Unlimited)
    tasks: TaskService | None = None
    status_changed: Callable[[Callable[[], ExecutionChange]], None] = lambda _: None

    def job_service(self, location: Location) -> JobService:
        """Return the job service of an account and region.

        Raises:
            RuntimeError: `install` has not been called.
        """
        if self.jobs is None:
            raise RuntimeError("No job service: call constructs_lib.local.states.install first.")
        return self.jobs(location)

    def task_service(self) -> TaskService:
        """Return the task service.

        Raises:
            RuntimeError: there is none.
        """
        if self.tasks is None:
            raise RuntimeError("No task service: constructs_lib.local.ecs.Tasks has not been installed.")
        return self.tasks

    def moment(self) -> datetime:
        """Return the time that the clock tells."""
        return datetime.fromtimestamp(self.clock.now(), tz=UTC)


SETTINGS = Settings()
