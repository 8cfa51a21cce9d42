"""moto's services behind one WSGI application, which raises what it does not know instead of a page of HTML."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

import flask
from moto.moto_server import werkzeug_app
from moto.moto_server.werkzeug_app import DEFAULT_SERVICE_REGION, DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from constructs_lib.local.patching import Patch
from constructs_lib.local.protocols.signature import signature

_NOT_SERVED = ("cloudformation", "moto_api", "moto_api._internal", "instance_metadata")
"""What moto serves that nobody gets here: its dashboard, reset, recorder and prepared answers; the metadata of an
instance, with made-up keys; and CloudFormation, which has a door of its own."""

_LACKING_PARTS = {
    *("abac", "analytics", "annotation", "intelligent-tiering", "metadataAnnotationTable", "metadataConfiguration"),
    *("metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics", "renameObject", "requestPayment"),
    *("session", "torrent"),
}
"""Parts of buckets and objects in S3 that moto does not look at: it would give, or overwrite, the whole instead."""
_LACKING_PARTS_OF_OBJECTS = {("GET", "retention"), ("PUT", "encryption")}
"""The same of objects; the others of that name it has."""


def patches() -> list[Patch]:
    """What keeps moto from letting the pages of every origin read its answers."""
    return [Patch(werkzeug_app, "DISABLE_GLOBAL_CORS", replacement=True)]


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

    def get_application(self, environ: WSGIEnvironment) -> flask.Flask:
        """What answers a request, by its service alone.

        moto looks at the path first. Its own pages, the metadata of instances and the answers of custom resources are
        at paths that objects in S3 can have.
        """
        service_and_region = self.infer_service_region_host(environ, environ.get("PATH_INFO", ""))
        host = service_and_region or "{}.{}.amazonaws.com".format(*DEFAULT_SERVICE_REGION)
        with self.lock:
            backend = self.get_backend_for_host(host)
            if backend == "s3":
                _refuse_lacking_parts(environ)
            if backend not in self.app_instances:
                self.app_instances[backend] = self.create_app(backend)
            app: flask.Flask = self.app_instances[backend]
            return app

    def get_service_from_path(self, _: str) -> tuple[None, None]:
        """No service is named by a path, as moto would have it for requests that it sends to itself."""
        return None, None

    def infer_service_region_host(self, environ: WSGIEnvironment, path: str) -> str | None:
        """The host at AWS that a request would go to; to S3 only if it is signed for S3."""
        host: str | None = super().infer_service_region_host(environ, path)
        signed = signature(environ)
        # moto takes each name that begins with s3 for it: what may be done there was not asked about such a name.
        if host and signed and signed.service != "s3" and self.get_backend_for_host(host) == "s3":
            raise UnknownServiceError
        return host

    def get_backend_for_host(self, host: str | None) -> Any:
        """The name of moto's service for a host; moto itself prints a line for each that it does not know."""
        if host and "amazonaws.com" in host:
            url = f"http://{host}"
            return next((name for name, pattern in self.backend_url_patterns if pattern.match(url)), None)
        return super().get_backend_for_host(host)


def _refuse_lacking_parts(environ: WSGIEnvironment) -> None:
    parts = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).keys()
    is_bucket = len(environ["PATH_INFO"].strip("/").split("/")) == 1
    of_objects = {part for method, part in _LACKING_PARTS_OF_OBJECTS if method == environ["REQUEST_METHOD"]}
    if parts & (_LACKING_PARTS if is_bucket else _LACKING_PARTS | of_objects):
        raise NotImplementedError


def _backend_app(service: Any) -> flask.Flask:
    if service is None or service in _NOT_SERVED:
        raise UnknownServiceError
    app: flask.Flask = create_backend_app(service)
    for error in (NotFound, MethodNotAllowed):
        app.register_error_handler(error, _refuse)
    return app


def _refuse(error: HTTPException) -> HTTPException:
    if flask.request.routing_exception is error:
        raise UnknownPathError
    return error
