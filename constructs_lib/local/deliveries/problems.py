"""Why an attempt to deliver has failed."""

from dataclasses import dataclass
from http import HTTPStatus

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.deliveries.callers import DeniedError, NotTrustedError

NOT_TRUSTED = "NotTrusted"
"""The code of a role that lets a service not take it on: each service calls it otherwise."""
_DENIED = "AccessDeniedException"
_THROTTLED = ("Throttl", "TooManyRequests", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "SlowDown")


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure.

    Args:
        code: as the target's service calls it.
        message: in the words of that service.
        passes: whether it may be over later, as a throttled call is.
    """

    code: str
    message: str
    passes: bool = False


def problem_of(error: Exception) -> Problem:
    """What an error of a call means.

    Raises:
        Exception: the error, if it is none of a call.
    """
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.BAD_REQUEST))
        code = str(told.get("Code", "Unknown"))
        passes = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
        return Problem(code, str(told.get("Message", error)), passes or any(word in code for word in _THROTTLED))
    if isinstance(error, NotTrustedError):
        return Problem(NOT_TRUSTED, str(error))
    if isinstance(error, DeniedError):
        return Problem(_DENIED, str(error))
    if isinstance(error, BotoCoreError | KeyError | ValueError | TypeError):
        return Problem("InvalidParameterException", str(error))
    raise error
