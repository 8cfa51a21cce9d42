"""What a message can be about."""

from enum import StrEnum


class Occasion(StrEnum):
    """What `Notifications` send a message about.

    Those of executions need ``machines``, all others ``queues``.
    """

    EXECUTION_STARTED = "EXECUTION_STARTED"
    EXECUTION_SUCCEEDED = "EXECUTION_SUCCEEDED"
    EXECUTION_FAILED = "EXECUTION_FAILED"
    EXECUTION_TIMED_OUT = "EXECUTION_TIMED_OUT"
    EXECUTION_ABORTED = "EXECUTION_ABORTED"
    """Somebody, or a program, has stopped it."""
    JOB_STARTED = "JOB_STARTED"
    JOB_SUCCEEDED = "JOB_SUCCEEDED"
    JOB_FAILED = "JOB_FAILED"
    """A job that no state machine waits for; of an array job the whole array, and not each child."""
    QUEUE_BLOCKED = "QUEUE_BLOCKED"
    """AWS Batch reports that the job at the front of a queue cannot start, and holds up those behind it."""
    ENVIRONMENT_INVALID = "ENVIRONMENT_INVALID"
    """A compute environment of a queue is INVALID: it starts nothing until it is mended."""

    @property
    def of_execution(self) -> str | None:
        """The status of the execution; None for what is no matter of executions."""
        status = self.removeprefix("EXECUTION_")
        if status == self:
            return None
        return "RUNNING" if status == "STARTED" else status

    @property
    def of_job(self) -> str | None:
        """The status of the job; None for what is no matter of single jobs."""
        status = self.removeprefix("JOB_")
        if status == self:
            return None
        return "RUNNING" if status == "STARTED" else status


FAILURES = (
    Occasion.EXECUTION_FAILED,
    Occasion.EXECUTION_TIMED_OUT,
    Occasion.EXECUTION_ABORTED,
    Occasion.JOB_FAILED,
    Occasion.QUEUE_BLOCKED,
    Occasion.ENVIRONMENT_INVALID,
)
"""What somebody has to look at."""
