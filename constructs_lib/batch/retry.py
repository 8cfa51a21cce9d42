"""Which failures of a job are tried again.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
"""

from dataclasses import dataclass, field

from aws_cdk import aws_batch as batch

from constructs_lib.batch.arguments import check_range
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import MAX_ATTEMPTS, MAX_EVALUATE_ON_EXIT, MIN_ATTEMPTS


def _infrastructure_only() -> tuple[batch.RetryStrategy, ...]:
    retry, end = batch.Action.RETRY, batch.Action.EXIT
    return (
        batch.RetryStrategy.of(retry, batch.Reason.SPOT_INSTANCE_RECLAIMED),
        # Fargate Spot says it in other words than EC2.
        batch.RetryStrategy.of(retry, batch.Reason.custom(on_status_reason="Your Spot Task was interrupted*")),
        batch.RetryStrategy.of(retry, batch.Reason.CANNOT_PULL_CONTAINER),
        batch.RetryStrategy.of(end, batch.Reason.custom(on_reason="*")),
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a job is tried, and after which failures.

    Args:
        attempts: in all, 1 to 10. Default: 3.
        conditions: looked at in order after a failure, the first that matches decides; at most 5. Default: a reclaimed
            Spot instance and an image that could not be pulled are tried again, a program that fails is not.
    """

    attempts: int = 3
    conditions: tuple[batch.RetryStrategy, ...] = field(default_factory=_infrastructure_only)

    def check(self, place: str) -> None:
        """Refuse numbers that AWS Batch refuses."""
        check_range(f"{place} retry.attempts", self.attempts, MIN_ATTEMPTS, MAX_ATTEMPTS, code="BATCH018")
        if len(self.conditions) > MAX_EVALUATE_ON_EXIT:
            raise ConfigurationError(
                code="BATCH018",
                where=f"{place} retry.conditions",
                got=f"{len(self.conditions)} conditions",
                expected=f"AWS Batch allows {MAX_EVALUATE_ON_EXIT} per job",
                fix="Merge some of them with a `*` at the end of the pattern.",
            )
