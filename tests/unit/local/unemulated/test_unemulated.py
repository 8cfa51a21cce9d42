"""What is not emulated is one answer that names it, by real clients that would ask again after anything else."""

import contextlib
import http.client
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_api._internal import urls as moto_pages
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.account import REGION
from constructs_lib.local.patching import Patches
from constructs_lib.local.protocols.calls import asked_for
from constructs_lib.local.server import Server
from constructs_lib.local.unemulated.errors import unknown_operation
from constructs_lib.local.unemulated.middleware import UnemulatedMiddleware
from constructs_lib.local.unemulated.moto import Moto, patches

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:machine:name"


class Counter:
    """Counts the requests that reach what is behind it."""

    def __init__(self, others: WSGIApplication) -> None:
        self.others = others
        self.requests = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.requests += 1
        return self.others(environ, start_response)


class Served:
    """A server, what it has counted, and the clients that a user would have."""

    def __init__(self, server: Server, counter: Counter) -> None:
        self.server, self.counter = server, counter

    def client(self, service: str, mode: str = "legacy") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.server.url,
            region_name=REGION,
            aws_access_key_id="any",
            aws_secret_access_key="any",  # noqa: S106 - nobody checks it here
            config=Config(retries={"mode": mode}, inject_host_prefix=False),
        )

    def refusal(self, call: Callable[[], Any]) -> tuple[str, str, int]:
        """Code and message of the error that a call ends with, and how many requests it took."""
        before = self.counter.requests
        with pytest.raises(ClientError) as refused:
            call()
        error = refused.value.response["Error"]
        return error["Code"], error["Message"], self.counter.requests - before


@contextlib.contextmanager
def serving(others: WSGIApplication) -> Iterator[Served]:
    counter = Counter(UnemulatedMiddleware(others))
    server = Server(counter)
    server.start()
    try:
        yield Served(server, counter)
    finally:
        server.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Patches(patches()), serving(Moto()) as served:
        yield served


UNKNOWN, INVALID = "UnknownOperationException", "InvalidAction"
CALLS: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "json": ("stepfunctions", "redrive_execution", {"executionArn": EXECUTION}, UNKNOWN, "RedriveExecution"),
    "json, the protocol that botocore does not prefer": (
        "cloudwatch",
        "list_metric_streams",
        {},
        UNKNOWN,
        "ListMetricStreams",
    ),
    "query": ("cloudformation", "detect_stack_drift", {"StackName": "a"}, INVALID, "DetectStackDrift"),
    "ec2": ("ec2", "describe_capacity_blocks", {}, INVALID, "DescribeCapacityBlocks"),
    "rest-json": ("lambda", "list_capacity_providers", {}, UNKNOWN, "ListCapacityProviders"),
    "rest-json, one of two services with a signing name": ("sesv2", "list_import_jobs", {}, UNKNOWN, "ListImportJobs"),
    "rest-json, a path that moto lacks": (
        "bedrock-data-automation",
        "list_blueprints",
        {},
        UNKNOWN,
        "ListBlueprints",
    ),
    "rest-xml": (
        "route53",
        "list_cidr_blocks",
        {"CollectionId": "0f16dd56-6f0c-4a4c-9f9f-6e6b6b6b6b6b"},
        UNKNOWN,
        "ListCidrBlocks",
    ),
    "a service that moto lacks, json": (
        "cloudcontrol",
        "get_resource",
        {"TypeName": "AWS::S3::Bucket", "Identifier": "a"},
        UNKNOWN,
        "GetResource",
    ),
    "a service that moto lacks, rest-json": ("omics", "list_runs", {}, UNKNOWN, "ListRuns"),
}


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("case", CALLS)
def test_an_operation_that_is_not_emulated_is_named_in_one_answer(served: Served, case: str, mode: str) -> None:
    service, method, arguments, code, operation = CALLS[case]
    client = served.client(service, mode)
    got = served.refusal(lambda: getattr(client, method)(**arguments))
    assert got == (code, f"{operation} of {service} is not emulated by constructs-lib", 1)


def test_a_client_that_speaks_cbor_is_answered_in_cbor(served: Served) -> None:
    client = served.client("cloudwatchomni")
    (operation, *_) = [name for name in client.meta.service_model.operation_names if name.startswith("List")]
    code, message, requests = served.refusal(lambda: client._make_api_call(operation, {}))
    assert (code, requests) == (UNKNOWN, 1)
    assert message == f"{operation} of cloudwatch is not emulated by constructs-lib"


def test_a_failure_of_the_emulation_is_one_answer_with_its_reason(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Any) -> None:
        raise KeyError("value")

    monkeypatch.setattr(StepFunctionResponse, "list_state_machines", fail)
    got = served.refusal(served.client("stepfunctions").list_state_machines)
    message = "ListStateMachines of stepfunctions is not emulated by constructs-lib as it was asked for: "
    assert got == (UNKNOWN, message + "KeyError: 'value'", 1)
    assert caplog.records[0].exc_info is not None, "whoever keeps the emulation needs to know where it failed"


def test_a_failure_of_s3_is_the_error_that_s3_has_for_it() -> None:
    def others(*_: Any) -> Iterable[bytes]:
        raise ValueError("<no> & never")

    with serving(others) as served:
        client = served.client("s3")
        message = "PutObject of s3 is not emulated by constructs-lib as it was asked for: ValueError: <no> & never"
        refused = served.refusal(lambda: client.put_object(Bucket="bucket", Key="key", Body=b"x" * 100_000))
        assert refused == ("NotImplemented", message, 1)
        # An answer to HEAD has no body; after a 400 of one, the client looks once for the region of the bucket.
        assert served.refusal(lambda: client.head_object(Bucket="bucket", Key="key"))[::2] == ("400", 2)


def test_what_is_emulated_is_answered_as_before(served: Served) -> None:
    s3 = served.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"text")
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"text"
    assert served.refusal(lambda: s3.get_object(Bucket="bucket", Key="other"))[::2] == ("NoSuchKey", 1)
    assert served.refusal(lambda: s3.head_object(Bucket="bucket", Key="other"))[::2] == ("404", 1)


def ask(served: Served, method: str, path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and body of the answer to a raw request."""
    connection = http.client.HTTPConnection("localhost", served.server.port)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def test_a_request_that_is_no_call_of_an_api_is_answered_too(served: Served) -> None:
    status, _, body = ask(served, "PATCH", "/things/1")
    assert status == 400
    assert b"PATCH /things/1 of an unsigned request is not emulated" in body


MOTO_PAGES = sorted({path.removeprefix("{0}").rstrip("$") for path in moto_pages.url_paths} | {"/moto-api/nothing"})


@pytest.mark.parametrize("path", [*MOTO_PAGES, "/favicon.ico"])
def test_the_pages_of_moto_are_gone(served: Served, path: str) -> None:
    s3 = served.client("s3")
    s3.create_bucket(Bucket="kept")
    # What is left of a path is that of an object in S3.
    status, _, body = ask(served, "GET", path)
    assert (status, b"<Code>NoSuchBucket</Code>" in body) == (404, True), body
    for method in ("POST", "PUT", "DELETE"):
        assert b'"ok"' not in ask(served, method, path)[2]  # as moto says that it has done it
    assert "kept" in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("service", ["moto_api", "motoapi.amazonaws.com", "instance_metadata", "169.254.169.254"])
@pytest.mark.parametrize("path", ["/moto-api/reset", "/latest/meta-data/iam/security-credentials/x"])
def test_no_signature_names_what_is_no_service_of_aws(served: Served, path: str, service: str) -> None:
    signed = f"AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/{service}/aws4_request, Signature=x"
    status, _, body = ask(served, "POST", path, Authorization=signed)
    assert (status, b"is not emulated" in body) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/latest/meta-data/iam/security-credentials/x",
        "/latest/api/token",
        "/latest/dynamic/instance-identity/document",
        "/cloudformation_us-east-1/cfnresponse?stack=x",
        "/sqs_us-east-1/queue",
    ],
)
def test_what_no_service_of_aws_answers_nobody_does(served: Served, path: str) -> None:
    status, _, body = ask(served, "GET", path)
    assert (status, b"<Code>NoSuchBucket</Code>" in body) == (404, True)


@pytest.mark.parametrize("bucket", ["moto-api", "moto-api-data", "latest"])
def test_a_bucket_may_be_called_as_moto_calls_its_pages(served: Served, bucket: str) -> None:
    s3 = served.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="meta-data/reset", Body=b"text")
    assert s3.get_object(Bucket=bucket, Key="meta-data/reset")["Body"].read() == b"text"
    s3.delete_object(Bucket=bucket, Key="meta-data/reset")
    s3.delete_bucket(Bucket=bucket)


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize("service", ["s3", "cloudformation", "batch", "stepfunctions", "secretsmanager"])
def test_no_answer_lets_the_page_of_another_origin_read_it(served: Served, service: str, method: str) -> None:
    signed = f"AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/{service}/aws4_request, Signature=x"
    asks = {"Origin": "https://evil.example", "Access_Control_Request_Method": "POST"}
    _, headers, _ = ask(served, method, "/", Authorization=signed, **asks)
    assert not [name for name in headers if name.lower().startswith("access-control-")]


def test_a_protocol_is_told_without_a_model() -> None:
    signed = {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/novel/aws4_request, S=x"}
    base = {**signed, "REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "", "CONTENT_TYPE": ""}
    form = {**base, "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}
    cases = [
        ({**base, "HTTP_X_AMZ_TARGET": "Novel_20260101.DoIt"}, b"{}", ("novel", "DoIt", "json")),
        (form, b"Action=DoIt&Version=2026-01-01", ("novel", "DoIt", "query")),
        ({**base, "PATH_INFO": "/service/Novel/operation/DoIt"}, b"", ("novel", "DoIt", "cbor")),
        ({**base, "PATH_INFO": "/things/1"}, b"", ("novel", "POST /things/1", "rest-json")),
    ]
    for environ, body, expected in cases:
        asked = asked_for(environ, body)
        assert (asked.service, asked.operation, asked.protocol) == expected


def test_texts_of_cbor_have_their_length_in_front() -> None:
    short, long = (unknown_operation("cbor", "m" * length).body for length in (23, 24))
    assert short.endswith(b"\x67message\x77" + b"m" * 23)
    assert long.endswith(b"\x67message\x7a\x00\x00\x00\x18" + b"m" * 24)


@pytest.fixture(scope="module")
def s3(served: Served) -> Any:
    made = served.client("s3")
    made.create_bucket(Bucket="parts")
    made.put_object(Bucket="parts", Key="a/key", Body=b"whole")
    return made


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_object_retention", {"Key": "a/key"}),
        ("get_object_torrent", {"Key": "a/key"}),
        ("put_object_annotation", {"Key": "a/key", "AnnotationName": "n", "AnnotationPayload": b"x"}),
        ("list_object_annotations", {"Key": "a/key"}),
        (
            "update_object_encryption",
            {"Key": "a/key", "ObjectEncryption": {"SSEKMS": {"KMSKeyArn": f"arn:aws:kms:{REGION}:123456789012:key/k"}}},
        ),
        ("rename_object", {"Key": "new", "RenameSource": "a/key"}),
        ("get_bucket_request_payment", {}),
        ("list_bucket_metrics_configurations", {}),
        (
            "put_bucket_analytics_configuration",
            {"Id": "i", "AnalyticsConfiguration": {"Id": "i", "StorageClassAnalysis": {}}},
        ),
        ("get_bucket_metadata_configuration", {}),
        ("create_session", {}),
    ],
)
def test_parts_of_a_bucket_or_object_that_are_not_emulated_are_not_the_whole(
    served: Served, s3: Any, operation: str, request_: dict[str, Any]
) -> None:
    code, message, requests = served.refusal(lambda: getattr(s3, operation)(Bucket="parts", **request_))
    assert (code, requests) == ("NotImplemented", 1), message
    assert "of s3 is not emulated by constructs-lib" in message
    assert s3.get_object(Bucket="parts", Key="a/key")["Body"].read() == b"whole"
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="parts")["Contents"]] == ["a/key"]


def test_parts_that_are_emulated_are_answered(s3: Any) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket="parts", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object_tagging(Bucket="parts", Key="a/key", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert s3.get_object_tagging(Bucket="parts", Key="a/key")["TagSet"] == [{"Key": "k", "Value": "v"}]
    assert s3.get_object(Bucket="parts", Key="a/key")["Body"].read() == b"whole"
