"""The Batch API over HTTP: takes the requests that are signed for it, and hands all others on."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from constructs_lib.local.batch.api import BatchApi
from constructs_lib.local.batch.casing import service_model
from constructs_lib.local.batch.errors import BatchError

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class BatchFrontDoor:
    """A WSGI application in front of another one.

    Args:
        api: what answers the requests that are signed for the service ``batch``.
        others: what answers all other requests.
    """

    def __init__(self, api: BatchApi, others: Application) -> None:
        self._api = api
        self._others = others
        model = service_model()
        operations = (model.operation_model(name) for name in model.operation_names)
        self._paths = {(item.http["method"], item.http["requestUri"]): item.name for item in operations}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if "/batch/aws4_request" not in environ.get("HTTP_AUTHORIZATION", ""):
            return self._others(environ, start_response)
        operation = self._paths.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            if operation is None:
                raise BatchError("ClientException", f"{environ['PATH_INFO']} is not emulated")
            answer = self._api.call(operation, json.loads(body or b"{}"))
        except BatchError as error:
            headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", error.code)]
            start_response("400 Bad Request", headers)
            return [json.dumps({"message": error.message}).encode()]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]
