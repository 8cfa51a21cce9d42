"""Lists and results in S3: the worker's processes against an S3 server in this one."""

import json

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker, WriteHandler


def test_item_from_s3_and_result_to_s3(run_worker: RunWorker, aws: dict[str, str], objects: Objects) -> None:
    uri = objects.put("both/items.json", json.dumps({"items": ["a", "é $x", "c"], "indexes": [5, 6, 7]}))
    variables = {"ITEMS_OFFSET": "1", "AWS_BATCH_JOB_ARRAY_INDEX": "0", "RESULTS_URI": f"s3://{BUCKET}/both/results"}
    done = run_worker("handlers.echo:handler", ITEMS_URI=uri, **variables, **aws)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert objects.keys("both/results") == ["both/results/6.json"]
    assert objects.json("both/results/6.json") == {"index": 6, "item": "é $x"}
    assert objects.kind("both/results/6.json") == "application/json"


def test_null_is_written(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    directory = write_handler("def handler(item, context):\n    pass\n")
    results = f"s3://{BUCKET}/null/results"
    done = run_worker("job:handler", cwd=directory, ITEMS="[1]", RESULTS_URI=results, **aws)
    assert done.returncode == 0
    assert objects.get("null/results/0.json") == b"null"


def test_output_of_a_program_is_written(run_worker: RunWorker, aws: dict[str, str], objects: Objects) -> None:
    results = f"s3://{BUCKET}/program/results"
    done = run_worker("--", "cat", ITEMS='[{"a": 1}]', ITEM_INDEX="3", RESULTS_URI=results, **aws)
    assert done.returncode == 0
    assert objects.json("program/results/3.json") == {"a": 1}


def test_item_longer_than_a_variable_comes_on_standard_input(
    run_worker: RunWorker, aws: dict[str, str], objects: Objects
) -> None:
    uri = objects.put("long/items.json", json.dumps({"items": ["x" * 300_000]}))
    done = run_worker("--", "sh", "-c", 'echo "${ITEM-unset} $(wc -c)"', ITEMS_URI=uri, **aws)
    assert done.stdout.split() == ['"unset', '300002"']


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        (
            f"s3://{BUCKET}/absent.json",
            "ITEMS_URI cannot be read: s3://worker-tests/absent.json: An error occurred (NoSuchKey)",
        ),
        (
            "s3://absent-bucket/items.json",
            "ITEMS_URI cannot be read: s3://absent-bucket/items.json: An error occurred (NoSuchBucket)",
        ),
    ],
)
def test_list_that_cannot_be_read(run_worker: RunWorker, aws: dict[str, str], uri: str, reason: str) -> None:
    done = run_worker("handlers.echo:handler", ITEMS_URI=uri, **aws)
    assert done.returncode == 2
    assert done.stderr.startswith(f"worker: {reason}")
    assert done.stderr.count("\n") == 1


def test_s3_that_cannot_be_reached(run_worker: RunWorker, aws: dict[str, str]) -> None:
    closed = aws | {"AWS_ENDPOINT_URL": "http://localhost:9"}
    done = run_worker("handlers.echo:handler", ITEMS_URI=f"s3://{BUCKET}/items.json", **closed)
    assert done.returncode == 2
    assert "Could not connect" in done.stderr
    assert done.stderr.count("\n") == 1


def test_service_endpoint_comes_before_the_general_one(
    run_worker: RunWorker, aws: dict[str, str], objects: Objects
) -> None:
    uri = objects.put("endpoint/items.json", '{"items": [4]}')
    specific = aws | {"AWS_ENDPOINT_URL": "http://localhost:9", "AWS_ENDPOINT_URL_S3": aws["AWS_ENDPOINT_URL"]}
    assert json.loads(run_worker("handlers.echo:handler", ITEMS_URI=uri, **specific).stdout)["item"] == 4


def test_result_that_cannot_be_written_fails(run_worker: RunWorker, aws: dict[str, str]) -> None:
    done = run_worker("handlers.echo:handler", ITEMS="[1]", RESULTS_URI="s3://absent-bucket/results", **aws)
    assert done.returncode == 1
    assert done.stderr.startswith("worker: the result of item 0 cannot be written: s3://absent-bucket/results/0.json: ")
    assert done.stderr.count("\n") == 1


def test_failing_handler_writes_nothing(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    directory = write_handler("def handler(item, context):\n    raise ValueError('no')\n")
    run_worker("job:handler", cwd=directory, ITEMS="[1]", RESULTS_URI=f"s3://{BUCKET}/failing/results", **aws)
    assert objects.keys("failing") == []


def test_handler_that_fails_in_s3_shows_its_traceback(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str]
) -> None:
    directory = write_handler("from worker import s3\ndef handler(item, context):\n    return s3.read(item)\n")
    done = run_worker("job:handler", cwd=directory, ITEMS='["s3://absent-bucket/key"]', **aws)
    assert done.returncode == 1
    assert "job.py" in done.stderr
    assert "S3Error: s3://absent-bucket/key: An error occurred (NoSuchBucket)" in done.stderr


def test_a_later_stage_reads_what_the_one_before_has_made_of_its_item(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    directory = write_handler("def handler(item, context):\n    return [item, context.previous_result()]\n")
    objects.put("stages/clean/1.json", '{"é": null}')
    of_second = {"ITEMS": '["a", "b"]', "AWS_BATCH_JOB_ARRAY_INDEX": "1"}
    before = {"PREVIOUS_RESULTS_URI": f"s3://{BUCKET}/stages/clean"}
    done = run_worker("job:handler", cwd=directory, **of_second, **before, **aws)
    assert json.loads(done.stdout) == ["b", {"é": None}]
    missing = run_worker("job:handler", cwd=directory, ITEMS='["a"]', **before, **aws)
    assert missing.returncode == 1
    assert f"S3Error: s3://{BUCKET}/stages/clean/0.json: " in missing.stderr
    first = run_worker("job:handler", cwd=directory, **of_second, **aws)
    assert (first.returncode, first.stderr) == (
        2,
        "worker: PREVIOUS_RESULTS_URI is not set: no stage was before this job\n",
    )
