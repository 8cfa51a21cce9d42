"""Signatures of version 2, which S3 still takes: boto3 presigns its URLs with them unless it is told otherwise.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import HmacV1Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from constructs_lib.local.signatures.presented import token_of
from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received

_SKEW = timedelta(minutes=15)
_HEADER = re.compile(r"AWS (?P<key>\w{1,128}):(?P<signature>[A-Za-z0-9+/=]{28})", re.ASCII)
_STANDARD = ("content-md5", "content-type")
_OF_AWS = "x-amz-"
_OF_SIGNATURE = {"AWSAccessKeyId", "Signature", "Expires"}
_OF_LISTS = {
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "list-type",
    "marker",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "prefix",
    "start-after",
    "upload-id-marker",
    "version-id-marker",
    "x-id",
}
"""Parameters that are not signed: none of them makes another operation of a request."""


@dataclass(frozen=True)
class OldPresented:
    """A signature of version 2.

    Args:
        access_key: the id of the key that it was made with.
        signature: the signature itself.
        expires: when a presigned URL ends, in seconds since the epoch, as text. None: it is none.
        token: of the session.
    """

    access_key: str
    signature: str
    expires: str | None
    token: str | None


class _Signer(HmacV1Auth):  # type: ignore[misc] # botocore has no types
    """botocore's computing with the date that a client has signed."""

    def __init__(self, presented: OldPresented, secret: str, date: str) -> None:
        super().__init__(Credentials(presented.access_key, secret))
        self._date = date

    def _get_date(self) -> str:
        return self._date


def in_header(received: Received) -> OldPresented:
    """Read the header Authorization.

    Raises:
        RefusedError: it has no signature of version 2.
    """
    found = _HEADER.fullmatch(received.header("authorization") or "")
    if found is None:
        raise RefusedError(Problem.INVALID, "Unsupported Authorization Type")
    return OldPresented(found["key"], found["signature"], None, token_of(received))


def in_query(received: Received) -> OldPresented:
    """Read the query of a presigned URL.

    Raises:
        RefusedError: it has no signature of version 2.
    """
    key, signature, expires = (received.parameter(name) for name in ("AWSAccessKeyId", "Signature", "Expires"))
    if not key or not signature or not expires:
        raise RefusedError(
            Problem.MISSING, "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
        )
    return OldPresented(key, signature, expires, received.parameter("x-amz-security-token") or token_of(received))


def check_request(received: Received, presented: OldPresented, secret: str, now: datetime) -> None:
    """Check a signature.

    Args:
        received: the request.
        presented: its signature.
        secret: of the key.
        now: the time of this machine, which clients have too.

    Raises:
        RefusedError: it is not the one of this request by this key, or is good no more.
    """
    _check_parameters(received)
    date = _date(received, presented, now)
    signer = _Signer(presented, secret, date)
    for request in received.as_signed(["host"]):
        for name, value in _headers(received).items():
            request.headers[name] = value
        for path in _whole_paths(received, request):
            computed = signer.get_signature(request.method, urlsplit(request.url), request.headers, auth_path=path)
            if hmac.compare_digest(computed.encode(), presented.signature.encode()):
                return
    details = {"AWSAccessKeyId": presented.access_key, "SignatureProvided": presented.signature}
    raise RefusedError(Problem.WRONG_SIGNATURE, details=details)


def _check_parameters(received: Received) -> None:
    """Refuse what this version does not sign: by it a URL would be good for another operation than it was made for."""
    signed = {*HmacV1Auth.QSAOfInterest, *_STANDARD, *_OF_SIGNATURE, *_OF_LISTS}
    others = [name for name in received.parameters if name not in signed and not name.startswith(_OF_AWS)]
    if others:
        raise RefusedError(
            Problem.INVALID, f"Signatures of version 2 do not cover {', '.join(sorted(others))}: sign with version 4"
        )


def _headers(received: Received) -> dict[str, str]:
    """The headers that are signed; what a presigned URL has of them in its query counts, too."""
    names = {key.removeprefix("HTTP_").replace("_", "-").lower() for key in received.headers_of_aws()}
    names |= {name for name in received.parameters if name in _STANDARD or name.startswith(_OF_AWS)}
    found: dict[str, Any] = {name: received.header(name) for name in (*names, *_STANDARD)}
    for name, value in found.items():
        if value is None:
            found[name] = received.parameter(name)
    return {name: value for name, value in found.items() if value is not None}


def _date(received: Received, presented: OldPresented, now: datetime) -> str:
    if presented.expires is None:
        date = received.header("date") or ""
        moment = _moment(received.header("x-amz-date") or date)
        if abs(now - moment) > _SKEW:
            raise RefusedError(Problem.WRONG_TIME)
        return "" if received.header("x-amz-date") else date
    if not (presented.expires.isdecimal() and presented.expires.isascii()):
        raise RefusedError(Problem.MISSING, f"Invalid date (should be seconds since epoch): {presented.expires}")
    if now.timestamp() > int(presented.expires):
        raise RefusedError(
            Problem.EXPIRED_URL,
            details={"Expires": presented.expires, "ServerTime": f"{now:%Y-%m-%dT%H:%M:%SZ}"},
        )
    return presented.expires


def _moment(date: str) -> datetime:
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        raise RefusedError(Problem.MISSING, "AWS authentication requires a valid Date or x-amz-date header") from None


def _whole_paths(received: Received, request: AWSRequest) -> list[str]:
    """The path with the bucket in it, also where that is in the name of the host; that of a bucket ends with a slash.

    Clients may leave that slash out when the bucket is in the path.
    """
    path, host = urlsplit(request.url).path, received.bucket_of_host
    whole = f"/{host}{path}" if host else path
    return [whole] if received.bucket is None or whole.endswith("/") else [f"{whole}/", whole]
