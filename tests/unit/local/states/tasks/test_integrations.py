"""Service integrations by boto3: names, values, errors."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk

from constructs_lib.local.states.tasks import services
from constructs_lib.local.states.tasks.casing import states_name
from constructs_lib.local.states.tasks.clients import client_for

Start = Callable[..., Any]


@pytest.mark.parametrize(
    ("boto", "states"),
    [
        ("jobArn", "JobArn"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("ETag", "ETag"),
        ("vcpus", "Vcpus"),
        ("VPCConfig", "VpcConfig"),
        ("nextToken", "NextToken"),
        ("ChecksumCRC32", "ChecksumCRC32"),
        ("DBInstances", "DbInstances"),
        ("MD5OfBody", "Md5OfBody"),
        ("ARN", "Arn"),
    ],
)
def test_names(boto: str, states: str) -> None:
    assert states_name(boto) == states


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("s3", "S3"),
        ("batch", "Batch"),
        ("dynamodb", "DynamoDb"),
        ("sfn", "Sfn"),
        ("cloudwatchlogs", "CloudWatchLogs"),
        ("sqs", "Sqs"),
    ],
)
def test_names_of_services_in_errors(service: str, name: str) -> None:
    assert services.java_name(service) == name


def call(action: str, arguments: Any, **fields: Any) -> dict[str, Any]:
    return {
        "T": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::aws-sdk:{action}",
            "Arguments": arguments,
            "End": True,
            **fields,
        }
    }


@pytest.fixture(scope="module")
def s3(aws: Callable[[str], Any]) -> Any:
    client = aws("s3")
    client.create_bucket(Bucket="data")
    return client


@pytest.mark.parametrize("body", [{"items": ["ü", None, 5.0]}, ["a"], "text"])
def test_put_object_writes_json(start: Start, s3: Any, body: Any) -> None:
    out = start(call("s3:putObject", {"Bucket": "data", "Key": "k", "Body": "{% $states.input %}"}), body).output()
    assert out["ETag"]
    assert "ResponseMetadata" not in out
    stored = s3.get_object(Bucket="data", Key="k")["Body"].read()
    assert json.loads(stored) == body
    assert b"\\u" not in stored


def test_get_object_returns_text(start: Start, s3: Any) -> None:
    s3.put_object(Bucket="data", Key="t", Body='{"a": "ü"}'.encode())
    out = start(
        call(
            "s3:getObject",
            {"Bucket": "data", "Key": "t"},
            Output="{% $merge([$states.result, {'v': $parse($states.result.Body).a}]) %}",
        )
    ).output()
    assert out["v"] == "ü"
    assert out["LastModified"].endswith("Z")


def test_error_has_the_name_of_the_java_sdk(start: Start, s3: Any) -> None:
    s3.delete_object(Bucket="data", Key="none")
    error, cause = start(call("s3:getObject", {"Bucket": "data", "Key": "none"})).failure()
    assert error == "S3.NoSuchKeyException"
    assert "Service: S3" in cause


def test_list_jobs_of_batch_goes_by_boto(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Batch:
        def list_jobs(self, **request: Any) -> dict[str, Any]:
            seen.append(request)
            job = {"jobId": "j:1", "arrayProperties": {"index": 1}, "createdAt": 5, "status": "FAILED"}
            return {"jobSummaryList": [job], "nextToken": "n", "ResponseMetadata": {}}

    monkeypatch.setattr(state_task_service_aws_sdk, "boto_client_for", lambda **_: Batch())
    next_page = "$states.input.NextToken ? {'NextToken': $states.input.NextToken} : {}"
    arguments = f"{{% $merge([{{'ArrayJobId': 'j', 'JobStatus': 'FAILED'}}, {next_page}]) %}}"
    assert start(call("batch:listJobs", arguments)).output() == {
        "JobSummaryList": [{"JobId": "j:1", "ArrayProperties": {"Index": 1}, "CreatedAt": 5, "Status": "FAILED"}],
        "NextToken": "n",
    }
    assert seen == [{"arrayJobId": "j", "jobStatus": "FAILED"}]


def test_unknown_field(start: Start) -> None:
    error, cause = start(call("batch:listJobs", {"arrayJobId": "j"})).failure()
    assert error == "States.Runtime"
    assert "[The field 'arrayJobId' is not supported by Step Functions]" in cause


def test_optimized_integration(start: Start, aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    states = call("x:y", {"QueueUrl": url, "MessageBody": {"a": 1}})
    states["T"]["Resource"] = "arn:aws:states:::sqs:sendMessage"
    out = start(states).output()
    assert out.keys() == {"MD5OfMessageBody", "MessageId", "SdkHttpMetadata", "SdkResponseMetadata"}
    http = out["SdkHttpMetadata"]
    assert http["HttpStatusCode"] == 200
    assert http["HttpHeaders"] == {name: value for name, (value,) in http["AllHttpHeaders"].items()}
    assert http["HttpHeaders"]["x-amzn-RequestId"] == out["SdkResponseMetadata"]["RequestId"]
    assert http["HttpHeaders"]["Content-Length"] == "106"  # of {"MD5OfMessageBody":"…","MessageId":"…"}
    assert http["HttpHeaders"]["Content-Type"] == "application/x-amz-json-1.0"
    assert json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"]) == {"a": 1}


@pytest.mark.parametrize("resource", ["dynamodb:getItem", "aws-sdk:dynamodb:getItem"])
def test_types_of_dynamodb_keep_their_names(start: Start, aws: Callable[[str], Any], resource: str) -> None:
    table, client = f"t-{resource.replace(':', '.')}", aws("dynamodb")
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    inner = {"M": {"userName": {"S": "y"}, "none": {"NULL": True}}}
    item = {"k": {"S": "a"}, "NS": {"NS": ["1"]}, "ss": {"SS": ["x"]}, "b": {"BOOL": True}, "l": {"L": [inner]}}
    client.put_item(TableName=table, Item=item)
    states = call("x:y", {"TableName": table, "Key": {"k": {"S": "a"}}})
    states["T"]["Resource"] = f"arn:aws:states:::{resource}"
    out = start(states).output()
    assert out["Item"] == item
    assert ("SdkHttpMetadata" in out) == resource.startswith("dynamodb")


def test_clients_are_shared() -> None:
    assert client_for("us-east-1", "s3") is client_for("us-east-1", "s3")
    assert client_for("us-east-1", "s3") is not client_for("eu-west-1", "s3")


def test_error_of_an_endpoint_that_sends_no_request_id(start: Start) -> None:
    client = client_for("us-east-1", "batch")

    def refuse(**_: Any) -> tuple[Any, dict[str, Any]]:
        error = {"Code": "ClientException", "Message": "No such job."}
        return SimpleNamespace(status_code=400, headers={}), {
            "Error": error,
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }

    client.meta.events.register_first("before-call.batch.ListJobs", refuse)
    error, cause = start(call("batch:listJobs", {"ArrayJobId": "j"})).failure()
    client.meta.events.unregister("before-call.batch.ListJobs", refuse)
    assert error == "Batch.ClientException"
    assert cause.startswith("No such job. (Service: Batch, Status Code: 400, Request ID: ")
