"""The control endpoint over HTTP: JSON in, JSON out."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.control import PREFIX

Body = dict[str, Any]
Operation = Callable[[Body], Body]


class RefusedError(Exception):
    """A request that cannot be carried out; the text says why."""


class Control:
    """A WSGI application in front of another one.

    Args:
        operations: what answers, by method and name: ``GET health``.
        others: what answers requests to all other paths.
    """

    def __init__(self, operations: Mapping[str, Operation], others: WSGIApplication) -> None:
        self._operations = operations
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith(PREFIX):
            return self._others(environ, start_response)
        status, answer = self._answer(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, Body]:
        name = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix(PREFIX)}"
        operation = self._operations.get(name)
        if operation is None:
            return HTTPStatus.NOT_FOUND, {"message": f"no {name}, there are: {', '.join(self._operations)}"}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            return HTTPStatus.OK, operation(json.loads(body or b"{}"))
        except (RefusedError, ValueError, KeyError, TypeError) as error:
            return HTTPStatus.BAD_REQUEST, {"message": str(error)}
