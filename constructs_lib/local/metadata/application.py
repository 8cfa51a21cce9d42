"""The endpoint over HTTP. It asks for no signature: who knows the address of a container is that container."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.metadata.containers import Containers
from constructs_lib.local.metadata.documents import container_document, stats_document, stats_of_task, task_document

_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(?::\d+)?")
"""Before another name stands a bucket, whose keys may look as addresses do."""
_PATH = re.compile(r"/v(?P<version>[34])/(?P<token>[\w-]+)(?P<rest>(?:/.*)?)", re.ASCII)
"""No bucket has a name of two characters."""
_GONE = "this container is none, or has ended"


class Metadata:
    """A WSGI application in front of another one.

    Args:
        containers: who may ask.
        clock: what tells the time.
        others: what answers all other requests.
    """

    def __init__(self, containers: Containers, clock: Clock, others: WSGIApplication) -> None:
        self._containers = containers
        self._clock = clock
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked = _PATH.fullmatch(environ["PATH_INFO"])
        is_signed = "HTTP_AUTHORIZATION" in environ
        if asked is None or is_signed or not _HOST.fullmatch(environ.get("HTTP_HOST", "").lower()):
            return self._others(environ, start_response)
        status, answer = HTTPStatus.METHOD_NOT_ALLOWED, "only GET is answered"
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            status, answer = self._answer(int(asked["version"]), asked["token"], asked["rest"].rstrip("/"))
        body = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, version: int, token: str, path: str) -> tuple[HTTPStatus, Any]:
        container = self._containers.find(token)
        if container is None:
            return HTTPStatus.NOT_FOUND, _GONE
        match path:
            case "":
                return HTTPStatus.OK, container_document(container, version)
            case "/task":
                return HTTPStatus.OK, task_document(container, self._containers.of_task(container), version)
            case "/stats":
                return HTTPStatus.OK, stats_document(container, self._clock.now())
            case "/task/stats":
                return HTTPStatus.OK, stats_of_task(self._containers.of_task(container), self._clock.now())
        return HTTPStatus.NOT_FOUND, f"there is no {path}: /, /task, /stats and /task/stats are answered"
