"""What is not emulated, and what fails while it is emulated, is one answer that says so."""

import io
import logging
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.faults.calls.requests import body_of
from constructs_lib.local.protocols.calls import asked_for
from constructs_lib.local.unemulated.errors import STATUS, unknown_operation
from constructs_lib.local.unemulated.incomplete import refused
from constructs_lib.local.unemulated.moto import UnknownPathError, UnknownServiceError

_LOG = logging.getLogger(__name__)
_NOT_THERE = (NotImplementedError, UnknownServiceError, UnknownPathError)


class UnemulatedMiddleware:
    """A WSGI application in front of another one.

    Args:
        others: answers, or raises.
    """

    def __init__(self, others: WSGIApplication) -> None:
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = body_of(environ)
        try:
            return self._others(environ, start_response)
        except Exception as error:  # noqa: BLE001 whatever it is: the server would make a page of HTML of it
            problem = error
        asked = asked_for(environ, body)
        message = f"{asked.operation} of {asked.service} is not emulated by constructs-lib"
        told = refused(asked, body, problem)
        if not told and not isinstance(problem, _NOT_THERE):
            _LOG.error("%s failed in the embedded AWS", asked.operation, exc_info=problem)
            message += f" as it was asked for: {type(problem).__name__}: {problem}"
        answer = told or unknown_operation(asked.protocol, message)
        environ["wsgi.input"] = io.BytesIO()
        start_response(f"{STATUS.value} {STATUS.phrase}", answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
