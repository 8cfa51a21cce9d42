"""Signatures of version 4, of headers and of presigned URLs.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hmac
from datetime import datetime, timedelta

from constructs_lib.local.signatures import payloads
from constructs_lib.local.signatures.presented import TIMESTAMP, Presented
from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received, header_key
from constructs_lib.local.signatures.signer import S3Signer, Signer

_SKEW = timedelta(minutes=15)
_LONGEST_EXPIRY = 604_800


def check_request(received: Received, presented: Presented, secret: str, now: datetime) -> None:
    """Check a signature.

    Args:
        received: the request.
        presented: its signature.
        secret: of the key.
        now: the time of this machine, which clients have too.

    Raises:
        RefusedError: it is not the one of this request by this key, or is good no more.
    """
    is_s3 = presented.service == "s3"
    _check_time(presented, now, is_s3=is_s3)
    _check_headers(received, presented)
    payload = payloads.signed(received, presented)
    signer = (S3Signer if is_s3 else Signer)(presented, secret, payload)
    without = "X-Amz-Signature" if presented.in_query else ""
    for request in received.as_signed(presented.headers, without=without):
        request.context["timestamp"] = presented.timestamp
        text = signer.string_to_sign(request, signer.canonical_request(request))
        if hmac.compare_digest(signer.signature(text, request), presented.signature):
            break
    else:
        raise RefusedError(
            Problem.WRONG_SIGNATURE,
            details={"AWSAccessKeyId": presented.access_key, "SignatureProvided": presented.signature},
        )
    payloads.check(received, presented, payload, signer)


def _check_headers(received: Received, presented: Presented) -> None:
    if "host" not in presented.headers:
        raise RefusedError(
            Problem.UNSIGNED_HEADERS,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        )
    signed = {header_key(name) for name in presented.headers}
    unsigned = sorted(set(received.headers_of_aws()) - signed)
    if unsigned:
        names = ", ".join(key.removeprefix("HTTP_").replace("_", "-").lower() for key in unsigned)
        raise RefusedError(
            Problem.UNSIGNED_HEADERS,
            f"There were headers present in the request which were not signed: {names}",
            {"HeadersNotSigned": names},
        )


def _check_time(presented: Presented, now: datetime, *, is_s3: bool) -> None:
    made = presented.moment
    if not presented.in_query:
        if abs(now - made) > _SKEW:
            _refuse_time(made, now, is_s3=is_s3)
        return
    # Only S3 insists on a number.
    expires = _expiry(presented.expires or "") if is_s3 or presented.expires else int(_SKEW.total_seconds())
    if made - now > _SKEW:
        if is_s3:
            raise RefusedError(Problem.EXPIRED_URL, "Request is not yet valid")
        raise RefusedError(Problem.WRONG_TIME, _not_current(made, now))
    end = made + timedelta(seconds=expires)
    if now > end:
        if not is_s3:
            raise RefusedError(Problem.WRONG_TIME, _expired(end, now))
        raise RefusedError(
            Problem.EXPIRED_URL,
            details={
                "X-Amz-Expires": str(expires),
                "Expires": f"{end:%Y-%m-%dT%H:%M:%SZ}",
                "ServerTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            },
        )


def _expiry(text: str) -> int:
    if not text.isdecimal() or not text.isascii():
        raise RefusedError(Problem.INCOMPLETE_QUERY, "X-Amz-Expires should be a number")
    if not 1 <= int(text) <= _LONGEST_EXPIRY:
        raise RefusedError(Problem.INCOMPLETE_QUERY, "X-Amz-Expires must be between 1 and 604800, a week")
    return int(text)


def _refuse_time(made: datetime, now: datetime, *, is_s3: bool) -> None:
    if is_s3:
        raise RefusedError(
            Problem.WRONG_TIME,
            details={
                "RequestTime": made.strftime(TIMESTAMP),
                "ServerTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
                "MaxAllowedSkewMilliseconds": str(int(_SKEW.total_seconds() * 1000)),
            },
        )
    if made > now:
        raise RefusedError(Problem.WRONG_TIME, _not_current(made, now))
    margin = f" ({now.strftime(TIMESTAMP)} - 15 min.)"
    raise RefusedError(Problem.WRONG_TIME, _expired(made, now - _SKEW) + margin)


def _expired(end: datetime, now: datetime) -> str:
    return f"Signature expired: {end.strftime(TIMESTAMP)} is now earlier than {now.strftime(TIMESTAMP)}"


def _not_current(made: datetime, now: datetime) -> str:
    moments = [moment.strftime(TIMESTAMP) for moment in (made, now + _SKEW, now)]
    return "Signature not yet current: {} is still later than {} ({} + 15 min.)".format(*moments)
