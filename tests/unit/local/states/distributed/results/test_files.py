"""ResultWriter: files, manifest and output of the Map state."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

ITEMS = "{% $states.input.items %}"
PUT = "arn:aws:states:::s3:putObject"
LISTS = {
    "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input < 0 %}", "Next": "F"}], "Default": "P"},
    "F": {"Type": "Fail", "Error": "Negative", "Cause": "no"},
    "P": {"Type": "Pass", "Output": "{% [$states.input, 'ü'] %}", "End": True},
}


def writer(prefix: Any = "out", **config: str) -> dict[str, Any]:
    described = {"Resource": PUT, "Arguments": {"Bucket": "data", "Prefix": prefix}}
    return {**described, "WriterConfig": config} if config else described


def written(s3: Any, key: str) -> str:
    text: str = s3.get_object(Bucket="data", Key=key)["Body"].read().decode()
    return text


def manifest_of(s3: Any, output: dict[str, Any]) -> dict[str, Any]:
    assert output["ResultWriterDetails"]["Bucket"] == "data"
    manifest: dict[str, Any] = json.loads(written(s3, output["ResultWriterDetails"]["Key"]))
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == ("data", output["MapRunArn"])
    return manifest


def test_files_by_status(start: Start, make_map: MakeMap, s3: Any) -> None:
    states = make_map(LISTS, Items=ITEMS, ResultWriter=writer(), ToleratedFailureCount=1, Label="l")
    execution = start(states, {"items": [1, -1, 2]})
    output = execution.output()
    directory = f"out/{output['MapRunArn'].rpartition(':')[2]}"
    assert output["ResultWriterDetails"]["Key"] == f"{directory}/manifest.json"
    files = manifest_of(s3, output)["ResultFiles"]
    assert files["PENDING"] == []
    for status in ("SUCCEEDED", "FAILED"):
        (file,) = files[status]
        assert file["Key"] == f"{directory}/{status}_0.json"
        assert file["Size"] == len(written(s3, file["Key"]).encode())
    succeeded = json.loads(written(s3, files["SUCCEEDED"][0]["Key"]))
    assert [(found["Input"], found["Output"]) for found in succeeded] == [("1", '[1,"ü"]'), ("2", '[2,"ü"]')]
    (failed,) = json.loads(written(s3, files["FAILED"][0]["Key"]))
    described = execution.client.describe_execution(executionArn=failed["ExecutionArn"])
    assert failed == {
        "Cause": "no",
        "Error": "Negative",
        "ExecutionArn": described["executionArn"],
        "Input": "-1",
        "InputDetails": {"Included": True},
        "Name": described["name"],
        "RedriveCount": 0,
        "RedriveStatus": "REDRIVABLE_BY_MAP_RUN",
        "StartDate": failed["StartDate"],
        "StateMachineArn": described["stateMachineArn"],
        "Status": "FAILED",
        "StopDate": failed["StopDate"],
    }
    run = execution.client.describe_map_run(mapRunArn=output["MapRunArn"])
    assert (run["itemCounts"]["resultsWritten"], run["executionCounts"]["resultsWritten"]) == (3, 3)


@pytest.mark.parametrize(
    ("config", "file_text"),
    [
        ({"Transformation": "COMPACT"}, ("SUCCEEDED_0.json", '[[1,"ü"],[2,"ü"]]')),
        ({"Transformation": "FLATTEN", "OutputType": "JSON"}, ("SUCCEEDED_0.json", '[1,"ü",2,"ü"]')),
        ({"Transformation": "COMPACT", "OutputType": "JSONL"}, ("SUCCEEDED_0.jsonl", '[1,"ü"]\n[2,"ü"]\n')),
        ({"Transformation": "FLATTEN", "OutputType": "JSONL"}, ("SUCCEEDED_0.jsonl", '1\n"ü"\n2\n"ü"\n')),
    ],
)
def test_transformations(start: Start, make_map: MakeMap, s3: Any, config: dict[str, str], file_text: Any) -> None:
    name, text = file_text
    output = start(make_map(LISTS, Items=[1, 2], ResultWriter=writer("", **config))).output()
    (file,) = manifest_of(s3, output)["ResultFiles"]["SUCCEEDED"]
    assert file["Key"] == f"{output['MapRunArn'].rpartition(':')[2]}/{name}"
    assert written(s3, file["Key"]) == text


@pytest.mark.parametrize(
    ("config", "output"),
    [
        ({"Transformation": "COMPACT"}, [[1, "ü"], [2, "ü"]]),
        ({"Transformation": "FLATTEN", "OutputType": "JSON"}, [1, "ü", 2, "ü"]),
        ({"Transformation": "FLATTEN", "OutputType": "JSONL"}, '1\n"ü"\n2\n"ü"\n'),
    ],
)
def test_output_of_the_state_is_transformed(
    start: Start, make_map: MakeMap, config: dict[str, str], output: Any
) -> None:
    assert start(make_map(LISTS, Items=[1, 2], ResultWriter={"WriterConfig": config})).output() == output


@pytest.mark.parametrize(
    ("fields", "succeeded"),
    [({}, [[1, "ü"]]), ({"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN"}}}, [1, "ü"])],
)
def test_failed_children_stay_records(
    start: Start, make_map: MakeMap, fields: dict[str, Any], succeeded: list[Any]
) -> None:
    *outputs, failed = start(make_map(LISTS, Items=[1, -1], ToleratedFailurePercentage=50, **fields)).output()
    assert outputs == succeeded
    assert (failed["Status"], failed["Error"], failed["Input"]) == ("FAILED", "Negative", "-1")


def test_failed_map_run_writes_what_it_has(start: Start, make_map: MakeMap, s3: Any) -> None:
    states = make_map(LISTS, Items=ITEMS, ResultWriter=writer("failed"), MaxConcurrency=1)
    execution = start(states, {"items": [1, -1, 2, 3]})
    assert execution.failure()[0] == "States.ExceedToleratedFailureThreshold"
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket="data", Prefix="failed/")["Contents"]]
    assert [key.rpartition("/")[2] for key in keys] == [
        "FAILED_0.json",
        "PENDING_0.json",
        "SUCCEEDED_0.json",
        "manifest.json",
    ]
    assert json.loads(written(s3, keys[1])) == [
        {"Input": text, "InputDetails": {"Included": True}, "Status": "PENDING"} for text in ("2", "3")
    ]
    run = execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"][0]
    counts = execution.client.describe_map_run(mapRunArn=run["mapRunArn"])["executionCounts"]
    assert (counts["pending"], counts["total"]) == (2, 4)


def test_json_path(start: Start, make_map: MakeMap, s3: Any) -> None:
    fields = {"Resource": PUT, "Parameters": {"Bucket": "data", "Prefix.$": "$.prefix"}}
    states = make_map(ItemsPath="$.items", ResultWriter=fields, ResultSelector={"key.$": "$.ResultWriterDetails.Key"})
    output = start(states, {"items": [1], "prefix": "path/"}, QueryLanguage="JSONPath").output()
    assert output["key"].startswith("path/")
    (file,) = json.loads(written(s3, output["key"]))["ResultFiles"]["SUCCEEDED"]
    assert json.loads(written(s3, file["Key"]))[0]["Output"] == "1"


def test_results_larger_than_a_payload(start: Start, make_map: MakeMap, s3: Any) -> None:
    body = {"P": {"Type": "Pass", "Output": "{% $pad('', 200000, 'x') %}", "End": True}}
    error, cause = start(make_map(body, Items=[1, 2])).failure()
    assert error == "States.DataLimitExceeded", cause
    output = start(make_map(body, Items=[1, 2], ResultWriter=writer())).output()
    (file,) = manifest_of(s3, output)["ResultFiles"]["SUCCEEDED"]
    assert file["Size"] > 400_000


def test_bucket_that_is_not_there(start: Start, make_map: MakeMap) -> None:
    fields = {"Resource": PUT, "Arguments": {"Bucket": "nowhere"}}
    catch = [{"ErrorEquals": ["States.ResultWriterFailed"], "Next": "C", "Output": "{% $states.errorOutput.Cause %}"}]
    states = {**make_map(Items=[1], ResultWriter=fields, Catch=catch), "C": {"Type": "Succeed"}}
    assert "(Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket" in start(states).output()
