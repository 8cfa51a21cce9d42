"""Which call of which API a request over HTTP is, by botocore's models of the services."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from wsgiref.types import WSGIEnvironment

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import MethodNotAllowed, NotFound

from constructs_lib.local.faults.calls.requests import body_of
from constructs_lib.local.iam.requests import Call
from constructs_lib.local.protocols.calls import NAMES
from constructs_lib.local.protocols.signature import Signature

_IAM_NAMES = {"monitoring": "cloudwatch"}
_HOST = re.compile(r"(?P<bucket>.+?)(?:\.s3)?\.localhost(?::\d+)?")


@dataclass(frozen=True)
class Received:
    """A call that came in, and the model that its answer follows; None for an operation that AWS does not have."""

    call: Call
    service: ServiceModel
    operation: OperationModel
    protocol: str


def received(environ: WSGIEnvironment, signed: Signature) -> Received | None:
    """Read a request, so that it can be read again; None when it is no operation of the service."""
    body = body_of(environ)
    request = Request({**environ, **_in_path_style(environ, signed.service), "wsgi.input": environ["wsgi.input"]})
    name = NAMES.get(signed.service, signed.service)
    try:
        service = get_service_model(name)
        operation, labels = _router(name).match(request)
        protocol = determine_request_protocol(service, request.content_type)
        parameters = _parameters(request, operation, protocol, labels)
    except (NotFound, MethodNotAllowed, NotImplementedError, RequestParserError, UnknownServiceError, ValueError):
        return None
    finally:
        environ["wsgi.input"] = type(environ["wsgi.input"])(body)
    call = Call(_IAM_NAMES.get(signed.service, signed.service), operation.name, parameters)
    return Received(call, service, operation, protocol)


def _parameters(request: Request, operation: Any, protocol: str, labels: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return parsed


def _in_path_style(environ: WSGIEnvironment, service: str) -> dict[str, str]:
    """What the path is when the bucket is in the name of the host."""
    host = _HOST.fullmatch(environ.get("HTTP_HOST", "")) if service == "s3" else None
    if host is None:
        return {}
    bucket, path = host["bucket"], str(environ.get("PATH_INFO", ""))
    return {"PATH_INFO": f"/{bucket}{path}", "RAW_URI": f"/{bucket}{environ.get('RAW_URI', path)}"}


@lru_cache(maxsize=32)
def _router(name: str) -> Any:
    return get_service_router(name)
