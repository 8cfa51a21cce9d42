"""Distributed Map: the examples of AWS's pages, and the rules that they state."""

import contextlib
import gzip
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import ended_execution

GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"
READER = f"{GUIDE}/input-output-itemreader.html"
BATCHER = f"{GUIDE}/input-output-itembatcher.html"
DISTRIBUTED = f"{GUIDE}/state-map-distributed.html"

Json = dict[str, Any]
Run = Callable[..., Any]

FACTS = [
    {"verdict": "true", "statement_date": "6/11/2008", "statement_source": "speech"},
    {"verdict": "false", "statement_date": "6/7/2022", "statement_source": "television"},
    {"verdict": "mostly-true", "statement_date": "5/18/2016", "statement_source": "news"},
]
RATINGS = "userId,movieId,rating,timestamp\n1,307,3.5,1256677221\n1,481,3.5,1256677456\n"
MANIFEST = {
    "sourceBucket": "amzn-s3-demo-source-bucket",
    "destinationBucket": "arn:aws:s3:::examples",
    "version": "2016-11-30",
    "fileFormat": "CSV",
    "fileSchema": "Bucket, Key, Size, LastModifiedDate",
    "files": [{"key": "data/20e55de8.csv.gz", "size": 7300}],
}
INVENTORY = b'"amzn-s3-demo-source-bucket","csvDataset/titles.csv","3399671","2022-11-16T00:29:32.000Z"\n'
PARSED_CSV = (
    'abc,123,"This string contains commas, a double quotation mark (""), and a newline (\n)",{""k"":""v""},"[1]"\n'
)
OBJECTS = {
    "factcheck.json": json.dumps(FACTS),
    "factcheck.jsonl": "\n".join(map(json.dumps, FACTS)),
    "nested.json": json.dumps({"inventory": {"products": {"featured": [1, 2]}}}),
    "ratings.csv": RATINGS,
    "ratings.psv": RATINGS.replace(",", "|"),
    "rows.csv": RATINGS.partition("\n")[2],
    "parsed.csv": PARSED_CSV,
    "manifest.json": json.dumps(MANIFEST),
}
RATING = {"rating": "3.5", "movieId": "307", "userId": "1", "timestamp": "1256677221"}
FIRST_ROW = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
HEADERS = ["userId", "movieId", "rating", "timestamp"]


def reader(key: str, **config: Any) -> Json:
    arguments = {"Bucket": "examples", "Key": key}
    return {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config, "Arguments": arguments}


def distributed(states: Json | None = None, **fields: Any) -> Json:
    inner = states or {"Echo": {"Type": "Pass", "End": True}}
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": next(iter(inner)), "States": inner}
    return {"Map": {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}}


@pytest.fixture(scope="module")
def objects(aws: EmbeddedAws) -> None:
    s3, iam = aws.client("s3"), aws.client("iam")
    s3.create_bucket(Bucket="examples")
    for key, text in OBJECTS.items():
        s3.put_object(Bucket="examples", Key=key, Body=text.encode())
    s3.put_object(Bucket="examples", Key="data/20e55de8.csv.gz", Body=gzip.compress(INVENTORY))
    principal = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="maps", AssumeRolePolicyDocument=json.dumps({"Statement": [principal]}))
    allowed = {"Effect": "Allow", "Action": ["s3:*", "states:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="maps", PolicyName="maps", PolicyDocument=document)


@pytest.fixture
def run(aws: EmbeddedAws, objects: None) -> Run:  # noqa: ARG001 what the map runs read
    client = aws.client("stepfunctions")

    def run_(states: Json, payload: Any = None, **more: Any) -> Json:
        definition = {"QueryLanguage": "JSONata", "StartAt": "Map", "States": states, **more}
        machine = client.create_state_machine(
            name=f"maps-{uuid.uuid4()}",
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::123456789012:role/maps",
        )["stateMachineArn"]
        arn = client.start_execution(stateMachineArn=machine, input=json.dumps(payload))["executionArn"]
        described = ended_execution(client, arn)
        return dict(described)

    return run_


@pytest.mark.parametrize(
    ("item_reader", "first", "count"),
    [
        pytest.param(reader("factcheck.json", InputType="JSON"), FACTS[0], 3, id=f"{READER} JSON"),
        pytest.param(reader("factcheck.jsonl", InputType="JSONL"), FACTS[0], 3, id=f"{READER} JSON Lines"),
        pytest.param(
            reader("nested.json", InputType="JSON", ItemsPointer="/inventory/products/featured"),
            1,
            2,
            id=f"{READER} ItemsPointer",
        ),
        pytest.param(reader("ratings.csv", **FIRST_ROW), RATING, 2, id=f"{READER} FIRST_ROW"),
        pytest.param(reader("ratings.psv", **FIRST_ROW, CSVDelimiter="PIPE"), RATING, 2, id=f"{READER} CSVDelimiter"),
        pytest.param(
            reader("rows.csv", InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=HEADERS),
            RATING,
            2,
            id=f"{READER} GIVEN",
        ),
        pytest.param(reader("ratings.csv", **FIRST_ROW, MaxItems=1), RATING, 1, id=f"{READER} MaxItems"),
        pytest.param(
            reader("manifest.json", InputType="MANIFEST"),
            {
                "LastModifiedDate": "2022-11-16T00:29:32.000Z",
                "Bucket": "amzn-s3-demo-source-bucket",
                "Size": "3399671",
                "Key": "csvDataset/titles.csv",
            },
            1,
            id=f"{READER} S3 inventory",
        ),
    ],
)
def test_data_sets(run: Run, item_reader: Json, first: Any, count: int) -> None:
    items = json.loads(run(distributed(ItemReader=item_reader))["output"])
    assert (items[0], len(items)) == (first, count)


def test_a_csv_file_is_parsed_and_its_types_are_converted(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html."""
    columns = ["Letters", "Numbers", "String", "Object", "Array"]
    item_reader = reader("parsed.csv", InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=columns)
    item_reader["Parameters"] = item_reader.pop("Arguments")
    plain = {f"{name}.$": f"$$.Map.Item.Value.{name}" for name in ("Letters", "String")}
    parsed = {f"{name}.$": f"States.StringToJson($$.Map.Item.Value.{name})" for name in ("Numbers", "Object", "Array")}
    states = distributed(ItemReader=item_reader, ItemSelector={**plain, **parsed}, Label="Map", MaxConcurrency=1000)
    assert json.loads(run(states, QueryLanguage="JSONPath")["output"]) == [
        {
            "Letters": "abc",
            "Numbers": 123,
            "String": 'This string contains commas, a double quotation mark ("), and a newline (\n)',
            "Object": {"k": "v"},
            "Array": [1],
        }
    ]


def test_1130_items_in_batches_of_100_are_12_batches(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html."""
    count = {"Count": {"Type": "Pass", "Output": "{% $count($states.input.Items) %}", "End": True}}
    states = distributed(count, Items="{% [1..1130] %}", ItemBatcher={"MaxItemsPerBatch": 100})
    assert json.loads(run(states)["output"]) == [100] * 11 + [30]


def test_each_batch_has_the_fixed_input(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html."""
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"factCheck": "December 2022"}}
    (first, _) = json.loads(run(distributed(Items=FACTS, ItemBatcher=batcher))["output"])
    assert first == {"BatchInput": {"factCheck": "December 2022"}, "Items": FACTS[:2]}


def test_the_source_of_an_item(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html."""
    selector = {
        "ContextIndex": "{% $states.context.Map.Item.Index %}",
        "ContextValue": "{% $states.context.Map.Item.Value %}",
        "ContextSource": "{% $states.context.Map.Item.Source %}",
    }
    (first, _) = json.loads(run(distributed(Items=[{"who": "bob"}, {"who": "meg"}], ItemSelector=selector))["output"])
    assert first == {"ContextIndex": 0, "ContextValue": {"who": "bob"}, "ContextSource": "STATE_DATA"}


FAIL_TWO = {
    "Check": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input < 2 %}", "Next": "Bad"}],
        "Default": "Good",
    },
    "Bad": {"Type": "Fail", "Error": "Bad"},
    "Good": {"Type": "Succeed"},
}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({}, "FAILED", id=f"{DISTRIBUTED} the default percentage is zero"),
        pytest.param({"ToleratedFailurePercentage": 20}, "SUCCEEDED", id=f"{DISTRIBUTED} percentage"),
        pytest.param({"ToleratedFailurePercentage": 19}, "FAILED", id=f"{DISTRIBUTED} percentage exceeded"),
        pytest.param({"ToleratedFailurePercentage": 100}, "SUCCEEDED", id=f"{DISTRIBUTED} all may fail"),
        pytest.param({"ToleratedFailureCount": 2}, "SUCCEEDED", id=f"{DISTRIBUTED} count"),
        pytest.param({"ToleratedFailureCount": 1}, "FAILED", id=f"{DISTRIBUTED} count exceeded"),
        pytest.param(
            {"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 100}, "FAILED", id=f"{DISTRIBUTED} either value"
        ),
    ],
)
def test_tolerated_failures(run: Run, fields: Json, status: str) -> None:
    described = run(distributed(FAIL_TWO, Items="{% [0..9] %}", **fields))
    assert described["status"] == status
    if status == "FAILED":
        assert described["error"] == "States.ExceedToleratedFailureThreshold"


def test_results_are_written_by_status(aws: EmbeddedAws, run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html."""
    arguments = {"Bucket": "examples", "Prefix": "csvProcessJobs"}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": arguments}
    states = distributed(FAIL_TWO, Items=[1, 2], ResultWriter=writer, ToleratedFailureCount=1, Label="demoLabel")
    output = json.loads(run(states)["output"])
    name, _, run_id = output["MapRunArn"].rpartition(":")
    assert name.endswith("/demoLabel")
    key = f"csvProcessJobs/{run_id}/manifest.json"
    assert output["ResultWriterDetails"] == {"Bucket": "examples", "Key": key}
    manifest = json.loads(aws.client("s3").get_object(Bucket="examples", Key=key)["Body"].read())
    files = {
        status: [file["Key"].rpartition("/")[2] for file in files] for status, files in manifest["ResultFiles"].items()
    }
    assert files == {"FAILED": ["FAILED_0.json"], "PENDING": [], "SUCCEEDED": ["SUCCEEDED_0.json"]}


def test_an_output_larger_than_256_kib_needs_a_result_writer(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html."""
    large = {"Large": {"Type": "Pass", "Output": "{% $pad('', 200000, 'x') %}", "End": True}}
    assert run(distributed(large, Items=[1, 2]))["error"] == "States.DataLimitExceeded"
