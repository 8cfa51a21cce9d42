"""Whatever templates, jobs and callers call their things: nothing is written outside of the directory of the run."""

import contextlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, save_results
from constructs_lib.local.runs.results import last, results_of_jobs
from tests.conformance.batch_account import BatchAccount, resources

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def aws(place: Path) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(place / "a" / "run", iam=False) as made:
        yield made


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> BatchAccount:
    return BatchAccount(aws)


@pytest.fixture(scope="module")
def queue(account: BatchAccount) -> str:
    return account.queue()


@pytest.fixture(autouse=True)
def _nothing_outside(place: Path) -> Iterator[None]:
    yield
    # Directories of attempts go meanwhile, which `os.walk` does not mind.
    found = [Path(top, name) for top, directories, files in os.walk(place) for name in (*directories, *files)]
    assert [path for path in found if not path.is_relative_to(place / "a" / "run")] == [place / "a"]


def names(place: Path) -> list[str]:
    return ["../../../evil", "../" * 40 + str(place)[1:] + "/evil", f"{place}/evil", "..", ".", "", "/", "a/../../evil"]


@pytest.mark.parametrize("number", range(8))
def test_the_prefix_of_a_log_stream(account: BatchAccount, queue: str, place: Path, number: int) -> None:
    prefix = names(place)[number]
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/group", "awslogs-stream-prefix": prefix}}
    with contextlib.suppress(ClientError):  # it is there
        account.aws.client("logs").create_log_group(logGroupName="/group")
    definition = account.definition("echo", "said", container={"logConfiguration": logs})
    job = account.ended(account.submit(queue, definition=definition))
    assert job["status"] == "SUCCEEDED", job
    stream = job["container"]["logStreamName"]
    assert stream.startswith(f"{prefix}/default/")
    read = account.aws.client("logs").get_log_events(logGroupName="/group", logStreamName=stream)
    assert [event["message"] for event in read["events"]] == ["said"]


@pytest.mark.parametrize("number", range(8))
def test_containers_and_volumes_of_a_job(account: BatchAccount, queue: str, place: Path, number: int) -> None:
    name = names(place)[number] or "x"

    def container(own: str, script: str, **members: Any) -> dict[str, Any]:
        return {
            "name": own,
            "image": "none",
            "command": ["sh", "-c", script, "/shared/made"],
            "resourceRequirements": resources("1", "2048"),
            "mountPoints": [{"sourceVolume": name, "containerPath": "/shared"}],
            **members,
        }

    task = {
        "containers": [
            container(name, 'echo made > "$0"', essential=False),
            container("reads", 'cat "$0"', dependsOn=[{"containerName": name, "condition": "SUCCESS"}]),
        ],
        "volumes": [{"name": name}],
    }
    definition = account.definition(ecsProperties={"taskProperties": [task]})
    job = account.ended(account.submit(queue, definition=definition))
    assert job["status"] == "SUCCEEDED", json.dumps(job, indent=1, default=str)


def lambda_role(aws: EmbeddedAws, name: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    return str(role["Arn"])


@pytest.mark.parametrize("member", ["../../../evil", "/evil", "a/../../../../evil"])
def test_the_archive_of_a_function(aws: EmbeddedAws, place: Path, member: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("index.py", "def handler(event, context):\n    return event\n")
        made.writestr(member.replace("/evil", f"{place}/evil") if member == "/evil" else member, "evil")
    functions, name = aws.client("lambda"), f"f{len(member)}"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=lambda_role(aws, name),
        Handler="index.handler",
        Code={"ZipFile": written.getvalue()},
        Timeout=30,
    )
    answer = functions.invoke(FunctionName=name, Payload=b'{"n": 1}')
    assert json.load(answer["Payload"]) == {"n": 1}


def test_what_is_no_archive_is_the_error_of_the_function(aws: EmbeddedAws) -> None:
    functions = aws.client("lambda")
    role = lambda_role(aws, "broken")
    try:
        functions.create_function(
            FunctionName="broken", Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"no archive"}
        )
    except ClientError:
        return  # refused at once is as good
    answer = functions.invoke(FunctionName="broken")
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "InvalidZipFileException"


KEYS = ["../../../evil.json", "/evil.json", "..", "0/../../../../evil.json", "1.json", "007.json", "٣.json", "9" * 900]


def test_keys_of_results(aws: EmbeddedAws, place: Path, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="results")
    for key in KEYS:
        s3.put_object(Bucket="results", Key=f"run/{key}", Body=b'"result"')
    writes = {"RESULTS_URI": "s3://results/run"}
    job = JobOutcome("8e", "Job", None, "SUCCEEDED", 0, 1, None, None, environment=writes)
    results = last(results_of_jobs(aws.client, [job]))
    assert results == {1: "result"}, "what is not as the worker writes it is no result"
    outcome = Outcome("SUCCEEDED", None, None, None, [], results)
    save_results(outcome, tmp_path / "out")
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.json")] == ["out/results/1.json"]
    assert place.exists()


def test_the_directory_of_the_run_has_what_was_written(place: Path) -> None:
    logs = place / "a" / "run" / "logs"
    assert [path for path in logs.rglob("*") if path.is_file() and "%" in str(path)]
