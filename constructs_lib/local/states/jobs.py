"""What the interpreter needs of AWS Batch: something that runs jobs."""

import threading
from typing import Any, Protocol

from constructs_lib.local.batch.errors import BatchError

__all__ = ["BatchError", "JobService"]


class JobService(Protocol):
    """Submits, awaits and terminates jobs, in the shapes of boto3's ``batch`` client.

    Called from many threads at once, one for each running task.
    """

    def submit_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take and return what ``SubmitJob`` does: jobArn, jobName, jobId.

        Raises:
            BatchError: the job is refused; Step Functions shows ``Batch.ClientException`` or the like.
        """
        ...

    def wait_for_job(self, job_id: str, *, interruption: threading.Event) -> dict[str, Any] | None:
        """Return the job as ``DescribeJobs`` shows it once it has ended, None if the event was set before."""
        ...

    def terminate_job(self, job_id: str, reason: str) -> None:
        """End the job and its children; a job that has ended already stays as it is."""
        ...
