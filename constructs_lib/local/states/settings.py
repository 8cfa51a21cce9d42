"""What `install` was given, for the modules that need it while a state machine runs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from constructs_lib.local.clock import Clock, RealClock
from constructs_lib.local.states.jobs import JobService


@dataclass
class Settings:
    """The job service in use, where boto3 clients of tasks go (None: moto's own choice), and what tells the time."""

    jobs: JobService | None = None
    endpoint_url: str | None = None
    clock: Clock = field(default_factory=RealClock)

    def job_service(self) -> JobService:
        """Return the job service.

        Raises:
            RuntimeError: `install` has not been called.
        """
        if self.jobs is None:
            raise RuntimeError("No job service: call constructs_lib.local.states.install first.")
        return self.jobs

    def moment(self) -> datetime:
        """Return the time that the clock tells."""
        return datetime.fromtimestamp(self.clock.now(), tz=UTC)


SETTINGS = Settings()
