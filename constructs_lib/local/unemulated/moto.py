"""moto's services behind one WSGI application, which raises what it does not know instead of a page of HTML."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import flask
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound


class UnknownServiceError(Exception):
    """moto has no such service."""


class UnknownPathError(Exception):
    """A service of moto has nothing at a path."""


class Moto(DomainDispatcherApplication):  # type: ignore[misc] # moto has no types
    """moto's services.

    Raises:
        UnknownServiceError: when it is asked for a service that moto lacks.
        UnknownPathError: when it is asked for a path that a service of moto lacks.
        NotImplementedError: when it is asked for an operation that a service of moto lacks.
    """

    def __init__(self) -> None:
        super().__init__(_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status.startswith("404 ") and environ["REQUEST_METHOD"] != "HEAD":
                started.append((status, headers, *more))
                return None
            return start_response(status, headers, *more)

        answer: Iterable[bytes] = super().__call__(environ, start)
        if not started:
            return answer
        content = b"".join(answer)
        if not content:  # moto's word for an operation of REST that the models of its botocore lack
            raise UnknownPathError
        start_response(*started[0])
        return [content]

    def get_backend_for_host(self, host: str | None) -> Any:
        """The name of moto's service for a host; moto itself prints a line for each that it does not know."""
        if host and "amazonaws.com" in host:
            url = f"http://{host}"
            return next((name for name, pattern in self.backend_url_patterns if pattern.match(url)), None)
        return super().get_backend_for_host(host)


def _backend_app(service: Any) -> flask.Flask:
    if service is None:
        raise UnknownServiceError
    app: flask.Flask = create_backend_app(service)
    for error in (NotFound, MethodNotAllowed):
        app.register_error_handler(error, _refuse)
    return app


def _refuse(error: HTTPException) -> HTTPException:
    if flask.request.routing_exception is error:
        raise UnknownPathError
    return error
