"""What the interpreter needs of AWS Batch: something that runs jobs."""

from typing import Any, Protocol


class BatchError(Exception):
    """AWS Batch refuses a request.

    Args:
        code: AWS Batch's error code, such as ``ClientException``; Step Functions shows it as
            ``Batch.ClientException``.
        message: what is wrong, in AWS Batch's words.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class JobService(Protocol):
    """Submits, awaits and terminates jobs, in the shapes of boto3's ``batch`` client.

    Called from many threads at once, one for each running task.
    """

    def submit_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take what ``SubmitJob`` takes, return what it returns (jobArn, jobName, jobId), or raise `BatchError`."""
        ...

    def wait_for_job(self, job_id: str, timeout: float) -> dict[str, Any] | None:
        """Return the job as ``DescribeJobs`` shows it once it has ended, None if not within `timeout` seconds."""
        ...

    def terminate_job(self, job_id: str, reason: str) -> None:
        """End the job and its children; a job that has ended already stays as it is."""
        ...
