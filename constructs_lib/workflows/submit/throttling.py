"""Calls that a service refuses for now are made again, later and not all at once.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
"""

from functools import cache
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn

# One throttled call has all these names: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html
# and what Step Functions makes of it, which has changed with the versions of the AWS SDK behind it.
_BATCH_ERRORS: Final = (
    "Batch.AWSBatchException",
    "Batch.BatchException",
    "Batch.ServerException",
    "Batch.TooManyRequestsException",
)
_S3_ERRORS: Final = ("S3.S3Exception", "S3.SdkClientException")
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
_LAMBDA_ERRORS: Final = (
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
)
# The first one is what Step Functions makes of failures in an answer that is no error:
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
_ECS_ERRORS: Final = (
    "AmazonECS.Unknown",
    "ECS.AmazonECSException",
    "ECS.EcsException",
    "ECS.SdkClientException",
    "ECS.ServerException",
    "ECS.ThrottlingException",
)


def retry_throttled_batch(task: sfn.CustomState) -> None:
    """Try up to 12 times more, for four minutes at most: some of these names also mean an error that stays."""
    _retry(task, _BATCH_ERRORS, attempts=12, longest=30)


def retry_throttled_ecs(task: sfn.CustomState) -> None:
    """The same for tasks of Amazon ECS."""
    _retry(task, _ECS_ERRORS, attempts=12, longest=30)


def retry_throttled_lambda(task: sfn.CustomState) -> None:
    """The same for functions beyond their concurrency; up to 4 times more when Lambda itself has failed."""
    _retry(task, ("Lambda.TooManyRequestsException",), attempts=12, longest=30)
    _retry(task, _LAMBDA_ERRORS, attempts=4, longest=10)


def retry_failed_s3(task: sfn.CustomState) -> None:
    """Try up to 4 times more."""
    _retry(task, _S3_ERRORS, attempts=4, longest=10)


def _retry(task: sfn.CustomState, errors: tuple[str, ...], *, attempts: int, longest: int) -> None:
    task.add_retry(
        errors=list(errors),
        interval=_seconds(1),  # doubled from try to try
        max_attempts=attempts,
        max_delay=_seconds(longest),
        jitter_strategy=sfn.JitterType.FULL,  # a throttled Map would come back as one wave without it
    )


@cache
def _seconds(count: int) -> Duration:
    return Duration.seconds(count)
