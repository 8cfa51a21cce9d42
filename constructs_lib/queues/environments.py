"""The compute environments of a queue, as far as an app knows them."""

from collections.abc import Sequence

from aws_cdk import aws_batch as batch
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef

from constructs_lib.queues.queue import JobQueue


def environments_of(queue: batch.IJobQueue) -> Sequence[IComputeEnvironmentRef]:
    """Those of a queue of this app; none of an imported one."""
    if isinstance(queue, JobQueue):
        return queue.environments
    if isinstance(queue, batch.JobQueue):
        return [ordered.compute_environment for ordered in queue.compute_environments]
    return []
