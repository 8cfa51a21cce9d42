"""Queues of jobs, by priority, over compute environments in order."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.batch.arguments import check_count, check_range, where
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import (
    MAX_ENVIRONMENTS_PER_QUEUE,
    MAX_JOB_STATE_TIME_LIMIT_SECONDS,
    MAX_QUEUE_PRIORITY,
    MIN_JOB_STATE_TIME_LIMIT_SECONDS,
)

_UNPLACEABLE = (
    batch.JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
    batch.JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
)


class JobQueue(batch.JobQueue):
    """A job queue.

    Jobs go to the first of its environments that has room. Queues that share an environment are served by priority. A
    job that no environment can ever hold is cancelled after a time; else it would wait forever, and block the queue.
    The queue refers to its environments, so CloudFormation deletes it before them, as AWS Batch wants it.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_queues.html and
    https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        compute_environments: one to three, in the order in which they are tried; all EC2 or all Fargate.
        priority: 0 to 1000, the highest is served first. Default: 1.
        cancel_unplaceable_after: how long a job may wait that no environment can hold, 10 minutes to 24 hours. Default:
            10 minutes. False lets it wait forever.
        scheduling_policy: shares the queue among share identifiers. Default: first come, first served.
        job_queue_name: physical name. Default: made by CloudFormation, so that it can be replaced.
        enabled: whether it takes jobs. Default: it does.

    Raises:
        ConfigurationError: no environment, more than three, one twice, EC2 and Fargate mixed, or a number out of range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        compute_environments: Sequence[batch.IComputeEnvironment],
        priority: int = 1,
        cancel_unplaceable_after: Duration | Literal[False] | None = None,
        scheduling_policy: batch.ISchedulingPolicy | None = None,
        job_queue_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = where("JobQueue", scope, construct_id)
        _check_environments(place, compute_environments)
        check_range(f"{place} priority", priority, 0, MAX_QUEUE_PRIORITY, code="BATCH009")
        super().__init__(
            scope,
            construct_id,
            compute_environments=[
                batch.OrderedComputeEnvironment(compute_environment=environment, order=order)
                for order, environment in enumerate(compute_environments, start=1)
            ],
            priority=priority,
            job_state_time_limit_actions=_time_limits(place, cancel_unplaceable_after),
            scheduling_policy=scheduling_policy,
            job_queue_name=job_queue_name,
            enabled=enabled,
        )


def _time_limits(place: str, given: Duration | Literal[False] | None) -> list[batch.JobStateTimeLimitAction] | None:
    if given is False:
        return None
    limit = given or Duration.seconds(MIN_JOB_STATE_TIME_LIMIT_SECONDS)
    check_range(
        f"{place} cancel_unplaceable_after",
        None if limit.is_unresolved() else limit.to_seconds(),
        MIN_JOB_STATE_TIME_LIMIT_SECONDS,
        MAX_JOB_STATE_TIME_LIMIT_SECONDS,
        code="BATCH010",
        unit=" s",
    )
    return [batch.JobStateTimeLimitAction(max_time=limit, reason=reason) for reason in _UNPLACEABLE]


def _check_environments(place: str, environments: Sequence[batch.IComputeEnvironment]) -> None:
    if not environments:
        raise ConfigurationError(
            code="BATCH006",
            where=place,
            got="no compute environment",
            expected="a queue needs at least one",
            fix="Pass the environments that its jobs may run on.",
        )
    check_count(
        place,
        environments,
        MAX_ENVIRONMENTS_PER_QUEUE,
        code="BATCH006",
        what="compute environments",
        per="queue",
        fix="Split the jobs over two queues.",
    )
    _check_one_kind(place, environments)
    for index, environment in enumerate(environments):
        if environment in environments[:index]:
            raise ConfigurationError(
                code="BATCH008",
                where=f"{place} compute_environments[{index}]",
                got=f"{environment.node.path} a second time",
                expected="each environment appears once in a queue",
                fix="Remove one of them.",
            )


def _check_one_kind(place: str, environments: Sequence[batch.IComputeEnvironment]) -> None:
    kinds = {kind for kind in map(_kind, environments) if kind}
    if len(kinds) > 1:
        shown = ", ".join(f"{item.node.id} ({_kind(item) or 'imported'})" for item in environments)
        raise ConfigurationError(
            code="BATCH007",
            where=place,
            got=shown,
            expected="a queue has EC2 environments or Fargate environments, never both",
            fix="Make one queue for each.",
        )


def _kind(environment: batch.IComputeEnvironment) -> str | None:
    if isinstance(environment, batch.FargateComputeEnvironment):
        return "Fargate"
    return "EC2" if isinstance(environment, batch.ManagedEc2EcsComputeEnvironment) else None
