"""Actions for jobs that are stuck in RUNNABLE."""

from dataclasses import dataclass, replace

from aws_cdk import aws_batch as batch
from aws_cdk import aws_sns as sns

from constructs_lib.core.checked.arguments import checked


@checked
@dataclass(frozen=True, kw_only=True)
class StuckJobAction:
    """What a `RunnableWatch` does with a job that has waited too long.

    ``StuckJobAction.cancel()``, ``StuckJobAction.resubmit(queue)``, ``StuckJobAction.notify(topic)``, or two of them:
    ``StuckJobAction.cancel().and_notify(topic)``.

    Args:
        cancels: whether the job is cancelled. Default: it is not.
        queue: to which its copy is submitted. Default: there is none.
        share_identifier: of the copy. Default: that of the job.
        topic: which is notified. Default: none.
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
        retries, timeout and tags of the job, and a tag that names it. Dependencies that have ended are left out. A copy
        is never submitted again. Whoever waits for the job sees it fail, and not its copy: for the items of a fan-out
        there is ``fallback_queue``.

        Args:
            queue: where the copy waits; its environments have to be able to run the job.
            share_identifier: whose share of a fair-share queue the copy uses. Default: that of the job.
        """
        return StuckJobAction(cancels=True, queue=queue, share_identifier=share_identifier)

    @staticmethod
    def notify(topic: sns.ITopic) -> "StuckJobAction":
        """Let the job wait, and notify a topic.

        Args:
            topic: gets a message with the job, its queue and the reason that AWS Batch gives.
        """
        return StuckJobAction(topic=topic)

    def and_notify(self, topic: sns.ITopic) -> "StuckJobAction":
        """Also notify a topic of what was done.

        Args:
            topic: gets a message with the job, its queue, the reason that AWS Batch gives, and how it went on.
        """
        return replace(self, topic=topic)
