"""The environment variables that a job finds, whatever it runs by.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html and, for those that every container of a
task has, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-metadata.html
"""

from collections.abc import Callable

from constructs_lib.core.container_contract import ARRAY_INDEX
from constructs_lib.local.account import Location
from constructs_lib.local.ecs.container import TaskContainer
from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.scheduler.jobs.job import Job

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Variables:
    """The variables of jobs.

    Args:
        aws: those by which an AWS SDK reaches an account and region of the embedded AWS.
        secret: reads the value behind a secret's ``valueFrom``, for a job of an account and region.
        credentials: those of a job. Default: those of ``aws``.
        metadata: by which a job reaches what describes its container. Default: nothing.
    """

    def __init__(
        self,
        aws: Callable[[Location], dict[str, str]],
        secret: Callable[[str, Location], str],
        credentials: Callable[[Job], dict[str, str] | None] = lambda _: None,
        metadata: Callable[[Job], dict[str, str]] = lambda _: {},
    ) -> None:
        self._aws = aws
        self._secret = secret
        self._credentials = credentials
        self._metadata = metadata

    def of_account(self, job: Job) -> dict[str, str]:
        """By which a job reaches AWS, and as whom."""
        account, credentials = self._aws(Location.of(job.spec.queue.arn)), self._credentials(job)
        if credentials is None:
            return account
        return {**{name: value for name, value in account.items() if name not in _CREDENTIALS}, **credentials}

    def of_job(self, job: Job) -> dict[str, str]:
        """The job's own and its secrets, and what AWS Batch or ECS tells it.

        Raises:
            CannotStartError: a secret cannot be read.
        """
        container = job.spec.container
        # A variable without a value is there, and empty.
        variables = {entry["name"]: entry.get("value") or "" for entry in container["environment"]}
        for entry in container.get("secrets", []):
            try:
                variables[entry["name"]] = self._secret(entry["valueFrom"], Location.of(job.spec.queue.arn))
            except LookupError as error:
                raise CannotStartError(f"ResourceInitializationError: secret {entry['name']}: {error}") from error
        return variables | self._of_task(job) | ({} if isinstance(job, TaskContainer) else _of_batch(job))

    def _of_task(self, job: Job) -> dict[str, str]:
        is_fargate = "FARGATE" in job.spec.details.get("platformCapabilities", [])
        return {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE" if is_fargate else "AWS_ECS_EC2", **self._metadata(job)}


def _of_batch(job: Job) -> dict[str, str]:
    variables = {
        "AWS_BATCH_JOB_ID": job.id,
        "AWS_BATCH_JOB_ATTEMPT": str(len(job.attempts)),
        "AWS_BATCH_JQ_NAME": job.spec.queue.name,
        "AWS_BATCH_CE_NAME": job.attempts[-1].environment.rsplit("/", 1)[-1],
    }
    if job.parent:
        variables[ARRAY_INDEX] = str(job.index)
        variables["AWS_BATCH_JOB_ARRAY_SIZE"] = str(job.spec.size)
    return variables
