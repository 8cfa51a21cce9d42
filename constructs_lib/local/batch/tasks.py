"""The tasks of Amazon ECS that attempts are, and the instances that they run on.

An attempt's log stream ends with the id of its task.
Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_AttemptContainerDetail.html and
https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

from collections.abc import Callable

from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.scheduler.jobs.attempt import Attempt

Environments = Callable[[str], ComputeEnvironment | None]
"""Finds a compute environment by its ARN."""


def cluster_arn(environments: Environments, attempt: Attempt) -> str | None:
    """The cluster of an attempt's compute environment; None when that is gone. A task of ECS names its own."""
    if ":cluster/" in attempt.environment:
        return attempt.environment
    environment = environments(attempt.environment)
    return environment.description["ecsClusterArn"] if environment else None


def task_arn(environments: Environments, attempt: Attempt) -> str | None:
    """The ARN of an attempt's task; None when its compute environment is gone."""
    return _in_cluster(environments, attempt, "task", attempt.log_stream.rpartition("/")[2])


def container_instance_arn(environments: Environments, attempt: Attempt) -> str | None:
    """The ARN of the instance that an attempt, or its first node, runs on; None where there are no instances."""
    return _in_cluster(environments, attempt, "container-instance", attempt.instances[0]) if attempt.instances else None


def _in_cluster(environments: Environments, attempt: Attempt, kind: str, name: str) -> str | None:
    cluster = cluster_arn(environments, attempt)
    return f"{cluster.replace(':cluster/', f':{kind}/')}/{name}" if cluster else None
