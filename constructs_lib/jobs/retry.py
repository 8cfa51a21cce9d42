"""Which failures of a job are tried again.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_count, check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.limits import MAX_ATTEMPTS, MAX_EVALUATE_ON_EXIT, MIN_ATTEMPTS
from constructs_lib.rules import Rule

_EXITED: Final = "Essential container in task exited"
"""What AWS Batch says of a job whose program ended by itself; what it says behind it is a failure of its own."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a job is tried, and after which failures.

    Args:
        attempts: in all, 1 to 10. Default: 3.
        conditions: looked at in order after a failure, the first that matches decides, and a failure that none matches
            is tried again; at most 5. Default: a program that failed by itself, or for want of memory, is not tried
            again. All that AWS failed at is, on EC2 as on Fargate: a Spot reclaim, an image that could not be pulled, a
            container that could not be created or started, resources that could not be initialized, a time-out of
            Docker, a lost agent.
    """

    attempts: int = 3
    conditions: tuple[batch.RetryStrategy, ...] | None = None

    def strategies(self) -> list[batch.RetryStrategy]:
        """The conditions, as aws-cdk-lib's job definitions take them."""
        return list(_unless_the_program_failed() if self.conditions is None else self.conditions)

    def check(self, place: ArgumentPath) -> None:
        """Refuse numbers that AWS Batch refuses."""
        check_range(place.of("retry.attempts"), self.attempts, MIN_ATTEMPTS, MAX_ATTEMPTS, rule=Rule.ATTEMPTS)
        check_count(
            place.of("retry.conditions"),
            self.conditions,
            MAX_EVALUATE_ON_EXIT,
            rule=Rule.RETRY_CONDITIONS,
            what="conditions",
            per="job",
            fix="Merge some of them with a `*` at the end of the pattern.",
        )


@cache  # the same for every job, and aws-cdk-lib makes each of them in another process
def _unless_the_program_failed() -> tuple[batch.RetryStrategy, ...]:
    # What no condition matches is tried again: five conditions are too few for all that AWS says of its own failures,
    # of which there are more with each version of its agents, and it has two sentences for those of a program.
    by_itself = batch.Reason.custom(on_status_reason=_EXITED)
    out_of_memory = batch.Reason.custom(on_reason="OutOfMemoryError*")
    return tuple(batch.RetryStrategy.of(batch.Action.EXIT, reason) for reason in (by_itself, out_of_memory))
