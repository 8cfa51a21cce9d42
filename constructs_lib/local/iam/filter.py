"""IAM in front of everything that comes in over HTTP."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.exceptions import ServiceException
from moto.core.serialize import get_serializer_class

from constructs_lib.local.account import Location
from constructs_lib.local.faults.calls.requests import body_of
from constructs_lib.local.iam.callers import Caller, caller_of
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Call
from constructs_lib.local.iam.wire import Received, received
from constructs_lib.local.patching import Item
from constructs_lib.local.protocols.ambiguity import ambiguity
from constructs_lib.local.protocols.calls import asked_for
from constructs_lib.local.protocols.errors import error_answer
from constructs_lib.local.protocols.locations import location_of
from constructs_lib.local.protocols.signature import Signature, signature

_CODES = {"ec2": "UnauthorizedOperation", "query": "AccessDenied", "rest-xml": "AccessDenied"}
"""How the protocols call a denial; all others say AccessDeniedException."""
_CODES_OF_SERVICES = {"sns": "AuthorizationError", "sqs": "AccessDenied"}

_NOBODY = Signature("anonymous", "s3")


def patches() -> list[Item]:
    """Every service denies, and no service's model says so: without this, moto warns of each denial."""
    codes = {*_CODES.values(), *_CODES_OF_SERVICES.values(), "AccessDeniedException"}
    return [Item(COMMON_ERROR_CODES, code) for code in sorted(codes)]


class _Denial(ServiceException):  # type: ignore[misc] # moto has no types
    """A denial: moto takes errors of its own modules for those of the service that the module is named after."""


class IamFilter:
    """A WSGI application in front of another one: denied calls do not reach it.

    Args:
        guard: gives who knows who may do what in an account and region.
        others: answers the calls that are allowed.
        enforced: whether policies are enforced; if they are not, only those of resources that let in everybody are.
    """

    def __init__(self, guard: Callable[[Location], Guard], others: WSGIApplication, *, enforced: bool = True) -> None:
        self._guard = guard
        self._others = others
        self._enforced = enforced

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        caller, signed = caller_of(environ) or Caller(Principal.anonymous()), signature(environ) or _NOBODY
        guard = self._guard(location_of(environ))
        if caller.principal is None or self._is_unlimited(guard, caller.principal, signed):
            return self._others(environ, start_response)
        problem = ambiguity(environ, body_of(environ)) if signed.service != "s3" else None
        if problem:
            return _ambiguous(problem, environ, start_response)
        found = received(environ, signed)
        try:
            _check(guard, caller, signed, found, environ)
        except AccessDeniedError as error:
            message = "Access Denied" if caller.principal.is_anonymous else str(error)
            return _refusal(found, message, environ, start_response)
        return self._others(environ, start_response)

    def _is_unlimited(self, guard: Guard, principal: Principal, signed: Signature) -> bool:
        if not self._enforced:
            return not principal.is_anonymous
        # The administrator may do everything, except take on a role that trusts somebody else.
        return principal == guard.directory.administrator and signed.service != "sts"


def _check(guard: Guard, caller: Caller, signed: Signature, found: Received | None, environ: WSGIEnvironment) -> None:
    principal = caller.principal or Principal.anonymous()
    if caller.put_object:
        guard.check_call(principal, Call("s3", "PutObject", caller.put_object))
    elif found is not None:
        guard.check_call(principal, found.call)
    else:  # whatever it is, nobody may do it who may not do everything in this service
        operation = asked_for(environ, body_of(environ)).operation
        guard.check(principal, [Asked(f"{signed.service}:{operation}", None)])


def _refusal(
    found: Received | None, message: str, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    if found is None:
        return _refusal_of_unknown(message, environ, start_response)
    name = str(found.service.service_name)
    code = _CODES_OF_SERVICES.get(name) or _CODES.get(found.protocol, "AccessDeniedException")
    serializer = get_serializer_class(name, found.protocol)(operation_model=found.operation)
    answer = serializer.serialize(_Denial(code, message))
    body = answer["body"]
    content = body.encode() if isinstance(body, str) else bytes(body)
    # Of the protocols, only those with JSON in bodies and headers answer a denial with 400.
    status = HTTPStatus.BAD_REQUEST if found.protocol == "json" else HTTPStatus.FORBIDDEN
    headers = {name: str(value) for name, value in answer["headers"].items() if name.lower() != "content-length"}
    start_response(f"{status.value} {status.phrase}", [*headers.items(), ("Content-Length", str(len(content)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def _ambiguous(problem: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    protocol = asked_for(environ, body_of(environ)).protocol
    code = "ValidationError" if protocol in ("query", "ec2") else "ValidationException"
    answer, status = error_answer(protocol, code, f"The request is ambiguous: {problem}"), HTTPStatus.BAD_REQUEST
    start_response(f"{status.value} {status.phrase}", answer.headers)
    return [answer.body]


def _refusal_of_unknown(message: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    protocol = asked_for(environ, body_of(environ)).protocol
    code = _CODES.get("rest-xml" if protocol == "s3" else protocol, "AccessDeniedException")
    answer = error_answer(protocol, code, message)
    status = HTTPStatus.BAD_REQUEST if protocol in ("json", "cbor") else HTTPStatus.FORBIDDEN
    start_response(f"{status.value} {status.phrase}", answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
