"""Retries of calls that a service throttles, with backoff and jitter.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
"""

from functools import cache
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.core.throttled_submits import SUBMIT_ERRORS

_S3_ERRORS: Final = ("S3.S3Exception", "S3.SdkClientException")
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
_LAMBDA_ERRORS: Final = (
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
)
# The first one is the name for failures in the response of a call that succeeded:
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
    """Retry up to 12 times, for at most four minutes, because some of these names also mean permanent errors."""
    _retry(task, SUBMIT_ERRORS, attempts=12, longest=30)


def retry_throttled_ecs(task: sfn.CustomState) -> None:
    """Retry calls of Amazon ECS, in the same way as those of AWS Batch."""
    _retry(task, _ECS_ERRORS, attempts=12, longest=30)


def retry_throttled_lambda(task: sfn.CustomState) -> None:
    """Retry throttled functions up to 12 times, and internal errors of Lambda up to 4 times."""
    _retry(task, ("Lambda.TooManyRequestsException",), attempts=12, longest=30)
    _retry(task, _LAMBDA_ERRORS, attempts=4, longest=10)


def retry_failed_s3(task: sfn.CustomState) -> None:
    """Retry calls of S3 up to 4 times."""
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
