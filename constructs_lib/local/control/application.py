"""The control endpoint over HTTP: JSON in, JSON out, for whoever has the token of the instance."""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.control import PREFIX

UNAUTHORIZED = "the control endpoint wants the token of this instance, as Authorization: Bearer TOKEN"
_JSON = "application/json"

Body = dict[str, Any]
Operation = Callable[[Body], Body]


class RefusedError(Exception):
    """A request that cannot be carried out; the text says why."""


class Control:
    """A WSGI application in front of another one.

    Args:
        operations: what answers, by method and name: ``GET health``.
        others: what answers requests to all other paths.
        token: what a request has to show as ``Authorization: Bearer TOKEN``.
    """

    def __init__(self, operations: Mapping[str, Operation], others: WSGIApplication, *, token: str) -> None:
        self._operations = operations
        self._shown = f"Bearer {token}".encode()
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith(PREFIX):
            return self._others(environ, start_response)
        status, answer = self._answer(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Type", _JSON)])
        return [json.dumps(answer).encode()]

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, Body]:
        if not hmac.compare_digest(environ.get("HTTP_AUTHORIZATION", "").encode("latin-1"), self._shown):
            return HTTPStatus.UNAUTHORIZED, {"message": UNAUTHORIZED}
        name = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix(PREFIX)}"
        operation = self._operations.get(name)
        if operation is None:
            return HTTPStatus.NOT_FOUND, {"message": f"no {name}, there are: {', '.join(self._operations)}"}
        kind = environ.get("CONTENT_TYPE", "")
        if environ["REQUEST_METHOD"] != "GET" and kind.partition(";")[0].strip().lower() != _JSON:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"message": f"{name} takes {_JSON}, got {kind or 'nothing'}"}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            return HTTPStatus.OK, operation(json.loads(body or b"{}"))
        except (RefusedError, ValueError, KeyError, TypeError) as error:
            return HTTPStatus.BAD_REQUEST, {"message": str(error)}
