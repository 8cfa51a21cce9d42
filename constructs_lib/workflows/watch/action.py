"""Actions for jobs that are stuck in RUNNABLE."""

from dataclasses import dataclass, replace

from aws_cdk import aws_batch as batch
from aws_cdk import aws_sns as sns

from constructs_lib.core.checked.arguments import checked


@checked
@dataclass(frozen=True, kw_only=True)
class StuckJobAction:
    """The action of a `RunnableWatch` on a job that has been RUNNABLE for too long.

    Make it with ``StuckJobAction.cancel()``, ``StuckJobAction.resubmit(queue)`` or ``StuckJobAction.notify(topic)``;
    two actions are combined as in ``StuckJobAction.cancel().and_notify(topic)``.

    Args:
        cancels: whether the job is cancelled. Default: no.
        queue: to which a copy of the job is submitted. Default: no copy.
        share_identifier: of the copy. Default: that of the job.
        topic: which is notified. Default: no notification.
    """

    cancels: bool = False
    queue: batch.IJobQueue | None = None
    share_identifier: str | None = None
    topic: sns.ITopic | None = None

    @staticmethod
    def cancel() -> "StuckJobAction":
        """Cancel the job, so that callers see it fail. A job that starts at this moment keeps running."""
        return StuckJobAction(cancels=True)

    @staticmethod
    def resubmit(queue: batch.IJobQueue, *, share_identifier: str | None = None) -> "StuckJobAction":
        """Cancel the job, and then submit a copy to another queue, once.

        The copy has the name, definition, variables, command, sizes, parameters, array size, consumable resources,
        retries, timeout and tags of the job, and a tag with the id of the job. Dependencies that have ended are left
        out. A copy is never resubmitted itself. Callers that wait for the job see it fail, and do not see its copy: for
        the items of a fan-out, use ``fallback_queue``.

        Args:
            queue: to which the copy is submitted; its environments must be able to run the job.
            share_identifier: the share identifier of the copy, on a fair-share queue. Default: that of the job.
        """
        return StuckJobAction(cancels=True, queue=queue, share_identifier=share_identifier)

    @staticmethod
    def notify(topic: sns.ITopic) -> "StuckJobAction":
        """Leave the job in its queue, and notify a topic.

        Args:
            topic: receives a message with the job, its queue and the status reason of AWS Batch.
        """
        return StuckJobAction(topic=topic)

    def and_notify(self, topic: sns.ITopic) -> "StuckJobAction":
        """Also notify a topic of the outcome.

        Args:
            topic: receives a message with the job, its queue, the status reason of AWS Batch, and the outcome.
        """
        return replace(self, topic=topic)
