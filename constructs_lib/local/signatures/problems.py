"""What is wrong with a signature, in the words of each protocol.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and
https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus

_REQUEST, _UNAUTHORIZED, _FORBIDDEN = HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN


class Problem(Enum):
    """Kinds of problems; those that only S3 tells apart are last."""

    MISSING = "no signature"
    UNKNOWN_KEY = "no such key, or one that is inactive, or a key of a session without its token"
    WRONG_TOKEN = "not the token of the session"  # noqa: S105 - no secret
    EXPIRED_TOKEN = "the session is over"  # noqa: S105 - as above
    WRONG_SIGNATURE = "another signature was computed"
    WRONG_TIME = "made too long ago, or in the future"
    INCOMPLETE = "a signature that cannot be read"
    INCOMPLETE_QUERY = "a query of a presigned URL that cannot be read"
    WRONG_IDENTITY = "a token of an identity provider that nobody can check"
    UNSIGNED_HEADERS = "headers that are not signed"
    WRONG_BODY = "the body has another hash"
    NO_HASH = "a request to S3 that says nothing of its body"
    INVALID = "a parameter of the signature that cannot be"
    EXPIRED_URL = "a presigned URL whose time is over"
    DENIED = "a form that its policy does not allow"
    TOO_LARGE = "a file that is larger than its policy allows"
    TOO_SMALL = "a file that is smaller than its policy allows"


@dataclass(frozen=True)
class Telling:
    """How a problem is told.

    Args:
        code: AWS's name of it.
        status: of HTTP.
        message: what is said when nothing more exact is known.
    """

    code: str
    status: HTTPStatus
    message: str


@dataclass
class RefusedError(Exception):
    """A request whose maker is not who he says, or says nothing.

    Args:
        problem: what is wrong.
        message: more exactly. Default: AWS's words for the kind of problem.
        details: more members of an error of S3. Default: none.
    """

    problem: Problem
    message: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - no secret
_EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105 - no secret
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
_MISMATCH_S3 = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)
_NOT_VALIDATED = "AWS was not able to validate the provided access credentials"
_NO_RECORD = "The AWS Access Key Id you provided does not exist in our records."
_HASH = "The provided 'x-amz-content-sha256' header does not match what was computed."
_HEADERS = "There were headers present in the request which were not signed"
_NO_VERIFICATION = (
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)

_QUERY = {
    Problem.MISSING: Telling("MissingAuthenticationToken", _FORBIDDEN, "Request is missing Authentication Token"),
    Problem.UNKNOWN_KEY: Telling("InvalidClientTokenId", _FORBIDDEN, _INVALID_TOKEN),
    Problem.WRONG_TOKEN: Telling("InvalidClientTokenId", _FORBIDDEN, _INVALID_TOKEN),
    Problem.EXPIRED_TOKEN: Telling("ExpiredToken", _FORBIDDEN, _EXPIRED_TOKEN),
    Problem.INCOMPLETE: Telling("IncompleteSignature", _REQUEST, "The request signature is incomplete."),
    Problem.INCOMPLETE_QUERY: Telling("IncompleteSignature", _REQUEST, "The request signature is incomplete."),
    Problem.WRONG_IDENTITY: Telling("InvalidIdentityToken", _REQUEST, _NO_VERIFICATION),
}
_QUERY_OTHERS = Telling("SignatureDoesNotMatch", _FORBIDDEN, _MISMATCH)
_EC2 = {
    Problem.MISSING: Telling("MissingAuthenticationToken", _FORBIDDEN, "Request is missing Authentication Token"),
    Problem.EXPIRED_TOKEN: Telling("RequestExpired", _REQUEST, "Request has expired."),
    Problem.WRONG_TIME: Telling("RequestExpired", _REQUEST, "Request has expired."),
}
_EC2_OTHERS = Telling("AuthFailure", _UNAUTHORIZED, _NOT_VALIDATED)
_JSON = {
    Problem.MISSING: Telling("MissingAuthenticationTokenException", _REQUEST, "Missing Authentication Token"),
    Problem.UNKNOWN_KEY: Telling("UnrecognizedClientException", _REQUEST, _INVALID_TOKEN),
    Problem.WRONG_TOKEN: Telling("UnrecognizedClientException", _REQUEST, _INVALID_TOKEN),
    Problem.EXPIRED_TOKEN: Telling("ExpiredTokenException", _REQUEST, _EXPIRED_TOKEN),
    Problem.INCOMPLETE: Telling("IncompleteSignatureException", _REQUEST, "The request signature is incomplete."),
    Problem.INCOMPLETE_QUERY: Telling("IncompleteSignatureException", _REQUEST, "The request signature is incomplete."),
}
_JSON_OTHERS = Telling("InvalidSignatureException", _REQUEST, _MISMATCH)
_S3 = {
    Problem.MISSING: Telling("AccessDenied", _FORBIDDEN, "Access Denied"),
    Problem.UNKNOWN_KEY: Telling("InvalidAccessKeyId", _FORBIDDEN, _NO_RECORD),
    Problem.WRONG_TOKEN: Telling("InvalidToken", _REQUEST, "The provided token is malformed or otherwise invalid."),
    Problem.EXPIRED_TOKEN: Telling("ExpiredToken", _REQUEST, "The provided token has expired."),
    Problem.WRONG_TIME: Telling(
        "RequestTimeTooSkewed",
        _FORBIDDEN,
        "The difference between the request time and the server's time is too large.",
    ),
    Problem.INCOMPLETE: Telling("AuthorizationHeaderMalformed", _REQUEST, "The authorization header is malformed."),
    Problem.INCOMPLETE_QUERY: Telling(
        "AuthorizationQueryParametersError", _REQUEST, "The parameters of the query that sign it cannot be read."
    ),
    Problem.UNSIGNED_HEADERS: Telling("AccessDenied", _FORBIDDEN, _HEADERS),
    Problem.WRONG_BODY: Telling("XAmzContentSHA256Mismatch", _REQUEST, _HASH),
    Problem.NO_HASH: Telling(
        "InvalidRequest", _REQUEST, "Missing required header for this request: x-amz-content-sha256"
    ),
    Problem.INVALID: Telling("InvalidArgument", _REQUEST, "Invalid Argument"),
    Problem.EXPIRED_URL: Telling("AccessDenied", _FORBIDDEN, "Request has expired"),
    Problem.DENIED: Telling("AccessDenied", _FORBIDDEN, "Access Denied"),
    Problem.TOO_LARGE: Telling("EntityTooLarge", _REQUEST, "Your proposed upload exceeds the maximum allowed size"),
    Problem.TOO_SMALL: Telling("EntityTooSmall", _REQUEST, "Your proposed upload is smaller than the minimum size"),
}
_S3_OTHERS = Telling("SignatureDoesNotMatch", _FORBIDDEN, _MISMATCH_S3)


def telling(protocol: str, problem: Problem) -> Telling:
    """How a protocol tells a problem.

    Args:
        protocol: ``json``, ``query``, ``ec2``, ``rest-json``, ``rest-xml``, ``s3`` or ``cbor``.
        problem: what is wrong.
    """
    if protocol == "s3":
        return _S3.get(problem, _S3_OTHERS)
    if protocol == "ec2":
        return _EC2.get(problem, _EC2_OTHERS)
    if protocol in ("query", "rest-xml"):
        return _QUERY.get(problem, _QUERY_OTHERS)
    told = _JSON.get(problem, _JSON_OTHERS)
    # Of the protocols with JSON, only those with the operation in the path answer with 403.
    return Telling(told.code, _FORBIDDEN, told.message) if protocol == "rest-json" else told
