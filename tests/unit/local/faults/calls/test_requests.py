"""What a request over HTTP is, and how a refused one is answered."""

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.faults import FaultPlan, S3Refuse, ThrottleSubmit
from constructs_lib.local.faults.calls.middleware import FaultMiddleware
from constructs_lib.local.faults.calls.requests import SPARED_USER_AGENT, call_of
from constructs_lib.local.faults.plans.occasions import Call, S3Request, SubmitJobCall

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def request(
    method: str, path: str, query: str = "", body: bytes = b"", service: str = "s3", **more: str
) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),  # as WSGI has it
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost:4566",
        "HTTP_AUTHORIZATION": SIGNED.format(service),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }


@pytest.mark.parametrize(
    ("environ", "call"),
    [
        (request("GET", "/bucket/a/ü b.json"), S3Request("GetObject", "bucket", "a/ü b.json")),
        (request("HEAD", "/bucket/key"), S3Request("HeadObject", "bucket", "key")),
        (request("PUT", "/bucket/key"), S3Request("PutObject", "bucket", "key")),
        (request("PUT", "/bucket/key", HTTP_X_AMZ_COPY_SOURCE="/a/b"), S3Request("CopyObject", "bucket", "key")),
        (request("PUT", "/bucket/key", "partNumber=1&uploadId=x"), S3Request("UploadPart", "bucket", "key")),
        (request("POST", "/bucket/key", "uploads"), S3Request("CreateMultipartUpload", "bucket", "key")),
        (request("GET", "/bucket", "list-type=2&prefix=a"), S3Request("ListObjectsV2", "bucket", "")),
        (request("GET", "/bucket/", "prefix=a"), S3Request("ListObjects", "bucket", "")),
        (request("GET", "/"), S3Request("ListBuckets", "", "")),
        (request("PATCH", "/bucket/key"), S3Request("Unknown", "bucket", "key")),
        (request("GET", "/key", HTTP_HOST="bucket.localhost:4566"), S3Request("GetObject", "bucket", "key")),
        (request("GET", "/key", HTTP_HOST="bucket.s3.localhost:4566"), S3Request("GetObject", "bucket", "key")),
        (
            request("GET", "/b/k", "X-Amz-Credential=a/20260101/us-east-1/s3/aws4_request", HTTP_AUTHORIZATION=""),
            S3Request("GetObject", "b", "k"),
        ),
        (request("GET", "/bucket/key", HTTP_USER_AGENT=f"Boto3/1 {SPARED_USER_AGENT}"), None),
        (request("GET", "/bucket/key", HTTP_AUTHORIZATION=""), None),
        (request("POST", "/v1/submitjob", body=b'{"jobName": "a"}', service="batch"), SubmitJobCall("a")),
        (request("POST", "/v1/submitjob", body=b"nonsense", service="batch"), SubmitJobCall("")),
        (request("POST", "/v1/describejobs", body=b"{}", service="batch"), None),
        (request("POST", "/", service="states"), None),
    ],
)
def test_what_a_request_is(environ: dict[str, Any], call: Call | None) -> None:
    body = environ["wsgi.input"].getvalue()
    assert call_of(environ) == call
    assert environ["wsgi.input"].read() == body, "the next application reads it, too"


class Asked:
    """One request through the door."""

    def __init__(self, plan: FaultPlan | None, environ: dict[str, Any]) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.passed = False
        answer = FaultMiddleware(lambda: plan, self._others, RealClock())(environ, self._start)
        self.body = b"".join(answer)

    def _others(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ARG002
        self.passed = True
        return [b"passed"]

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.status, self.headers = status, dict(headers)


def test_without_a_plan_everything_passes() -> None:
    assert Asked(None, request("GET", "/bucket/key")).passed


def test_a_refusal_by_s3_is_a_document() -> None:
    asked = Asked(FaultPlan([S3Refuse()]), request("PUT", "/bucket/<key>", body=b"x"))
    assert (asked.passed, asked.status) == (False, "503 Service Unavailable")
    assert b"<Code>SlowDown</Code><Message>Please reduce your request rate.</Message>" in asked.body
    assert b"<Resource>/bucket/&lt;key&gt;</Resource>" in asked.body
    assert asked.headers["Content-Length"] == str(len(asked.body))


def test_a_refusal_of_a_head_request_has_no_body() -> None:
    asked = Asked(FaultPlan([S3Refuse(status=403)]), request("HEAD", "/bucket/key"))
    assert (asked.status, asked.body) == ("403 Forbidden", b"")


def test_a_refusal_by_batch_is_json() -> None:
    environ = request("POST", "/v1/submitjob", body=b'{"jobName": "a"}', service="batch")
    asked = Asked(FaultPlan([ThrottleSubmit(error="Batch.BatchException")]), environ)
    assert (asked.status, asked.headers["x-amzn-ErrorType"]) == ("429 Too Many Requests", "TooManyRequestsException")
    assert json.loads(asked.body) == {"message": "Too Many Requests"}
