"""IAM in front of everything that comes in over HTTP."""

from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.exceptions import ServiceException
from moto.core.serialize import get_serializer_class

from constructs_lib.local.iam.deployments import CALLER
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.wire import Received, received
from constructs_lib.local.protocols.signature import signature

_CODES = {"ec2": "UnauthorizedOperation", "query": "AccessDenied", "rest-xml": "AccessDenied"}
"""How the protocols call a denial; all others say AccessDeniedException."""
_CODES_OF_SERVICES = {"sns": "AuthorizationError", "sqs": "AccessDenied"}

# Every service denies, and no service's model says so: without this, moto warns of each denial.
COMMON_ERROR_CODES.extend({*_CODES.values(), *_CODES_OF_SERVICES.values(), "AccessDeniedException"})


class _Denial(ServiceException):  # type: ignore[misc] # moto has no types
    """A denial: moto takes errors of its own modules for those of the service that the module is named after."""


class IamFilter:
    """A WSGI application in front of another one: denied calls do not reach it.

    Args:
        guard: knows who may do what.
        others: answers the calls that are allowed.
    """

    def __init__(self, guard: Guard, others: WSGIApplication) -> None:
        self._guard = guard
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        signed = signature(environ)
        principal = self._guard.directory.principal(signed.access_key) if signed else None
        # The administrator may do everything, except take on a role that trusts somebody else.
        unlimited = principal == self._guard.directory.administrator and signed and signed.service != "sts"
        found = None if signed is None or unlimited else received(environ, signed)
        if found is None or principal is None:
            return self._others(environ, start_response)
        try:
            self._guard.check_call(principal, found.call)
        except AccessDeniedError as error:
            return _refusal(found, str(error), environ, start_response)
        token = CALLER.set(principal)
        try:
            return self._others(environ, start_response)
        finally:
            CALLER.reset(token)


def _refusal(found: Received, message: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
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
