"""Distributed fan-outs over each source of items, with lists of every size, and with what may go wrong on the way."""

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from tests.local.worker_threads import WorkerThreads
from tests.waiting import until

pytestmark = pytest.mark.local

SOURCES = ["Input", "Json", "JsonLines", "Csv", "Objects", "Inventory"]

Start = Callable[..., Execution]


@pytest.fixture(scope="module")
def threads() -> WorkerThreads:
    return WorkerThreads()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, threads: WorkerThreads) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), runner=threads) as made:
        threads.s3 = made.client("s3")
        yield made


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("DistributedPipelines"))


@pytest.fixture(scope="module")
def start(aws: EmbeddedAws, deployment: Deployment) -> Start:
    def start_(name: str, **given: Any) -> Execution:
        [machine] = [
            arn
            for logical_id, (kind, arn) in deployment.resources.items()
            if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(f"{name}StateMachine")
        ]
        return Execution(aws, machine, given)

    return start_


class Lists:
    """Lists of items in the bucket of the stack."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket
        self._keys: list[dict[str, str]] = []

    def put(self, key: str, body: str | bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)
        self._keys.append({"Key": key})

    def put_lines(self, key: str, rows: list[Any]) -> None:
        self.put(key, "".join(json.dumps(row) + "\n" for row in rows))

    def given(self, source: str, count: int) -> tuple[dict[str, Any], list[Any]]:
        """Put items where a source finds them: the input of the execution, and the items as they have to arrive."""
        rows = [{"name": f"Näme {index}", "size": str(index)} for index in range(count)]
        match source:
            case "Input":
                return {"items": rows}, rows
            case "Json":
                self.put("lists/all.json", json.dumps({"data": {"items": rows}}))
                return {"key": "lists/all.json"}, rows
            case "JsonLines" | "First":
                self.put_lines("lists/items.jsonl", rows)
                return {}, rows
            case "Csv":
                self.put("lists/all.csv", "".join(f"{row['name']};{row['size']}\n" for row in rows))
                return {"key": "lists/all.csv"}, rows
            case "Objects":
                keys = [f"objects/{count}/{index:03}.json" for index in range(count)]
                for key in keys:
                    self.put(key, b"{}")
                return {"key": f"objects/{count}/"}, keys
            case _:
                return {}, self._inventory([f"{index}.json" for index in range(count)])

    def _inventory(self, keys: list[str]) -> list[Any]:
        file = "inventory/daily/data/1.csv.gz"
        self.put(file, gzip.compress("".join(f'"{self._bucket}","{key}"\n' for key in keys).encode()))
        described = {
            "destinationBucket": f"arn:aws:s3:::{self._bucket}",
            "fileFormat": "CSV",
            "fileSchema": "Bucket, Key",
            "files": [{"key": file}],
        }
        self.put("inventory/daily/2026-11-20T01-00Z/manifest.json", json.dumps(described))
        return [{"Bucket": self._bucket, "Key": key} for key in keys]

    def clear(self) -> None:
        if self._keys:
            self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": self._keys})


@pytest.fixture
def lists(aws: EmbeddedAws, deployment: Deployment) -> Iterator[Lists]:
    """Lists that are there until the end of the test."""
    [bucket] = [
        name
        for logical_id, (kind, name) in deployment.resources.items()
        if kind == "AWS::S3::Bucket" and logical_id.startswith("Data")
    ]
    made = Lists(aws.client("s3"), bucket)
    yield made
    made.clear()


@pytest.fixture
def _nothing_denied(aws: EmbeddedAws) -> Iterator[None]:
    before = len(aws.iam.denials)
    yield
    assert aws.iam.denials[before:] == []


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("count", [0, 1, 2, 25])
@pytest.mark.usefixtures("_nothing_denied")
def test_every_item_of_every_source_is_worked_on_once(
    start: Start, threads: WorkerThreads, lists: Lists, source: str, count: int
) -> None:
    execution_input, items = lists.given(source, count)

    outcome = start(source, **execution_input).wait()

    assert outcome.succeeded, (outcome.error, outcome.cause)
    summary = outcome.output
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (count, count, 0)
    assert (summary["failedIndexes"], len(summary["jobIds"])) == ([], (count + 9) // 10)
    found = {index: _named(source, result["got"]) for index, result in outcome.results.items()}
    assert found == dict(enumerate(items))
    assert sorted(job.index for job in outcome.jobs if job.index is not None) == list(range(count))
    if count:
        assert len(threads.of(summary["resultsUri"])) == count


def _named(source: str, item: Any) -> Any:
    return item["Key"] if source == "Objects" else item


def test_only_so_many_items_are_read(start: Start, lists: Lists) -> None:
    _, items = lists.given("First", 25)
    outcome = start("First").wait()
    assert (outcome.output["total"], outcome.results) == (7, {i: {"got": items[i]} for i in range(7)})


def test_other_objects_may_not_be_read(start: Start, lists: Lists) -> None:
    lists.put("secrets/all.json", b'{"data": {"items": [1]}}')
    outcome = start("Json", key="secrets/all.json").wait()
    assert (outcome.status, outcome.error, outcome.jobs) == ("FAILED", "States.ItemReaderFailed", [])
    assert "s3:GetObject" in (outcome.cause or "")


def test_a_source_that_is_not_there_fails_with_the_error_of_aws(start: Start) -> None:
    outcome = start("JsonLines").wait()
    assert (outcome.error, outcome.jobs) == ("States.ItemReaderFailed", [])


@pytest.mark.parametrize("failing", [{24}, {3, 17}, set(range(10)), set(range(25))])
def test_failing_items_are_named_by_their_index_in_the_source(start: Start, failing: set[int]) -> None:
    outcome = start("Input", items=["fail" if index in failing else index for index in range(25)]).wait()

    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    summary = json.loads(outcome.cause or "")
    assert summary["failedIndexes"] == sorted(failing)
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (25, 25 - len(failing), len(failing))
    assert outcome.results.keys() == set(range(25)) - failing
    assert {job.index for job in outcome.jobs if job.status == "FAILED"} == failing


def test_a_stopped_execution_stops_its_child_executions_and_their_jobs(aws: EmbeddedAws, start: Start) -> None:
    execution = start("Input", items=["sleep"] * 25)
    machines = aws.client("stepfunctions")
    until(lambda: aws.batch.counts().get("RUNNING", 0) >= 3)

    execution.stop()
    outcome = execution.wait()

    assert outcome.status == "ABORTED"
    [run] = machines.list_map_runs(executionArn=execution.arn)["mapRuns"]
    until(lambda: machines.describe_map_run(mapRunArn=run["mapRunArn"])["executionCounts"]["aborted"] == 3)
    until(lambda: {_status(aws, job.id) for job in outcome.jobs} == {"FAILED"})
    assert "batch:TerminateJob" not in {denial.action for denial in aws.iam.denials}


def _status(aws: EmbeddedAws, job_id: str) -> str:
    return str((aws.batch.describe_job(job_id) or {})["status"])


@pytest.fixture
def large(threads: WorkerThreads) -> Iterator[WorkerThreads]:
    """Threads that do not write results."""
    threads.writes, threads.read = False, 0
    yield threads
    threads.writes = True


def test_what_a_job_reads_does_not_grow_with_the_list(start: Start, large: WorkerThreads, lists: Lists) -> None:
    most = []
    for count in (200, 1_000):
        rows = ["fail" if index % 50 == 5 else {"index": 10**6 + index, "text": "x" * 60} for index in range(count)]
        lists.put_lines("lists/large.jsonl", rows)

        outcome = start("Large").wait()

        assert outcome.succeeded, (outcome.error, outcome.cause)
        assert (outcome.output["total"], outcome.output["failed"]) == (count, count // 50)
        assert outcome.output["failedIndexes"] == list(range(5, count, 50))
        assert large.of(outcome.output["resultsUri"]) == dict(enumerate(rows))
        most.append(large.read)
    assert most[0] == most[1] > 0


def test_the_results_of_many_batches_are_totalled_in_groups(
    aws: EmbeddedAws, start: Start, large: WorkerThreads, lists: Lists
) -> None:
    """Batches of one item, as many as there are batches of 1,000 in 1,500,000 items."""
    rows = ["fail" if index in {7, 990} else index for index in range(1_500)]
    lists.put_lines("lists/large.jsonl", rows)

    execution = start("Single")
    outcome = execution.wait()

    assert outcome.succeeded, (outcome.error, outcome.cause)
    summary = outcome.output
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (1_500, 1_498, 2)
    assert sorted(_listed(aws, summary["failedIndexesUri"])) == [7, 990]
    assert len(set(_listed(aws, summary["jobIdsUri"]))) == 1_500
    assert len(large.of(summary["resultsUri"])) == 1_500
    events = aws.client("stepfunctions").get_execution_history(executionArn=execution.arn)["events"]
    assert len(events) < 60, "whatever the number of batches"


def _listed(aws: EmbeddedAws, uri: str) -> list[Any]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    listed: list[Any] = json.loads(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    return listed
