"""Signatures of everything that comes in over HTTP."""

import hmac
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.account import ACCOUNT, REGION, Location
from constructs_lib.local.iam.callers import Caller, tell
from constructs_lib.local.iam.directory import Credential
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.protocols.calls import asked_for
from constructs_lib.local.protocols.errors import error_answer
from constructs_lib.local.protocols.locations import forget_location, tell_location
from constructs_lib.local.signatures import forms, presented, public, version_2, version_4
from constructs_lib.local.signatures.problems import Problem, RefusedError, telling
from constructs_lib.local.signatures.received import Received

_OLD = "AWS "
_NOT_HEADERS = {"x-amz-algorithm", "x-amz-content-sha256", "x-amz-credential", "x-amz-date", "x-amz-expires"}
_NOT_HEADERS |= {"x-amz-security-token", "x-amz-signature", "x-amz-signedheaders"}
_ONLY_ONE = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
    "the Authorization header should be specified"
)


class SignatureMiddleware:
    """A WSGI application in front of another one: what is not signed as AWS wants it does not reach it.

    Whatever the form of a signature, behind it every request has a header ``Authorization`` of version 4, so that all
    take it for the same: of the same key, for the same service.

    Args:
        credential: finds a key by its id, as a region knows it.
        others: answers the requests.
        now: the time by which clients sign, this machine's. Default: it is asked.
    """

    def __init__(
        self,
        credential: Callable[[str, str], Credential | None],
        others: WSGIApplication,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._credential = credential
        self._others = others
        self._now = now

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        forget_location(environ)
        protocol = None
        try:
            received = Received(environ)
            protocol = _protocol(received)
            self._admit(received)
        except RefusedError as error:
            return _refusal(protocol or asked_for(environ, b"").protocol, error, environ, start_response)
        return self._others(environ, start_response)

    def _admit(self, received: Received) -> None:
        """Find out whose request it is, and write it down.

        Raises:
            RefusedError: that is not known.
        """
        public.check_identity(received)
        authorization = received.header("authorization")
        is_4, is_2 = ("X-Amz-Algorithm" in received.parameters, "Signature" in received.parameters)
        if (authorization is not None) + is_4 + is_2 > 1:
            raise RefusedError(Problem.INVALID, _ONLY_ONE)
        if is_4 or (authorization and not authorization.startswith(_OLD)):
            signed = presented.in_query(received) if is_4 else presented.in_header(received)
            known = self._known(signed.access_key, signed.token, signed.region)
            version_4.check_request(received, signed, known.secret, self._now())
            _rewrite(received, known, signed.region, signed.service, presigned=is_4)
        elif is_2 or authorization:
            old = version_2.in_query(received) if is_2 else version_2.in_header(received)
            known = self._known(old.access_key, old.token, REGION)
            version_2.check_request(received, old, known.secret, self._now())
            _rewrite(received, known, REGION, "s3", presigned=is_2)
        else:
            self._admit_unsigned(received)

    def _admit_unsigned(self, received: Received) -> None:
        if public.is_public(received):
            tell(received.environ, Caller(None))
            return
        if public.protocol_of(received) != "s3":
            raise RefusedError(Problem.MISSING)
        form = forms.form_of(received)
        principal, key, parameters = Principal.anonymous(), "anonymous", {}
        if form is not None:
            parameters = form.parameters()
            if form.is_signed:
                known = self._known(form.access_key, form.token, REGION)
                form.check(known.secret, self._now())
                principal, key = known.principal, known.access_key
        received.environ["HTTP_AUTHORIZATION"] = _authorization(key, REGION, "s3")
        tell_location(received.environ, Location(principal.account or ACCOUNT))
        tell(received.environ, Caller(principal, parameters))

    def _known(self, access_key: str, token: str | None, region: str) -> Credential:
        found = self._credential(access_key, region)
        if found is None or (found.token and not token):
            raise RefusedError(Problem.UNKNOWN_KEY, details={"AWSAccessKeyId": access_key})
        if token and not hmac.compare_digest((found.token or "").encode(), token.encode()):
            raise RefusedError(Problem.WRONG_TOKEN, details={"Token-0": token})
        if found.ends is not None and self._now() > found.ends:
            raise RefusedError(Problem.EXPIRED_TOKEN)
        return found


def _protocol(received: Received) -> str | None:
    """The protocol in which a refusal is told; None for that of the service that the request is signed for."""
    authorization = received.header("authorization")
    if authorization is None and "X-Amz-Credential" not in received.parameters:
        return public.protocol_of(received)
    if authorization is not None and authorization.startswith(_OLD):
        return public.protocol_of(received)
    return None


def _rewrite(received: Received, known: Credential, region: str, service: str, *, presigned: bool) -> None:
    environ = received.environ
    environ["HTTP_AUTHORIZATION"] = _authorization(known.access_key, region, service)
    if presigned and service == "s3":
        # What a presigned URL has of headers in its query is what S3 takes for headers.
        for name, values in received.parameters.items():
            if name.lower().startswith("x-amz-") and name.lower() not in _NOT_HEADERS:
                environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", values[0])
    tell_location(environ, Location(known.principal.account, region))
    tell(environ, Caller(known.principal))


def _authorization(access_key: str, region: str, service: str) -> str:
    scope = f"{access_key}/{datetime.now(UTC):%Y%m%d}/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=checked"


def _refusal(
    protocol: str, error: RefusedError, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    told = telling(protocol, error.problem)
    answer = error_answer(protocol, told.code, error.message or told.message, error.details)
    environ["wsgi.input"] = io.BytesIO()
    start_response(f"{told.status.value} {told.status.phrase}", answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
