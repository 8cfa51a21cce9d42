"""Which failures of a job are tried again.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

from dataclasses import dataclass
from functools import cache

from aws_cdk import aws_batch as batch

from constructs_lib.core.arguments import check_count, check_range
from constructs_lib.core.place import Place
from constructs_lib.core.platform import Platform
from constructs_lib.limits import MAX_ATTEMPTS, MAX_EVALUATE_ON_EXIT, MIN_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a job is tried, and after which failures.

    Args:
        attempts: in all, 1 to 10. Default: 3.
        conditions: looked at in order after a failure, the first that matches decides, and a failure that none matches
            is tried again; at most 5. Default: a Spot reclaim and an image that could not be pulled are tried again, a
            program that fails is not.
    """

    attempts: int = 3
    conditions: tuple[batch.RetryStrategy, ...] | None = None

    def on(self, platform: Platform) -> list[batch.RetryStrategy]:
        """The conditions for a job of this platform."""
        return list(_infrastructure_only(platform) if self.conditions is None else self.conditions)

    def check(self, place: Place) -> None:
        """Refuse numbers that AWS Batch refuses."""
        check_range(place.of("retry.attempts"), self.attempts, MIN_ATTEMPTS, MAX_ATTEMPTS, code="BATCH018")
        check_count(
            place.of("retry.conditions"),
            self.conditions,
            MAX_EVALUATE_ON_EXIT,
            code="BATCH018",
            what="conditions",
            per="job",
            fix="Merge some of them with a `*` at the end of the pattern.",
        )


@cache  # the same for every job, and aws-cdk-lib makes each of them in another process
def _infrastructure_only(platform: Platform) -> tuple[batch.RetryStrategy, ...]:
    again = [batch.Reason.CANNOT_PULL_CONTAINER, *(_on_fargate() if platform is Platform.FARGATE else _on_ec2())]
    # Without this last condition everything that the others do not match would be tried again.
    anything = batch.Reason.custom(on_reason="*")
    return (
        *(batch.RetryStrategy.of(batch.Action.RETRY, reason) for reason in again),
        batch.RetryStrategy.of(batch.Action.EXIT, anything),
    )


def _on_ec2() -> list[batch.Reason]:
    return [batch.Reason.SPOT_INSTANCE_RECLAIMED]


def _on_fargate() -> list[batch.Reason]:
    # Fargate reports on the task what an instance reports on the container, and has its own words for a reclaim.
    texts = ("Your Spot Task was interrupted*", "CannotPullContainerError:*", "ResourceInitializationError: unable to*")
    return [batch.Reason.custom(on_status_reason=text) for text in texts]
