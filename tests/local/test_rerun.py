"""`constructs-lib rerun` against an embedded AWS: what failed runs again, what is finished does not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.control.instances import Instance, registered
from constructs_lib.local.faults import ExitCode, FaultPlan, Hang
from constructs_lib.local.runs.execution import Execution
from tests.waiting import until

pytestmark = pytest.mark.local

STRATEGIES = ["Map", "Array", "Distributed"]
ITEMS = ["a", "b", {"c": "é"}, [4], "e", "f", "g", "h", "i", "j", "k", "l"]
Start = Callable[..., Execution]


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("FallbackPipelines"))


@pytest.fixture
def start(aws: EmbeddedAws, deployment: Deployment) -> Start:
    def start_(strategy: str, items: Any, **more: Any) -> Execution:
        [machine] = _names(deployment, "AWS::StepFunctions::StateMachine", f"{strategy}Machine")
        return Execution(aws, machine, {"items": items, "day": "monday", **more})

    return start_


@pytest.fixture
def rerun(aws: EmbeddedAws) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, ["rerun", *arguments], env=aws.environment())


def _names(deployment: Deployment, kind: str, prefix: str) -> list[str]:
    found = deployment.resources.items()
    return [name for logical_id, (type_, name) in found if type_ == kind and logical_id.startswith(prefix)]


def _wait(aws: EmbeddedAws, arn: str) -> dict[str, Any]:
    states, described = aws.client("stepfunctions"), {"status": "RUNNING"}

    def has_ended() -> bool:
        described.update(states.describe_execution(executionArn=arn))
        return described["status"] != "RUNNING"

    assert until(has_ended)
    return described


def _results(aws: EmbeddedAws, uri: str) -> dict[int, Any]:
    """When each result was written, and what it is."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    s3 = aws.client("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", [])
    return {
        int(entry["Key"].rpartition("/")[2].removesuffix(".json")): (
            entry["LastModified"],
            json.loads(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()),
        )
        for entry in found
    }


def _worked(aws: EmbeddedAws, first: int) -> int:
    return len(aws.batch.leaves(first))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_failed_items_run_again_and_no_others(
    aws: EmbeddedAws, start: Start, rerun: Callable[..., Result], strategy: str
) -> None:
    denied = len(aws.iam.denials)
    with aws.faults.during(FaultPlan([ExitCode(3, index=(1, 3))])):
        execution = start(strategy, ITEMS)
        outcome = execution.wait()
    failed = json.loads(outcome.cause or "")
    before, first = _results(aws, failed["resultsUri"]), aws.batch.submitted()

    dry = rerun(execution.arn, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert _worked(aws, first) == 0
    listed = ", ".join(map(str, failed["failedIndexes"]))
    assert dry.stderr == f"{strategy}Items: {failed['failed']} of 12 items run again: {listed}\n"
    given = json.loads(dry.stdout)
    assert (given["items"], given["day"]) == (ITEMS, "monday")

    done = rerun(execution.arn)
    assert done.exit_code == 0, done.output
    described = _wait(aws, done.stdout.strip())

    assert described["status"] == "SUCCEEDED", described
    summary = json.loads(described["output"])
    assert (summary["total"], summary["succeeded"], summary["failedIndexes"]) == (12, 12, [])
    assert summary["resultsUri"] == failed["resultsUri"]
    assert _worked(aws, first) == failed["failed"]
    after = _results(aws, failed["resultsUri"])
    assert {index: value for index, (_, value) in after.items()} == {i: {"got": item} for i, item in enumerate(ITEMS)}
    assert {index: after[index] for index in before} == before
    assert aws.iam.denials[denied:] == []

    again = rerun(done.stdout.strip())
    assert (again.exit_code, again.stdout) == (1, "")
    assert "no item of it failed: there is nothing to rerun" in again.stderr


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_execution_that_was_stopped_does_not_work_on_finished_items_twice(
    aws: EmbeddedAws, start: Start, rerun: Callable[..., Result], strategy: str
) -> None:
    denied = len(aws.iam.denials)
    with aws.faults.during(FaultPlan([Hang(index=1)])):
        execution = start(strategy, ["a", "b", "c"])
        uri = _results_uri(aws, execution)
        assert until(lambda: len(_results(aws, uri)) == 2)
        execution.stop()
        execution.wait()
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    for index in _results(aws, uri):  # each would be as it was if it were written again
        aws.client("s3").put_object(Bucket=bucket, Key=f"{prefix}/{index}.json", Body=b'"first"')

    done = rerun(execution.arn)

    assert done.exit_code == 0, done.output
    assert done.stderr == f"{strategy}Items: did not end, so all items run again\n"
    described = _wait(aws, done.stdout.strip())
    assert described["status"] == "SUCCEEDED", described
    summary = json.loads(described["output"])
    assert (summary["total"], summary["succeeded"], summary["resultsUri"]) == (3, 3, uri)
    assert {index: value for index, (_, value) in _results(aws, uri).items()} == {
        0: "first",
        1: {"got": "b"},
        2: "first",
    }
    assert aws.iam.denials[denied:] == []


def test_a_batch_reads_which_of_its_items_run_from_s3(aws: EmbeddedAws, start: Start, deployment: Deployment) -> None:
    """Many indexes, which are too long for each batch, as `tests/unit/ops` has them written."""
    denied, first = len(aws.iam.denials), aws.batch.submitted()
    [bucket] = _names(deployment, "AWS::S3::Bucket", "FanOutBucket")
    aws.client("s3").put_object(Bucket=bucket, Key="fan-out/rerun/0.json", Body=b"[3, 11]")
    entry = {"resultsUri": f"s3://{bucket}/fan-out/many/results", "indexesKey": "fan-out/rerun"}

    outcome = start("Distributed", ITEMS, fanOutRerun={"DistributedItems": entry}).wait()

    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert (outcome.output["total"], outcome.output["succeeded"]) == (12, 12)
    assert set(_results(aws, entry["resultsUri"])) == {3, 11}
    assert _worked(aws, first) == 2
    assert aws.iam.denials[denied:] == []


def test_looking_for_results_takes_the_right_to_list_them(
    aws: EmbeddedAws, start: Start, deployment: Deployment
) -> None:
    [role] = [name for name in _names(deployment, "AWS::IAM::Role", "Job") if "Execution" not in name]
    denied = len(aws.iam.denials)
    with _without(aws.client("iam"), role, "s3:ListBucket"):
        outcome = start("Array", ["a", "b"]).wait()
    assert outcome.status == "FAILED"
    assert {denial.action for denial in aws.iam.denials[denied:]} == {"s3:ListBucket"}


def test_mistakes(rerun: Callable[..., Result], start: Start) -> None:
    assert "is no ARN of an execution" in (wrong := rerun("monday")).stderr
    assert wrong.exit_code == 2
    execution = start("Array", ["a", "sleep"])
    running = rerun(execution.arn)
    execution.stop()
    execution.wait()
    assert (running.exit_code, running.stdout) == (1, "")
    assert "is still running: wait for its end, or stop it first" in running.stderr
    absent = rerun(f"{execution.arn}-absent")
    assert absent.exit_code == 2
    assert "ExecutionDoesNotExist" in absent.stderr


def _results_uri(aws: EmbeddedAws, execution: Execution) -> str:
    """Where an execution that runs puts its results: what its jobs are told."""
    found: list[str] = []

    def look() -> bool:
        for job in aws.batch.jobs():
            variables = {entry["name"]: entry["value"] for entry in job.spec.container.get("environment", [])}
            if execution.arn.rpartition(":")[2] in variables.get("RESULTS_URI", ""):
                found.append(variables["RESULTS_URI"])
        return bool(found)

    assert until(look)
    return found[0]


@contextmanager
def _without(iam: Any, role: str, action: str) -> Iterator[None]:
    """Take an action out of what a role may do, for a while."""
    wholes = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    for name, whole in wholes.items():
        kept = [statement for statement in whole["Statement"] if action not in str(statement["Action"])]
        assert len(kept) == len(whole["Statement"]) - 1
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps({**whole, "Statement": kept}))
    try:
        yield
    finally:
        for name, whole in wholes.items():
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(whole))


def test_the_keys_of_an_instance_are_found_by_its_endpoint(
    aws: EmbeddedAws, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution = start("Map", ["a"])
    execution.wait()
    theirs = {"AWS_ACCESS_KEY_ID": "AKIAOFANOTHERACCOUNT", "AWS_SECRET_ACCESS_KEY": "secret"}
    environment = {"AWS_ENDPOINT_URL": aws.endpoint_url, **theirs}
    refused = CliRunner().invoke(main, ["rerun", execution.arn], env=environment)
    assert refused.exit_code == 1
    assert "UnrecognizedClientException" in refused.output
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    keys = aws.keys
    with registered(Instance(aws.port, os.getpid(), str(tmp_path), 0.0, keys.access_key, keys.secret_key)):
        answered = CliRunner().invoke(main, ["rerun", execution.arn], env=environment)
    assert answered.output.endswith("succeeded, and no item of it failed: there is nothing to rerun.\n")


def test_of_two_who_rerun_at_the_same_time_the_second_is_told(aws: EmbeddedAws, start: Start) -> None:
    with aws.faults.during(FaultPlan([ExitCode(3, index=3)])):
        arn = start("Map", ITEMS).arn
        _wait(aws, arn)
    command = [Path(sys.executable).with_name("constructs-lib"), "rerun", arn]
    with aws.faults.during(FaultPlan([Hang()])):
        both = [
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={"PATH": "/usr/bin:/bin", **aws.environment()},
            )
            for _ in range(2)
        ]
        said = {process: process.communicate() for process in both}
        first, second = sorted(both, key=lambda process: process.returncode)
        assert (first.returncode, second.returncode) == (0, 1)
        again = said[first][0].strip()
        assert f"Error: A rerun of it is running already: {again}. Wait for its end" in said[second][1]
        assert said[second][0] == ""
        aws.client("stepfunctions").stop_execution(executionArn=again)
        _wait(aws, again)
    third = subprocess.run(command, capture_output=True, text=True, env={**aws.environment()}, check=True)
    assert third.stdout.strip() not in {again, arn}
    assert _wait(aws, third.stdout.strip())["status"] == "SUCCEEDED"
