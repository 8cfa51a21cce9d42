"""`local run` and `local submit` as processes, with what users bring: own input, own data, and jobs alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.synthesis import synthesize
from tests.conftest import Once

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def own_jobs(once: Once) -> Path:
    """The assembly of own_jobs.py."""
    here = Path(__file__).parent
    app = f"{sys.executable} -m tests.local.own_jobs"
    return once("own-jobs.out", lambda output: synthesize(output, app, here.parents[1]))


@pytest.fixture
def call(own_jobs: Path, tmp_path: Path) -> Call:
    def call_(command: str, *arguments: str, given: Any = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, command, *arguments, "--assembly", str(own_jobs), "--output", str(tmp_path / "out")],
            cwd=tmp_path,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )

    return call_


def test_a_machine_runs_with_an_input_of_its_own(call: Call) -> None:
    process = call("run", "Machines", "--state-machine", "Gr", "--input", "-", given={"person": {"name": "Ada"}})
    assert process.returncode == 0, process.stderr
    lines = process.stdout.splitlines()
    assert "execution SUCCEEDED" in lines
    [arn] = [line.removeprefix("arn      ") for line in lines if line.startswith("arn ")]
    assert arn.startswith("arn:aws:states:us-east-1:123456789012:execution:Machines-Greet")
    assert 'output   {"status": "SUCCEEDED"}' in lines


def test_a_machine_that_takes_nothing_needs_no_input(call: Call) -> None:
    process = call("run", "Machines", "--state-machine", "Inner/Idle", "--json")
    printed = json.loads(process.stdout)
    assert (printed["output"], printed["jobs"]) == ({"done": True}, [])
    assert printed["executionArn"].startswith("arn:aws:states:us-east-1:123456789012:execution:Machines-idle:")


def test_jobs_run_without_a_state_machine_over_data_of_ones_own(call: Call, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.txt").write_text("a")
    (tmp_path / "list.json").write_text("[]")
    puts = ["--put", "scans=Bucket/in", "--put", "list.json=Bucket/", "--put", "list.json=my-own-bucket"]
    process = call("submit", "Jobs", "Read", *puts, "--json")
    assert process.returncode == 0, process.stderr
    [job] = json.loads(process.stdout)["jobs"]
    assert Path(job["log"]).read_text().splitlines() == ["in/a.txt", "list.json"]
    assert job["queue"].startswith("arn:aws:batch:us-east-1:123456789012:job-queue/Jobs-Queue")
    assert "index" not in job
    assert "made bucket my-own-bucket, which no stack has" in process.stderr


def test_an_array_of_jobs_fails_with_the_lines_of_its_children(call: Call) -> None:
    process = call("submit", "Jobs", "say-it", "--array", "2", "--env", "NAME=x=y", "--env", "CODE=3")
    assert process.returncode == 1
    assert "jobs FAILED" in process.stdout
    assert "JobFailed: 2 of 2 jobs failed" in process.stderr
    assert "hello x=y 1" in process.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "Jobs"], "stack Jobs has no state machine: there is nothing to run; `local submit` submits a job"),
        (["run", "Machines"], "several state machines, name one with --state-machine: Greet, Inner/Idle"),
        (
            ["run", "Machines", "--state-machine", "Gret"],
            "no state machine 'Gret', it has: Greet, ",
        ),
        (["submit", "Jobs", "Nope"], "no job definition 'Nope', it has: Read, Tools/Say"),
        (["submit", "Jobs", "Say", "--queue", "Nope"], "no job queue is called 'Nope', there are: Jobs-Queue"),
        (["submit", "Jobs", "Say", "--array", "1"], "1 is not in the range 2<=x<=10000"),
        (["submit", "Jobs", "Say", "--env", "NAME"], "'NAME': expected NAME=VALUE"),
        (["submit", "Jobs", "Read", "--put", "here=Nope/x"], "no bucket is called 'Nope'; the stacks have: Bucket"),
    ],
)
def test_each_mistake_has_its_message(call: Call, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "here").write_text("here")
    process = call(*arguments)
    assert process.returncode == 2
    assert message in process.stderr
    assert "Traceback" not in process.stderr


def test_a_roll_back_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    order = [{"Order": 1, "ComputeEnvironment": "nowhere"}]
    queue = {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, "ComputeEnvironmentOrder": order}}
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Broken": stack}}))
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"Queue": queue}}))
    for command in (["run", "Broken"], ["submit", "Broken", "Job"]):
        argv = [*PROGRAM, *command, "--assembly", str(tmp_path), "--output", str(tmp_path / "out")]
        process = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert process.returncode == 3, process.stderr
        assert process.stderr.startswith("Error: stack Broken: ROLLBACK_COMPLETE: ")
        assert "nowhere does not exist" in process.stderr
