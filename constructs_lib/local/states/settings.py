"""What `install` was given, for the modules that need it while a state machine runs."""

from dataclasses import dataclass

from constructs_lib.local.states.jobs import JobService


@dataclass
class Settings:
    """The job service in use, and where boto3 clients of tasks go (None: moto's own choice)."""

    jobs: JobService | None = None
    endpoint_url: str | None = None

    def job_service(self) -> JobService:
        """Return the job service.

        Raises:
            RuntimeError: `install` has not been called.
        """
        if self.jobs is None:
            raise RuntimeError("No job service: call constructs_lib.local.states.install first.")
        return self.jobs


SETTINGS = Settings()
