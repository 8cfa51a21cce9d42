"""The command `constructs-lib local run` as a process: what it prints, its exit codes, and what it leaves behind."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.local.apps.assembly import Assembly
from tests.waiting import until

pytestmark = pytest.mark.local


def command(assembly: Assembly, machine: str, output: Path, *options: str) -> list[str]:
    names = assembly.stack("Pipelines").template["Resources"].items()
    [logical_id] = [
        name for name, item in names if item["Type"].endswith("::StateMachine") and name.startswith(machine)
    ]
    program = [str(Path(sys.executable).parent / "constructs-lib"), "local", "run", "Pipelines", "--items", "-"]
    where = ["--assembly", str(assembly.directory), "--state-machine", logical_id, "--output", str(output)]
    return [*program, *where, *options]


def test_json_is_one_object_and_everything_else_goes_to_standard_error(assembly: Assembly, tmp_path: Path) -> None:
    argv = command(assembly, "AnswerArray", tmp_path, "--json")
    process = subprocess.run(argv, input='["a", "b"]', capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    printed = json.loads(process.stdout)
    assert printed["status"] == "SUCCEEDED"
    assert (printed["error"], printed["cause"]) == (None, None)
    assert printed["output"]["total"] == 2
    assert printed["results"] == {"0": {"got": "a"}, "1": {"got": "b"}}
    assert [(job["index"], job["status"], job["exitCode"], job["attempts"]) for job in printed["jobs"]] == [
        (0, "SUCCEEDED", 0, 1),
        (1, "SUCCEEDED", 0, 1),
    ]
    assert all(job["id"] and job["name"] for job in printed["jobs"])
    assert json.loads((tmp_path / "results" / "1.json").read_text()) == {"got": "b"}
    assert "execution SUCCEEDED" in process.stderr


def test_a_failed_execution_exits_with_1_the_last_lines_of_the_log_and_a_report_of_its_jobs(
    assembly: Assembly, tmp_path: Path
) -> None:
    page = tmp_path / "new" / "report.html"
    argv = command(assembly, "AnswerArray", tmp_path, "--report", str(page))
    process = subprocess.run(argv, input='["a", "fail"]', capture_output=True, text=True, check=False)
    assert process.returncode == 1, process.stderr
    assert "FanOut.TooManyFailures" in process.stderr
    assert "told to fail" in process.stderr
    assert f"report   {page}" in process.stdout
    html = page.read_text()
    assert html.startswith("<!doctype html>")
    assert html.count('class="succeeded"') >= 2, "a bar and a row of the table"
    assert "told to fail" in html


def test_virtual_time_jumps_over_the_hours_of_a_job_that_hangs(assembly: Assembly, tmp_path: Path) -> None:
    options = ["--json", "--virtual-time", "--fault", "hang:index=0,attempt=*"]
    argv = command(assembly, "AnswerArray", tmp_path, *options)
    process = subprocess.run(argv, input='["a", "b"]', capture_output=True, text=True, check=False, timeout=120)
    hung, other = json.loads(process.stdout)["jobs"]
    assert (hung["status"], hung["reason"]) == ("FAILED", "Job attempt duration exceeded timeout")
    assert other["status"] == "SUCCEEDED"


def test_several_state_machines_ask_for_one(assembly: Assembly) -> None:
    program = [str(Path(sys.executable).parent / "constructs-lib"), "local", "run", "Pipelines", "--items", "-"]
    argv = [*program, "--assembly", str(assembly.directory)]
    process = subprocess.run(argv, input="[]", capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "name one with --state-machine" in process.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_no_process(assembly: Assembly, tmp_path: Path, number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        command(assembly, "AnswerArray", tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write('["sleep", "sleep"]')
    process.stdin.close()
    # The worker's own process and the program that it started, for both items.
    until(lambda: len(_processes_in(tmp_path)) >= 4, pause=0.05)
    process.send_signal(number)
    assert process.wait(20) == code
    assert process.stderr is not None
    process.stderr.close()
    assert _processes_in(tmp_path) == []


def _processes_in(directory: Path) -> list[str]:
    """Processes whose output goes to a log of this run."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and (entry / "fd" / "2").readlink().is_relative_to(directory):
                found.append(entry.name)
        except OSError:
            continue  # it ended while we looked
    return found
