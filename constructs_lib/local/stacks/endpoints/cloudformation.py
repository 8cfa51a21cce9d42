"""CloudFormation over HTTP: takes the requests that are signed for it, and hands all others on."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.parse import QueryParser
from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model
from werkzeug.wrappers import Request

from constructs_lib.local.account import Location
from constructs_lib.local.iam.callers import caller_of
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.protocols.errors import error_answer
from constructs_lib.local.protocols.locations import location_of
from constructs_lib.local.protocols.signature import signature
from constructs_lib.local.stacks.api.calls import CALLS
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.stack import MayMake
from constructs_lib.local.stacks.engine.stacks import Stacks

Rights = Callable[[Location, Principal | None, str | None], MayMake]
"""Tells what may be made in an account and region by the role of an ARN, or, for None, by the caller."""


class CloudFormationMiddleware:
    """A WSGI application in front of another one.

    Args:
        stacks: gives the stacks of an account and region.
        rights: tells what a caller may make.
        others: answers all other requests.
    """

    def __init__(
        self,
        stacks: Callable[[Location], Stacks],
        rights: Rights,
        others: WSGIApplication,
    ) -> None:
        self._stacks = stacks
        self._rights = rights
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        signed = signature(environ)
        if signed is None or signed.service != "cloudformation":
            return self._others(environ, start_response)
        values = Request(environ).values
        operation = str(values.get("Action", ""))
        if operation not in CALLS:
            raise NotImplementedError(operation)
        model = get_service_model("cloudformation").operation_model(operation)
        request = QueryParser(model).parse({"values": values})
        try:
            answer = self._answer(operation, request, environ)
        except CallError as error:
            told = error_answer("query", error.code, error.message)
            start_response(_line(HTTPStatus.BAD_REQUEST), told.headers)
            return [told.body]
        written = QuerySerializer(operation_model=model).serialize(answer)
        body = written["body"].encode()
        headers = {name: str(value) for name, value in written["headers"].items()}
        start_response(_line(HTTPStatus.OK), [*headers.items(), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, operation: str, request: Mapping[str, Any], environ: WSGIEnvironment) -> dict[str, Any]:
        caller = caller_of(environ)
        principal = caller.principal if caller else None
        location = location_of(environ)
        desk = Desk(self._stacks(location), lambda role: self._rights(location, principal, role))
        return CALLS[operation](desk, request)


def _line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"
