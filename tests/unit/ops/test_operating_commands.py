"""What ends commands for an account, and what a shell completes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib import cli
from constructs_lib.cli import main
from constructs_lib.ops.account import Account
from tests.local.screens import stable
from tests.unit.ops.accounts import NOW, Answer, Stubbed, refusing

JOB = "0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11"
PROGRAM = str(Path(sys.executable).with_name("constructs-lib"))


def call(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer], *arguments: str, columns: int = 0) -> Result:
    monkeypatch.setattr(Account, "open", lambda **_: Stubbed(answers))
    terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": str(columns), "TERM": "xterm"} if columns else {}
    return CliRunner().invoke(main, arguments, env={"TTY_COMPATIBLE": "0", **terminal})


def no_credentials(**_: Any) -> Any:
    raise NoCredentialsError


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (refusing("ExpiredTokenException", "The token is expired"), "renew them, as by `aws sso login`"),
        (refusing("TooManyRequestsException", "Rate exceeded"), "AWS throttles this account and region"),
        (refusing("UnrecognizedClientException", "The token is invalid"), "look at `aws configure list`"),
        (None, "not authorized to perform: batch:DescribeJobs (AccessDeniedException)"),
        (no_credentials, "run `aws configure`, or `aws sso login`, or give --profile"),
    ],
    ids=["expired", "throttled", "of nobody", "denied", "none"],
)
@pytest.mark.parametrize("command", [("status", JOB), ("stop", JOB, "--yes")], ids=" ".join)
def test_what_aws_refuses_ends_a_command_in_one_line_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], answer: Answer | None, told: str
) -> None:
    result = call(monkeypatch, {"batch.describe_jobs": answer} if answer else {}, *command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", ["status", "results", "cost", "rerun", "history", "logs", "why"])
def test_an_execution_that_does_not_exist_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    missing = refusing("ExecutionDoesNotExist", "Execution Does Not Exist")
    operations = ("describe_execution", "get_execution_history", "describe_state_machine_for_execution")
    answers = {f"stepfunctions.{operation}": missing for operation in operations}
    result = call(monkeypatch, answers, command, "arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "90 days" in result.stderr


def test_a_job_of_a_stack_without_a_queue_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Jobs/1"
    answers: dict[str, Answer] = {
        "cloudformation.describe_stacks": lambda **_: {"Stacks": [{"StackName": "Jobs", "StackId": stack}]},
        "cloudformation.list_stack_resources": lambda **_: {"StackResourceSummaries": []},
        "cloudformation.get_template": lambda **_: {"TemplateBody": {"Resources": {}}},
    }
    result = call(monkeypatch, answers, "submit", "Jobs/Long")
    assert result.exit_code == 2
    assert "stack Jobs has no job queue, it has: none: name the job queue with --queue" in result.stderr


def test_a_submission_that_is_refused_half_way_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = "arn:aws:batch:eu-west-1:111122223333:job-definition/work:1"
    queue = "arn:aws:batch:eu-west-1:111122223333:job-queue/nightly"
    ids = iter(["first", "second"])

    def submit(**_: Any) -> dict[str, str]:
        if (job_id := next(ids, None)) is None:
            refusing("ClientException", "JobQueue nightly is DISABLED")()
        return {"jobId": str(job_id), "jobName": "work", "jobArn": f"arn:{job_id}"}

    found = {"jobDefinitionArn": definition, "jobDefinitionName": "work", "type": "container"}
    answers: dict[str, Answer] = {
        "batch.describe_job_definitions": lambda **_: {"jobDefinitions": [found]},
        "batch.submit_job": submit,
    }
    result = call(monkeypatch, answers, "submit", definition, "--queue", queue, "--count", "5")
    assert (result.exit_code, result.stdout) == (1, "first\nsecond\n")
    assert "2 of 5 jobs were submitted, and then AWS refused: " in result.stderr
    assert "JobQueue nightly is DISABLED" in result.stderr


def test_jobs_that_aws_does_not_end_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    job = {"jobId": JOB, "jobName": "work", "status": "RUNNING"}
    wrong = {"job": JOB, "code": "ServerException", "message": "try again"}
    answers: dict[str, Answer] = {
        "batch.describe_jobs": lambda **_: {"jobs": [job]},
        "batch.terminate_jobs": lambda **_: {"successful": [], "errors": [wrong]},
    }
    result = call(monkeypatch, answers, "stop", JOB, "--yes")
    assert result.exit_code == 1
    assert f"{JOB} was not ended: ServerException: try again" in result.stderr


def test_state_machines_are_listed_by_what_ran_last(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:"

    def executions(**request: Any) -> dict[str, Any]:
        name = request["stateMachineArn"].rpartition(":")[2]
        started = NOW.replace(hour=3 if name == "Nightly" else 4)
        item = {"executionArn": f"arn:{name}:monday", "name": "monday", "startDate": started}
        ended = {**item, "status": "SUCCEEDED", "stopDate": started.replace(minute=20)}
        if name == "Never":
            return {"executions": []}
        return {"executions": [{**item, "status": "RUNNING"}, ended, {**ended, "status": "FAILED"}]}

    kinds = {"Nightly": "STANDARD", "Hourly": "STANDARD", "Each": "EXPRESS", "Never": "STANDARD"}
    answers: dict[str, Answer] = {
        "stepfunctions.list_state_machines": lambda **_: {
            "stateMachines": [
                {"stateMachineArn": f"{arn}{name}", "name": name, "type": kind} for name, kind in kinds.items()
            ]
        },
        "stepfunctions.list_executions": executions,
    }
    for columns in (80, 120, 0):
        result = call(monkeypatch, answers, "status", columns=columns)
        assert stable(result.output) == snapshot(name=str(columns or "pipe"))


def test_a_shell_gets_a_script_that_completes_commands_and_options() -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_CONSTRUCTS_LIB_COMPLETE" in completed(_CONSTRUCTS_LIB_COMPLETE=f"{shell}_source")
    words = {"_CONSTRUCTS_LIB_COMPLETE": "bash_complete", "COMP_CWORD": "1", "COMP_WORDS": "constructs-lib "}
    commands = [line.partition(",")[2] for line in completed(**words).splitlines()]
    assert commands == sorted(cli._COMMANDS)
    options = completed(**{**words, "COMP_WORDS": "constructs-lib scale --m", "COMP_CWORD": "2"})
    assert options.split() == ["plain,--max-vcpus", "plain,--min-vcpus"]


def completed(**environment: str) -> str:
    done = subprocess.run([PROGRAM], env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout
