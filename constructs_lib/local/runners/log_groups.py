"""Where the output of an attempt goes: the log group and stream prefix of its job definition.

Source: https://docs.aws.amazon.com/batch/latest/userguide/specify-log-config.html
"""

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.local.account import Location
from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.scheduler.jobs.job import Job

DEFAULT_GROUP = "/aws/batch/job"
"""The one group that AWS Batch makes by itself."""

_NO_STREAM = (
    "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
)
_NO_LOGGER = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
_NO_DRIVER = "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: "


class LogService(Protocol):
    """CloudWatch Logs, as moto has it inside of this process: a call over HTTP costs more than most jobs."""

    groups: Mapping[str, Any]

    def create_log_group(self, log_group_name: str, tags: dict[str, str], **options: Any) -> Any:
        """CreateLogGroup."""
        ...

    def create_log_stream(self, log_group_name: str, log_stream_name: str) -> Any:
        """CreateLogStream."""
        ...


def location_of_logs(job: Job) -> Location:
    """Where the log group of a job is: in the job's own account, and region unless the job says another one."""
    own = Location.of(job.spec.queue.arn)
    options = (job.spec.container.get("logConfiguration") or {}).get("options") or {}
    return Location(own.account, options.get("awslogs-region") or own.region)


def group_of(service: LogService, job: Job) -> str | None:
    """Find the log group of a job; None if its output goes elsewhere.

    Raises:
        CannotStartError: the group does not exist.
    """
    configuration = job.spec.container.get("logConfiguration") or {}
    if configuration.get("logDriver", "awslogs") != "awslogs":
        return None
    options = configuration.get("options") or {}
    group = str(options.get("awslogs-group", DEFAULT_GROUP))
    if group not in service.groups:
        if group != DEFAULT_GROUP and options.get("awslogs-create-group") != "true":
            is_fargate = "FARGATE" in job.spec.details.get("platformCapabilities", [])
            raise CannotStartError((_NO_LOGGER if is_fargate else _NO_DRIVER) + _NO_STREAM)
        service.create_log_group(group, {})
    return group
