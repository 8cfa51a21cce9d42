"""The share identifier of a job: required on fair-share queues, and not allowed on others.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.jobs.several_nodes.job import MultiNodeJob
from constructs_lib.queues.queue import JobQueue
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import is_jsonata, jsonata

_NAME: Final = "shareIdentifier"


def check_share(place: ArgumentPath, share_identifier: str | None, *queues: batch.IJobQueue | None) -> None:
    """Refuse a missing or superfluous share identifier, for queues of this app."""
    for queue in queues:
        if not isinstance(queue, JobQueue):
            continue
        if queue.fair_share and share_identifier is None:
            raise Rule.SHARE_OF_QUEUE.error(
                place.of("share_identifier"),
                got=f"none for the fair-share queue {queue.node.path}",
                expected="each job of such a queue has a share identifier",
                fix='Pass an identifier, or a JSONata expression such as "{% $states.input.team %}".',
            )
        if not queue.fair_share and share_identifier is not None:
            raise Rule.SHARE_OF_QUEUE.error(
                place.of("share_identifier"),
                got=f"{share_identifier!r} for {queue.node.path}, which serves jobs in the order of their arrival",
                expected="AWS Batch accepts share identifiers on fair-share queues only",
                fix="Leave it out, or give the queue a FairShare as its scheduling_policy.",
            )


def check_priority_in_share(
    place: ArgumentPath, job: batch.IJobDefinition, scheduling_priority: int | None, *queues: batch.IJobQueue | None
) -> None:
    """Refuse a job without a scheduling priority on a fair-share queue, for queues and jobs of this app."""
    for queue in queues:
        needed = isinstance(queue, JobQueue) and queue.fair_share and scheduling_priority is None
        if queue and needed and isinstance(job, ContainerJob | MultiNodeJob) and job.scheduling_priority is None:
            raise Rule.PRIORITY_IN_SHARE.error(
                place.of("scheduling_priority"),
                got=f"none for the fair-share queue {queue.node.path}, and none in {job.node.path}",
                expected="AWS Batch orders the jobs of a share by it",
                fix="Pass one here or to the job definition; 0 will do.",
            )


def evaluated_share(share_identifier: str | None) -> Mapping[str, str]:
    """The share identifier as an output of a fan-out's first state, if it is an expression over the input."""
    return {_NAME: share_identifier} if share_identifier is not None and is_jsonata(share_identifier) else {}


def passed_on_share(share_identifier: str | None) -> Mapping[str, str]:
    """The share identifier as a field of a batch's input, which does not contain the input of the fan-out."""
    return {name: jsonata(f"$states.input.{name}") for name in evaluated_share(share_identifier)}


def share_of_batch(share_identifier: str | None) -> str | None:
    """The share identifier of the jobs of a batch."""
    if evaluated_share(share_identifier):
        return jsonata(f"$states.context.Execution.Input.BatchInput.{_NAME}")
    return share_identifier
