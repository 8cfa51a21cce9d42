"""The signature of version 4 that a request presents, in a header or in its query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received

ALGORITHM = "AWS4-HMAC-SHA256"
_TIMESTAMP = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
TIMESTAMP = "%Y%m%dT%H%M%SZ"

_ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
_MEMBERS = ("Credential", "SignedHeaders", "Signature")
_SCOPE = re.compile(
    r"(?P<key>\w{1,128})/(?P<date>\d{8})/(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}|aws-global)"
    r"/(?P<service>[A-Za-z0-9-]{1,64})/aws4_request",
    re.ASCII,
)
_HEX = re.compile(r"[0-9a-f]{64}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")


@dataclass(frozen=True)
class Presented:
    """A signature of version 4.

    Args:
        access_key: the id of the key that it was made with.
        region: of its scope.
        service: of its scope.
        headers: the names of the headers that are signed.
        signature: the signature itself.
        timestamp: when it was made, as it was signed.
        moment: the same.
        expires: for how many seconds a presigned URL is good. None: it is none.
        token: of the session.
    """

    access_key: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str
    timestamp: str
    moment: datetime
    expires: str | None
    token: str | None

    @property
    def in_query(self) -> bool:
        """Whether it is that of a presigned URL."""
        return self.expires is not None


def in_header(received: Received) -> Presented:
    """Read the header Authorization.

    Raises:
        RefusedError: it has no signature of version 4.
    """
    algorithm, _, rest = (received.header("authorization") or "").partition(" ")
    _check_algorithm(algorithm)
    found: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or name not in _MEMBERS or name in found:
            raise RefusedError(Problem.INCOMPLETE, f"Invalid key=value pair in Authorization header: '{name}'.")
        found[name] = value
    for name in _MEMBERS:
        if name not in found:
            raise RefusedError(Problem.INCOMPLETE, f"Authorization header requires '{name}' parameter.")
    return _presented(found, _timestamp(received), None, token_of(received))


def in_query(received: Received) -> Presented:
    """Read the query of a presigned URL.

    Raises:
        RefusedError: it has no signature of version 4.
    """
    _check_algorithm(received.parameter("X-Amz-Algorithm") or "")
    found = {name: received.parameter(f"X-Amz-{name}") or "" for name in (*_MEMBERS, "Date")}
    if not all(found.values()):
        raise RefusedError(
            Problem.INCOMPLETE_QUERY,
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        )
    expires, token = received.parameter("X-Amz-Expires"), received.parameter("X-Amz-Security-Token")
    return _presented(found, found["Date"], expires or "", token or token_of(received))


def token_of(received: Received) -> str | None:
    """The token of the session that a request is made in."""
    return received.header("x-amz-security-token")


def read_scope(text: str) -> re.Match[str]:
    """Read key, date, region and service of a credential.

    Raises:
        RefusedError: it is none.
    """
    found = _SCOPE.fullmatch(text)
    if found is None:
        raise RefusedError(
            Problem.INCOMPLETE,
            "Credential should be scoped to a valid region and service: KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
        )
    return found


def _presented(found: Mapping[str, str], timestamp: str, expires: str | None, token: str | None) -> Presented:
    scope, signature = read_scope(found["Credential"]), found["Signature"]
    names = tuple(found["SignedHeaders"].lower().split(";"))
    if not _HEX.fullmatch(signature) or not all(map(_HEADER.fullmatch, names)) or len(set(names)) < len(names):
        raise RefusedError(Problem.INCOMPLETE, "SignedHeaders or Signature cannot be read.")
    try:
        moment = _moment(timestamp)
    except ValueError:
        raise RefusedError(
            Problem.INCOMPLETE, "X-Amz-Date must be formatted via ISO8601 Basic: YYYYMMDDTHHMMSSZ."
        ) from None
    if timestamp[:8] != scope["date"]:
        raise RefusedError(
            Problem.INCOMPLETE, f"Date in Credential scope does not match that of the request: {timestamp[:8]}."
        )
    return Presented(
        scope["key"], scope["region"], scope["service"], names, signature, timestamp, moment, expires, token
    )


def _timestamp(received: Received) -> str:
    if found := received.header("x-amz-date"):
        return found
    date = received.header("date") or ""
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime(TIMESTAMP)
    except ValueError:
        return date


def _check_algorithm(algorithm: str) -> None:
    if algorithm == _ASYMMETRIC:
        raise RefusedError(
            Problem.INCOMPLETE, f"Signatures by {_ASYMMETRIC} are not emulated by constructs-lib: sign by {ALGORITHM}."
        )
    if algorithm != ALGORITHM:
        raise RefusedError(Problem.INCOMPLETE, f"Unsupported algorithm {algorithm!r}: expected {ALGORITHM}.")


def _moment(timestamp: str) -> datetime:
    """A time as it is signed; strptime would take as long as the rest of the check."""
    if not _TIMESTAMP.fullmatch(timestamp):
        raise ValueError(timestamp)
    return datetime.fromisoformat(timestamp)
