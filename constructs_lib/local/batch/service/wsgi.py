"""The Batch API over HTTP: takes the requests that are signed for it, and hands all others on."""

import json
import re
import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from constructs_lib.local.account import Location
from constructs_lib.local.batch.casing import service_model
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.service.api import BatchApi
from constructs_lib.local.protocols.locations import location_of

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class BatchMiddleware:
    """A WSGI application in front of another one.

    Args:
        api: gives what answers the requests that are signed for the service ``batch``, in an account and region.
        others: what answers all other requests.
    """

    def __init__(self, api: Callable[[Location], BatchApi], others: Application) -> None:
        self._api = api
        self._others = others

    @cached_property
    def _operations(self) -> dict[tuple[str, str], str]:
        """The operations by method and path."""
        model = service_model()
        operations = (model.operation_model(name) for name in model.operation_names)
        return {(item.http["method"], item.http["requestUri"]): item.name for item in operations}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], str]]:
        return [(method, _pattern(uri), name) for (method, uri), name in self._operations.items() if "{" in uri]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if "/batch/aws4_request" not in environ.get("HTTP_AUTHORIZATION", ""):
            return self._others(environ, start_response)
        try:
            status, answer = HTTPStatus.OK, self._answer(environ)
            headers = [("x-amzn-RequestId", str(uuid.uuid4()))]
        except BatchError as error:
            status, answer = HTTPStatus(error.status), {"message": error.message}
            headers = [("x-amzn-RequestId", error.request_id), ("x-amzn-ErrorType", error.code)]
        headers.append(("Content-Type", "application/json"))
        start_response(f"{status.value} {status.phrase}", headers)
        return [json.dumps(answer).encode()]

    def _answer(self, environ: Environ) -> dict[str, Any]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        operation, labels = self._operation(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        request = {**_json(body), **parse_qs(environ.get("QUERY_STRING", "")), **labels}
        return self._api(location_of(environ)).call(operation, request)

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        """The operation that a request asks for, and the parameters in its path."""
        if operation := self._operations.get((method, path)):
            return operation, {}
        for of_method, pattern, name in self._patterns:
            match = pattern.fullmatch(path)
            if match and method == of_method:
                return name, match.groupdict()
        raise BatchError("ClientException", f"{method} {path} is no operation")


def _pattern(uri: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", uri))


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BatchError("ClientException", "An error occurred during JSON parsing")
    return found
