"""Whole state machines in the shape of the library's fan-outs, in JSONata and in JSONPath."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk

from constructs_lib.local.states.tasks.clients import client_for

Start = Callable[..., Any]

SYNC = "arn:aws:states:::batch:submitJob.sync"


class BatchPages:
    """ListJobs of an array job of which children 3 and 7 failed, one per page."""

    def list_jobs(self, *, arrayJobId: str, jobStatus: str, nextToken: str = "3") -> dict[str, Any]:  # noqa: N803
        assert (arrayJobId, jobStatus) != ("", "")
        page = {
            "jobSummaryList": [{"jobId": f"{arrayJobId}:{nextToken}", "arrayProperties": {"index": int(nextToken)}}]
        }
        return {**page, "nextToken": "7"} if nextToken == "3" else page


@pytest.fixture
def array_fan_out(aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    aws("s3").create_bucket(Bucket="fan-out")
    monkeypatch.setattr(
        state_task_service_aws_sdk,
        "boto_client_for",
        lambda service, **options: BatchPages() if service == "batch" else client_for(service=service, **options),
    )
    page = "$exists($token) and $token != '' ? {'NextToken': $token} : {}"
    return {
        "Prepare": {
            "Type": "Pass",
            "Assign": {
                "items": "{% $states.input.items %}",
                "total": "{% $count($states.input.items) %}",
                "key": "{% 'fan-out/' & $states.context.StateMachine.Name & '/' & $uuid() & '/items.json' %}",
                "failed": [],
                "token": "",
            },
            "Next": "HowMany",
        },
        "HowMany": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $total = 0 %}", "Next": "Summary"}],
            "Default": "Upload",
        },
        "Upload": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
            "Arguments": {"Bucket": "fan-out", "Key": "{% $key %}", "Body": {"items": "{% $items %}"}},
            "Assign": {"environment": "{% [{'Name': 'ITEMS_URI', 'Value': 's3://fan-out/' & $key}] %}"},
            "Next": "Run",
        },
        "Run": {
            "Type": "Task",
            "Resource": SYNC,
            "Arguments": {
                "JobName": "{% $states.context.Execution.Input.job %}",
                "JobQueue": "q",
                "JobDefinition": "d",
                "ArrayProperties": {"Size": "{% $total %}"},
                "ContainerOverrides": {"Environment": "{% $environment %}"},
            },
            "Catch": [
                {
                    "ErrorEquals": ["States.TaskFailed"],
                    "Assign": {"jobId": "{% $parse($states.errorOutput.Cause).JobId %}"},
                    "Next": "ListFailed",
                }
            ],
            "Next": "Summary",
        },
        "ListFailed": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:batch:listJobs",
            "Arguments": f"{{% $merge([{{'ArrayJobId': $jobId, 'JobStatus': 'FAILED'}}, {page}]) %}}",
            "Assign": {
                "failed": "{% $append($failed, [$states.result.JobSummaryList.ArrayProperties.Index]) %}",
                "token": "{% $exists($states.result.NextToken) ? $states.result.NextToken : '' %}",
            },
            "Next": "More",
        },
        "More": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $token != '' %}", "Next": "ListFailed"}],
            "Default": "Summary",
        },
        "Summary": {
            "Type": "Pass",
            "Output": {
                "total": "{% $total %}",
                "succeeded": "{% $total - $count($failed) %}",
                "failed": "{% $count($failed) %}",
                "failedIndexes": "{% $failed %}",
            },
            "Next": "Judge",
        },
        "Judge": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.failed > 0 %}", "Next": "TooMany"}],
            "Default": "Done",
        },
        "TooMany": {
            "Type": "Fail",
            "Error": "FanOut.TooManyFailures",
            "Cause": "{% $string($states.input) %}",
        },
        "Done": {"Type": "Succeed"},
    }


def test_array_fan_out(start: Start, jobs: Any, aws: Callable[[str], Any], array_fan_out: dict[str, Any]) -> None:
    items = [{"name": 'a "quoted" $name\n', "ü": [None, i]} for i in range(10)]
    out = start(array_fan_out, {"items": items, "job": "job"}).output()
    assert out == {"total": 10, "succeeded": 10, "failed": 0, "failedIndexes": []}
    assert jobs.requests[-1]["arrayProperties"] == {"size": 10}
    uri = jobs.requests[-1]["containerOverrides"]["environment"][0]["value"]
    stored = aws("s3").get_object(Bucket="fan-out", Key=uri.removeprefix("s3://fan-out/"))["Body"].read()
    assert json.loads(stored) == {"items": items}


def test_array_fan_out_without_items(start: Start, array_fan_out: dict[str, Any]) -> None:
    out = start(array_fan_out, {"items": [], "job": "job"}).output()
    assert out == {"total": 0, "succeeded": 0, "failed": 0, "failedIndexes": []}


def test_array_fan_out_with_failures(start: Start, array_fan_out: dict[str, Any]) -> None:
    error, cause = start(array_fan_out, {"items": list(range(10)), "job": "fail"}).failure()
    assert error == "FanOut.TooManyFailures"
    assert cause == '{"total":10,"succeeded":8,"failed":2,"failedIndexes":[3,7]}'


def test_jsonata_states_in_a_jsonpath_machine(start: Start) -> None:
    inner = {
        "T": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": SYNC,
            "Arguments": {"JobName": "{% $prefix & $states.input %}", "JobQueue": "q", "JobDefinition": "d"},
            "Output": "{% $states.result.JobName %}",
            "End": True,
        }
    }
    states = {
        "P": {"Type": "Pass", "Assign": {"prefix.$": "$.p"}, "Next": "M"},
        "M": {
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "Items": "{% $states.input.items %}",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "T", "States": inner},
            "Next": "End",
        },
        "End": {"Type": "Pass", "Parameters": {"r.$": "$[0]", "v.$": "$prefix"}, "End": True},
    }
    assert start(states, {"items": ["a", "b"], "p": "x"}, QueryLanguage="JSONPath").output() == {"r": "xa", "v": "x"}


def test_jsonpath_map_as_aws_cdk_writes_it(start: Start) -> None:
    inner = {
        "T": {
            "Type": "Task",
            "Resource": SYNC,
            "Parameters": {
                "JobName.$": "States.Format('j-{}', $.index)",
                "JobQueue": "q",
                "JobDefinition": "d",
                "ContainerOverrides": {"Environment": [{"Name": "ITEM", "Value.$": "States.JsonToString($.item)"}]},
            },
            "ResultSelector": {"name.$": "$.JobName"},
            "Retry": [{"ErrorEquals": ["Batch.ServerException"], "MaxAttempts": 1}],
            "End": True,
        }
    }
    states = {
        "M": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "T", "States": inner},
            "ResultPath": "$.out",
            "End": True,
        }
    }
    out = start(states, {"items": [{"k": 1}, {"k": 2}]}, QueryLanguage="JSONPath").output()
    assert out == {"items": [{"k": 1}, {"k": 2}], "out": [{"name": "j-0"}, {"name": "j-1"}]}


def test_execution_timeout(start: Start, jobs: Any) -> None:
    arguments = {"JobName": "forever", "JobQueue": "q", "JobDefinition": "d"}
    states = {"T": {"Type": "Task", "Resource": SYNC, "Arguments": arguments, "End": True}}
    before = len(jobs.terminated)
    described = start(states, TimeoutSeconds=1).wait()
    assert described["status"] == "TIMED_OUT"
    assert described["stopDate"]
    assert len(jobs.terminated) == before + 1
