"""A fault of capacity: AWS has none for a job, which waits in its queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.local.faults.kinds.fault import Fault, option
from constructs_lib.local.faults.kinds.values import Indexes, Text


@dataclass(frozen=True)
class NoCapacity(Fault):
    """AWS has no capacity for a job: at the head of its queue it stays RUNNABLE, and blocks those behind it.

    Its status reason is ``CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - …``. A queue with a time limit for this reason
    (``cancel_without_capacity_after``) cancels it, here at once; without one it waits as long as the fault is at work.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html

    Args:
        job: pattern of the job's name, with ``*``, ``?`` and ``[…]``. Default: every job.
        index: index of the item, or several. Default: None, every job, also those without an index.
        queue: pattern of the name of the queue. Default: every queue.
        probability: of each job; see `Fault`.
    """

    kind = "no-capacity"

    job: str = option(Text("a pattern such as resize-*"), default="*", kw_only=True)
    index: int | Sequence[int] | None = option(Indexes(), default=None, kw_only=True)
    queue: str = option(Text("a pattern such as *Spot*"), default="*", kw_only=True)
