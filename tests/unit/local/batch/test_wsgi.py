"""The Batch API over HTTP: whose requests it takes, how it reads them, and how it says no."""

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from constructs_lib.local.batch.errors import BatchError, invalid
from constructs_lib.local.batch.service.wsgi import BatchMiddleware

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/batch/aws4_request, Signature=x"


class Api:
    """Remembers its last call; refuses a job that is called `bad`."""

    called: tuple[str, dict[str, Any]] | None = None

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.called = operation, request
        if request.get("jobName") == "bad":
            invalid("Job name should match valid pattern")
        if request.get("jobName") == "late":
            raise BatchError("TooManyRequestsException", "Too Many Requests", status=429)
        return {"jobId": "1"}


def others(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [f"others: {environ['PATH_INFO']}".encode()]


def send(
    api: Api, method: str, path: str, body: bytes = b"", query: str = "", *, signed: str = SIGNED
) -> tuple[Any, ...]:
    """The status, the headers and the text of an answer."""
    answered: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": signed,
        "wsgi.input": io.BytesIO(body),
    }
    door = BatchMiddleware(lambda _: api, others)  # type: ignore[arg-type] # it has the one method that is called
    text = b"".join(door(environ, lambda status, headers: answered.extend([status, dict(headers)])))
    return (*answered, text.decode())


def test_requests_of_other_services_are_handed_on() -> None:
    api = Api()
    status, _, text = send(api, "GET", "/bucket", signed=SIGNED.replace("/batch/", "/s3/"))
    assert (status, text, api.called) == ("200 OK", "others: /bucket", None)


def test_members_come_from_the_body() -> None:
    api = Api()
    status, headers, text = send(api, "POST", "/v1/submitjob", b'{"jobName": "good"}')
    assert (status, json.loads(text)) == ("200 OK", {"jobId": "1"})
    assert headers["Content-Type"] == "application/json"
    assert api.called == ("SubmitJob", {"jobName": "good"})


@pytest.mark.parametrize(
    ("method", "body", "query", "called"),
    [
        ("GET", b"", "", ("ListTagsForResource", {})),
        ("POST", b'{"tags": {"a": "b"}}', "", ("TagResource", {"tags": {"a": "b"}})),
        ("DELETE", b"", "tagKeys=a&tagKeys=b", ("UntagResource", {"tagKeys": ["a", "b"]})),
    ],
)
def test_members_come_from_path_and_query(method: str, body: bytes, query: str, called: tuple[str, Any]) -> None:
    api, arn = Api(), "arn:aws:batch:us-east-1:123456789012:job-queue/queue"
    send(api, method, f"/v1/tags/{arn}", body, query)
    assert api.called == (called[0], {**called[1], "resourceArn": arn})


def test_a_refusal_has_the_id_of_its_request() -> None:
    status, headers, text = send(Api(), "POST", "/v1/submitjob", b'{"jobName": "bad"}')
    assert (status, headers["x-amzn-ErrorType"]) == ("400 Bad Request", "ClientException")
    assert json.loads(text)["message"].endswith(f"RequestId: {headers['x-amzn-RequestId']}")


def test_throttling_has_a_status_of_its_own() -> None:
    status, headers, _ = send(Api(), "POST", "/v1/submitjob", b'{"jobName": "late"}')
    assert (status, headers["x-amzn-ErrorType"]) == ("429 Too Many Requests", "TooManyRequestsException")


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/v1/submitjob", b"{", "An error occurred during JSON parsing"),
        ("/v1/submitjob", b"[]", "An error occurred during JSON parsing"),
        ("/v1/nothing", b"{}", "POST /v1/nothing is no operation"),
    ],
)
def test_what_cannot_be_read_is_refused(path: str, body: bytes, message: str) -> None:
    status, headers, text = send(Api(), "POST", path, body)
    assert (status, headers["x-amzn-ErrorType"]) == ("400 Bad Request", "ClientException")
    assert json.loads(text)["message"] == message
