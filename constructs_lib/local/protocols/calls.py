"""Which operation of which service a request asks for, also where nobody here knows the service.

Sources: https://smithy.io/2.0/aws/protocols/index.html and botocore's models.
"""

import io
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

import botocore.session
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from constructs_lib.local.protocols.signature import signature

_RPC_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>[^/]+)")
NAMES = {
    "airflow": "mwaa",
    "aps": "amp",
    "cloudcontrolapi": "cloudcontrol",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""How the AWS command line calls services that sign with another name."""


@dataclass(frozen=True)
class AskedFor:
    """What a request asks for.

    Args:
        service: as the AWS command line calls it, or as it signs where that is not known.
        operation: such as ``DescribeJobs``; method and path where no model tells.
        protocol: ``json``, ``query``, ``ec2``, ``rest-json``, ``rest-xml``, ``s3`` or ``cbor``.
    """

    service: str
    operation: str
    protocol: str


def asked_for(environ: WSGIEnvironment, body: bytes) -> AskedFor:
    """Tell what a request asks for.

    Args:
        environ: the request; its body may have been read.
        body: its body.
    """
    signed = signature(environ)
    signing_name = signed.service if signed else "an unsigned request"
    service = NAMES.get(signing_name, signing_name)
    if rpc := _RPC_PATH.search(environ.get("PATH_INFO", "")):
        return AskedFor(service, rpc["operation"], "cbor")
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return AskedFor(service, target.rpartition(".")[2], "json")
    if action := _action(environ, body):
        return AskedFor(service, action, "ec2" if service == "ec2" else "query")
    return _rest_call(environ, body, service)


def _action(environ: WSGIEnvironment, body: bytes) -> str | None:
    """The operation, in the protocols that send it among its parameters."""
    fields = parse_qs(environ.get("QUERY_STRING", ""))
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        fields |= parse_qs(body.decode(errors="replace"))
    return fields["Action"][0] if "Action" in fields else None


def _rest_call(environ: WSGIEnvironment, body: bytes, service: str) -> AskedFor:
    # Services with one signing name are called alike: bedrock and bedrock-agent, ses and sesv2.
    known = [name for name in _services() if name.startswith(service)]
    for name in sorted(known, key=len):
        try:
            operation, _ = get_service_router(name).match(Request({**environ, "wsgi.input": io.BytesIO(body)}))
        except (HTTPException, NotImplementedError, ValueError):
            continue
        return AskedFor(name, operation.name, _rest_protocol(name))
    protocol = _rest_protocol(service) if service in known else "rest-json"
    return AskedFor(service, f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}", protocol)


def _rest_protocol(service: str) -> str:
    return "s3" if service == "s3" else str(get_service_model(service).protocol)


@cache
def _services() -> list[str]:
    return list(botocore.session.get_session().get_available_services())
