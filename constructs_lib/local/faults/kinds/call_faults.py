"""Faults of calls: requests to AWS Batch and S3 that are refused or take long."""

from dataclasses import dataclass

from constructs_lib.local.faults.kinds.fault import Fault, option
from constructs_lib.local.faults.kinds.values import Number, OneOf, Text

TIMES = Number("a number from 1, or * for all", low=1, optional=True)

SUBMIT_ERRORS: dict[str, tuple[str, str, int]] = {
    "Batch.TooManyRequestsException": ("TooManyRequestsException", "Too Many Requests", 429),
    "Batch.AWSBatchException": ("TooManyRequestsException", "Too Many Requests", 429),
    "Batch.BatchException": ("TooManyRequestsException", "Too Many Requests", 429),
    "Batch.ServerException": ("ServerException", "Internal server error", 500),
    "Batch.ClientException": ("ClientException", "Invalid request", 400),
}
"""Errors of SubmitJob as Step Functions names them; for each, what AWS Batch answered: code, message, HTTP status.

A throttled call has all of the first three names: the last two are those of exceptions of two versions of the AWS SDK
for Java, which do not know the answer's code.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html
"""

S3_ERRORS: dict[int, tuple[str, str]] = {
    403: ("AccessDenied", "Access Denied"),
    500: ("InternalError", "We encountered an internal error. Please try again."),
    503: ("SlowDown", "Please reduce your request rate."),
}
"""Code and message by HTTP status.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""


@dataclass(frozen=True)
class ThrottleSubmit(Fault):
    """The next SubmitJob calls are refused, those of state machines and those over HTTP.

    Args:
        error: its name in Step Functions; over HTTP it is what AWS Batch answers in this case. Default:
            ``Batch.TooManyRequestsException``.
        times: how many calls; None for all. Default: 1.
        job: pattern of the job's name. Default: every job.
        probability: of each call; see `Fault`.
    """

    kind = "throttle"

    error: str = option(OneOf(tuple(SUBMIT_ERRORS)), default="Batch.TooManyRequestsException", kw_only=True)
    times: int | None = option(TIMES, default=1, kw_only=True)
    job: str = option(Text("a pattern such as resize-*"), default="*", kw_only=True)


@dataclass(frozen=True)
class S3Fault(Fault):
    """A fault of the S3 requests that it selects; those of `EmbeddedAws.client`, by which results are read, are spared.

    Args:
        key: pattern of the object's key; a request that has none matches ``*`` only. Default: every request.
        bucket: pattern of the bucket's name. Default: every bucket.
        operation: pattern of the operation, such as ``GetObject`` or ``Put*``. Default: every operation.
        probability: of each request; see `Fault`.
    """

    key: str = option(Text("a pattern such as *results*"), default="*", kw_only=True)
    bucket: str = option(Text("a pattern such as my-bucket*"), default="*", kw_only=True)
    operation: str = option(Text("a pattern such as GetObject"), default="*", kw_only=True)


@dataclass(frozen=True)
class S3Refuse(S3Fault):
    """S3 refuses requests.

    Args:
        status: 503 ``SlowDown``, 500 ``InternalError`` or 403 ``AccessDenied``. Default: 503.
        times: how many requests; None for all. Default: 1.
        key: see `S3Fault`.
        bucket: see `S3Fault`.
        operation: see `S3Fault`.
        probability: see `Fault`.
    """

    kind = "s3-refuse"

    status: int = option(OneOf(tuple(S3_ERRORS)), default=503, kw_only=True)
    times: int | None = option(TIMES, default=1, kw_only=True)


@dataclass(frozen=True)
class S3Slow(S3Fault):
    """S3 takes its time before it answers.

    Args:
        seconds: how long.
        times: how many requests; None for all. Default: None.
        key: see `S3Fault`.
        bucket: see `S3Fault`.
        operation: see `S3Fault`.
        probability: see `Fault`.
    """

    kind = "s3-slow"

    seconds: float = option(Number("a number of seconds from 0", whole=False))
    times: int | None = option(TIMES, default=None, kw_only=True)
