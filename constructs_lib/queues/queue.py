"""Queues of jobs, by priority, over compute environments in order."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.level1 import cfn_job_queue
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.place import Place
from constructs_lib.core.quantities import check_whole, in_seconds
from constructs_lib.limits import (
    MAX_JOB_STATE_TIME_LIMIT_SECONDS,
    MAX_QUEUE_PRIORITY,
    MIN_JOB_STATE_TIME_LIMIT_SECONDS,
)
from constructs_lib.queues.checks import check_environments
from constructs_lib.queues.submit_rights import Submittable, add_to, check_shares, submit_statements

_UNPLACEABLE = (
    batch.JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
    batch.JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
)


@checked
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
        compute_environments: one to three, in the order in which they are tried; all EC2 of one processor architecture,
            or all Fargate.
        priority: 0 to 1000, the highest is served first. Default: 1.
        cancel_unplaceable_after: how long a job may wait that no environment can hold, 10 minutes to 24 hours. Default:
            10 minutes. False lets it wait forever.
        cancel_without_capacity_after: how long the job in front of the queue may wait for capacity that AWS does not
            have, 10 minutes to 24 hours; it blocks those behind it. Default: forever, because capacity comes back.
        scheduling_policy: shares the queue among share identifiers, such as a `FairShare`. Default: first come,
            first served.
        job_queue_name: physical name. Default: made by CloudFormation, so that it can be replaced.
        enabled: whether it takes jobs. Default: it does.

    Raises:
        ConfigurationError: no environment, more than three, one twice, EC2 and Fargate or two processor architectures
            mixed, or a number out of range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        compute_environments: Sequence[IComputeEnvironmentRef],
        priority: int = 1,
        cancel_unplaceable_after: Duration | Literal[False] | None = None,
        cancel_without_capacity_after: Duration | None = None,
        scheduling_policy: batch.ISchedulingPolicy | None = None,
        job_queue_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        self._place = Place("JobQueue", scope, construct_id)
        self.environments: list[IComputeEnvironmentRef] = list(compute_environments)
        """Those that were given to it, and those that were added."""
        check_environments(self._place, self.environments)
        check_range(self._place.of("priority"), priority, 0, MAX_QUEUE_PRIORITY, code="BATCH009")
        check_resource_name(self._place.of("job_queue_name"), job_queue_name)
        self.fair_share: bool = scheduling_policy is not None
        super().__init__(
            scope,
            construct_id,
            compute_environments=[
                batch.OrderedComputeEnvironment(compute_environment=environment, order=order)
                for order, environment in enumerate(compute_environments, start=1)
            ],
            priority=priority,
            job_state_time_limit_actions=_time_limits(
                self._place, cancel_unplaceable_after, cancel_without_capacity_after
            ),
            scheduling_policy=scheduling_policy,
            job_queue_name=job_queue_name,
            enabled=enabled,
        )
        _render_tokens(self, cancel_unplaceable_after, cancel_without_capacity_after)

    def add_compute_environment(self, compute_environment: IComputeEnvironmentRef, order: float) -> None:
        """Add an environment, under the same rules as those given to the constructor.

        Args:
            compute_environment: the environment.
            order: when it is tried, the lowest first; those given to the constructor have 1, 2, 3.
        """
        check_environments(self._place, [*self.environments, compute_environment])
        self.environments.append(compute_environment)
        super().add_compute_environment(compute_environment, order)

    def grant_submit(
        self,
        grantee: iam.IGrantable,
        *jobs: Submittable,
        share_identifiers: Sequence[str] | None = None,
        any_revision: bool = False,
    ) -> None:
        """Let somebody submit some jobs to this queue, and nothing else.

        A submit may replace command, variables and size of a definition; its image, user, roles and privileges it
        cannot. Tags of jobs need ``batch:TagResource`` beside it: see `SubmitterRole`.

        Args:
            grantee: a role, user or group.
            jobs: definitions, or `OwnDefinitions` that the grantee registers.
            share_identifiers: for which shares of a fair-share queue; ``*`` stands for any text. Default: all.
            any_revision: also by the name of a definition alone, and every revision of one that is imported by one of
                them. Default: every revision of the definitions of this app, and imported ones as they are.

        Raises:
            ConfigurationError: no job, shares of a queue that has none, somebody who has no policies.
        """
        place = self._place.of("grant_submit")
        check_shares(place, share_identifiers, fair_share=self.fair_share)
        scope = grantee if isinstance(grantee, Construct) else self
        statements = submit_statements(scope, place, self, jobs, share_identifiers, any_revision=any_revision)
        add_to(place, grantee, statements)


def _time_limits(
    place: Place, unplaceable: Duration | Literal[False] | None, without_capacity: Duration | None
) -> list[batch.JobStateTimeLimitAction] | None:
    _check_time_limit(place.of("cancel_unplaceable_after"), unplaceable or None)
    _check_time_limit(place.of("cancel_without_capacity_after"), without_capacity)
    limits = _limits(unplaceable, without_capacity)
    # aws-cdk-lib compares each with numbers, a token too: see `_render_tokens`.
    times = {reason: _shortest() if _unresolved(time) else time for reason, time in limits.items()}
    return [batch.JobStateTimeLimitAction(max_time=time, reason=reason) for reason, time in times.items()] or None


def _limits(
    unplaceable: Duration | Literal[False] | None, without_capacity: Duration | None
) -> dict[batch.JobStateTimeLimitActionsReason, Duration]:
    limits = {} if unplaceable is False else dict.fromkeys(_UNPLACEABLE, unplaceable or _shortest())
    if without_capacity is not None:
        limits[batch.JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY] = without_capacity
    return limits


def _render_tokens(
    queue: batch.JobQueue, unplaceable: Duration | Literal[False] | None, without_capacity: Duration | None
) -> None:
    """Write times that are known when the app is deployed."""
    for index, time in enumerate(_limits(unplaceable, without_capacity).values()):
        if _unresolved(time):
            path = f"JobStateTimeLimitActions.{index}.MaxTimeSeconds"
            cfn_job_queue(queue).add_property_override(path, time.to_seconds())


def _check_time_limit(place: Place, limit: Duration | None) -> None:
    seconds = in_seconds(place, limit) if limit else None
    check_whole(place, seconds, unit="seconds", code="BATCH010")
    check_range(
        place,
        seconds,
        MIN_JOB_STATE_TIME_LIMIT_SECONDS,
        MAX_JOB_STATE_TIME_LIMIT_SECONDS,
        code="BATCH010",
        unit=" s",
    )


def _unresolved(time: Duration) -> bool:
    return time is not _shortest() and time.is_unresolved()


@cache  # the same for most queues, and aws-cdk-lib makes each of them in another process
def _shortest() -> Duration:
    return Duration.seconds(MIN_JOB_STATE_TIME_LIMIT_SECONDS)
