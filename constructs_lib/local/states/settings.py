"""What `install` was given, for the modules that need it while a state machine runs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from constructs_lib.local.clock import Clock, RealClock
from constructs_lib.local.states.jobs import JobService
from constructs_lib.local.states.rights import Rights, Unlimited


@dataclass
class Settings:
    """What is in use: the job service, where clients of tasks go (None: moto's own choice), the clock, and IAM."""

    jobs: JobService | None = None
    endpoint_url: str | None = None
    clock: Clock = field(default_factory=RealClock)
    rights: Rights = field(default_factory=Unlimited)

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
