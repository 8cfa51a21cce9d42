"""The failures after which a job is retried.

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
"""The status reason of a job whose program ended by itself; with a text behind it, it is a failure of AWS."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The number of attempts of a job, and the failures after which it is retried.

    Args:
        attempts: total number of attempts, 1 to 10. Default: 3.
        conditions: evaluated in order after a failure, at most 5; the first match decides, and a failure without a
            match is retried. Default: a program that fails or runs out of memory is not retried. All failures of AWS
            are, on EC2 as on Fargate: a Spot reclaim, an image that could not be pulled, a container that could not be
            created or started, resources that could not be initialized, a timeout of Docker, a lost agent.
    """

    attempts: int = 3
    conditions: tuple[batch.RetryStrategy, ...] | None = None

    def strategies(self) -> list[batch.RetryStrategy]:
        """The conditions, in the form of aws-cdk-lib's job definitions."""
        return list(_unless_the_program_failed() if self.conditions is None else self.conditions)

    def check(self, place: ArgumentPath) -> None:
        """Refuse numbers that AWS Batch would reject."""
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


@cache  # the same for every job, and each call of aws-cdk-lib is a round trip
def _unless_the_program_failed() -> tuple[batch.RetryStrategy, ...]:
    # Failures without a match are retried: five conditions are too few for all reasons of AWS's own failures, which
    # grow with each version of its agents, while there are only two reasons for failures of a program.
    by_itself = batch.Reason.custom(on_status_reason=_EXITED)
    out_of_memory = batch.Reason.custom(on_reason="OutOfMemoryError*")
    return tuple(batch.RetryStrategy.of(batch.Action.EXIT, reason) for reason in (by_itself, out_of_memory))
