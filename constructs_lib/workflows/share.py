"""Whose share of a queue a job uses: all jobs of a fair-share queue say it, and no others do.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

from aws_cdk import aws_batch as batch

from constructs_lib.batch.place import Place
from constructs_lib.batch.queue import JobQueue
from constructs_lib.errors import ConfigurationError


def check_share(place: Place, share_identifier: str | None, *queues: batch.IJobQueue | None) -> None:
    """Refuse a job that AWS Batch would refuse, as far as the queues are known to this app."""
    for queue in queues:
        if not isinstance(queue, JobQueue):
            continue
        if queue.fair_share and share_identifier is None:
            raise ConfigurationError(
                code="FLOW013",
                where=str(place.of("share_identifier")),
                got=f"none for the fair-share queue {queue.node.path}",
                expected="AWS Batch wants to know whose share each of its jobs uses",
                fix='Pass an identifier, or a JSONata expression such as "{% $states.input.team %}".',
            )
        if not queue.fair_share and share_identifier is not None:
            raise ConfigurationError(
                code="FLOW013",
                where=str(place.of("share_identifier")),
                got=f"{share_identifier!r} for {queue.node.path}, which serves jobs in the order of their arrival",
                expected="AWS Batch takes share identifiers on fair-share queues only",
                fix="Leave it out, or give the queue a FairShare as its scheduling_policy.",
            )
