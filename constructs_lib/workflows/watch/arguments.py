"""Arguments of `RunnableWatch`.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html and
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.places import check_monitored
from constructs_lib.core.quantities import check_whole, in_seconds, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.placement.fit import check_fit
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.limits import (
    EVENT_PATTERN_CHARACTERS,
    MIN_JOB_STATE_TIME_LIMIT_SECONDS,
    STEP_FUNCTIONS_EXECUTION_SECONDS,
)
from constructs_lib.queues.queue import JobQueue
from constructs_lib.rules import Rule
from constructs_lib.workflows.submit.share import check_share
from constructs_lib.workflows.watch.action import StuckJobAction

# The minimum of AWS Batch's own time limits; an array with dependencies is described this often, for weeks at most.
_SHORTEST_SECONDS: Final = MIN_JOB_STATE_TIME_LIMIT_SECONDS
# A pattern without names has less than 500 characters, and an ARN with the longest name less than 220.
_MOST_NAMES: Final = (EVENT_PATTERN_CHARACTERS - 500) // 220
_LONGEST_SECONDS: Final = STEP_FUNCTIONS_EXECUTION_SECONDS // 2  # an array with dependencies is waited for twice


def check_after(place: ArgumentPath, after: Duration) -> None:
    """Refuse a time too short for an instance to start, or longer than an execution can be."""
    seconds = in_seconds(place.of("after"), after)
    check_whole(place.of("after"), seconds, unit="seconds", rule=Rule.WATCH_TIME)
    if resolved(seconds) and not _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
        raise Rule.WATCH_TIME.error(
            place.of("after"),
            got=f"{readable(seconds)} s",
            expected=f"a watch waits {_SHORTEST_SECONDS} to {_LONGEST_SECONDS:,} s: instances take minutes to start, "
            "and an execution ends after a year",
            fix="Choose a time in this range, such as Duration.hours(1).",
        )


def check_queues(place: ArgumentPath, scope: Construct, queues: Sequence[batch.IJobQueue]) -> None:
    """Refuse an empty list of queues, a queue that occurs twice, and one whose events are elsewhere."""
    if not queues or len(set(queues)) < len(queues):
        raise Rule.WATCHED_QUEUES.error(
            place.of("queues"),
            got=f"{len(queues)} queues, {len(set(queues))} of them different",
            fix="Pass each queue whose jobs are to be watched once.",
        )
    for index, queue in enumerate(queues):
        where = place.of("queues").at(index)
        check_monitored(where, scope, queue, what="queue", arn=queue.job_queue_arn)


def check_pattern(
    place: ArgumentPath, queues: Sequence[batch.IJobQueue], jobs: Sequence[batch.IJobDefinition] | None
) -> None:
    """Refuse more queues and definitions than fit into the pattern of an event rule."""
    count = len(queues) + len(jobs or ())
    if count > _MOST_NAMES:
        raise Rule.WATCH_PATTERN.error(
            place,
            got=f"{count} queues and job definitions",
            expected=f"the pattern of an event rule has {EVENT_PATTERN_CHARACTERS:,} characters, for {_MOST_NAMES}",
            fix="Make several watches, one for each part of them.",
        )


def check_action(
    place: ArgumentPath,
    action: StuckJobAction,
    queues: Sequence[batch.IJobQueue],
    jobs: Sequence[batch.IJobDefinition] | None,
) -> None:
    """Refuse a resubmission without effect, without permission, or that AWS Batch would reject."""
    if not action.cancels and (action.queue or not action.topic):
        raise Rule.WATCH_ACTION.error(
            place.of("action"),
            got=repr(StuckJobAction()) if action == StuckJobAction() else "a resubmission that does not cancel",
            fix="Choose StuckJobAction.cancel(), StuckJobAction.resubmit(queue) or StuckJobAction.notify(topic).",
        )
    _check_jobs(place, action, jobs)
    if action.queue is None:
        return
    if action.queue in queues:
        raise Rule.OTHER_QUEUE.error(
            place.of("action"),
            got=f"a resubmission to {action.queue.node.path}, which is watched",
            fix="Choose a queue over other compute environments.",
        )
    for job in jobs or ():
        check_fit(place.of("action"), job, action.queue)
    # Jobs of a queue without shares have no share identifier that their copies could use.
    without_shares = any(isinstance(queue, JobQueue) and not queue.fair_share for queue in queues)
    if action.share_identifier is not None or without_shares:
        check_share(place, action.share_identifier, action.queue)


def _check_jobs(place: ArgumentPath, action: StuckJobAction, jobs: Sequence[batch.IJobDefinition] | None) -> None:
    if jobs is not None and not jobs:
        raise Rule.WATCHED_JOBS.error(
            place.of("jobs"),
            got="an empty list",
            expected="a watch of certain jobs names at least one job definition",
            fix="Leave jobs out for all.",
        )
    if action.queue is None:
        return
    if jobs is None:
        raise Rule.RESUBMITTED_JOBS.error(
            place.of("jobs"),
            got="no job definitions",
            expected="a watch may submit certain definitions only",
            fix="Pass the definitions whose jobs it resubmits.",
        )
    for job in jobs:
        if isinstance(job, batch.MultiNodeJobDefinition | batch.EksJobDefinition | MultiContainerJob):
            raise Rule.RESUBMITTED_JOBS.error(
                place.of("jobs"),
                got=f"the definition {job.node.path} of jobs with several nodes or containers, or on EKS",
                expected="a watch resubmits jobs of one container on ECS",
                fix="Cancel these, or notify a topic, in a watch of their own.",
            )
