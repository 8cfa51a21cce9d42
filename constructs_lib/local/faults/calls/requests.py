"""What a request over HTTP is: a SubmitJob call, a request to S3, or nothing that a fault could strike."""

import io
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from constructs_lib.local.faults.calls.s3_operations import operation_name
from constructs_lib.local.faults.plans.occasions import Call, S3Request, SubmitJobCall

SPARED_USER_AGENT = "constructs-lib-spared"
"""S3 requests with this in their user agent meet no fault: they deploy the stacks and read the results."""

_SUBMIT_JOB = "/v1/submitjob"
_SCOPE = re.compile(r"/(?P<service>[\w-]+)/aws4_request")
_HOST = "localhost"


def call_of(environ: WSGIEnvironment) -> Call | None:
    """Tell what a request is; its body can be read again afterwards."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    signature = environ.get("HTTP_AUTHORIZATION") or query.get("X-Amz-Credential", [""])[0]
    scope = _SCOPE.search(signature)
    service = scope["service"] if scope else None
    if service == "batch" and environ["PATH_INFO"].lower() == _SUBMIT_JOB:
        return SubmitJobCall(_job_name(body_of(environ)))
    if service == "s3" and SPARED_USER_AGENT not in environ.get("HTTP_USER_AGENT", ""):
        return _s3_request(environ, query)
    return None


def body_of(environ: WSGIEnvironment) -> bytes:
    """Read the body, so that it can be read again."""
    whole = environ.get("wsgi.input_terminated")
    body: bytes = environ["wsgi.input"].read(*([] if whole else [int(environ.get("CONTENT_LENGTH") or 0)]))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _job_name(body: bytes) -> str:
    try:
        request = json.loads(body)
    except ValueError:
        return ""
    return str(request.get("jobName", "")) if isinstance(request, dict) else ""


def _s3_request(environ: WSGIEnvironment, query: Mapping[str, list[str]]) -> S3Request:
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace").removeprefix("/")
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    if host.endswith(f".{_HOST}"):
        bucket, key = host.removesuffix(f".{_HOST}").removesuffix(".s3"), path
    else:
        bucket, _, key = path.partition("/")
    depth = 2 if key else 1 if bucket else 0
    headers = {name.removeprefix("HTTP_").replace("_", "-").lower() for name in environ if name.startswith("HTTP_")}
    return S3Request(operation_name(environ["REQUEST_METHOD"], depth, headers.union(query)), bucket, key)
