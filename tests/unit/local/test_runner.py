"""Processes: started, waited for, stopped, and never left behind."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from constructs_lib.local.runner import Launch, ProcessRunner, Task

Ending = tuple[int | None, str | None]


class Recorder:
    """A task that remembers what the runner reported."""

    def __init__(self, directory: Path, *argv: str) -> None:
        self.started = threading.Event()
        self.ended = threading.Event()
        self.ending: Ending = (None, None)
        self.log = directory / "logs" / "log"
        launch = Launch(list(argv), directory, {"PATH": os.environ["PATH"], "NAME": "value"}, self.log)
        self.task = Task(launch, self.started.set, self._on_end)

    def _on_end(self, code: int | None, reason: str | None) -> None:
        self.ending = (code, reason)
        self.ended.set()

    def result(self) -> Ending:
        assert self.ended.wait(10)
        return self.ending


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
def test_exit_codes_are_those_of_a_container(tmp_path: Path, script: str, code: int) -> None:
    task = Recorder(tmp_path, "sh", "-c", script)
    ProcessRunner(1).start(task.task)
    assert task.result() == (code, None)


def test_output_goes_to_the_log_and_the_environment_is_as_given(tmp_path: Path) -> None:
    task = Recorder(tmp_path, "sh", "-c", "echo $NAME; echo wrong >&2")
    ProcessRunner(1).start(task.task)
    task.result()
    assert task.log.read_text() == "value\nwrong\n"


def test_a_program_that_is_not_there_is_a_failed_start(tmp_path: Path) -> None:
    task = Recorder(tmp_path, "no-such-program")
    ProcessRunner(1).start(task.task)
    code, reason = task.result()
    assert code is None
    assert reason == "CannotStartContainerError: no-such-program: No such file or directory"
    assert not task.started.is_set()


def test_no_more_run_at_once_than_there_are_places(tmp_path: Path) -> None:
    runner = ProcessRunner(2)
    tasks = [Recorder(tmp_path / str(number), "sleep", "5") for number in range(3)]
    for number, task in enumerate(tasks):
        (tmp_path / str(number)).mkdir()
        runner.start(task.task)
    assert tasks[0].started.wait(5)
    assert tasks[1].started.wait(5)
    assert not tasks[2].started.wait(0.2)
    runner.close(grace=5)
    assert [task.ending[0] for task in tasks[:2]] == [143, 143]


def test_sigterm_gives_a_chance_and_sigkill_ends_it(tmp_path: Path) -> None:
    stubborn = Recorder(tmp_path, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
    runner = ProcessRunner(1)
    runner.start(stubborn.task)
    while not stubborn.log.exists() or not stubborn.log.read_text():
        time.sleep(0.01)
    stubborn.task.stop(grace=0.3)
    assert stubborn.result() == (137, None)


def test_a_jobs_own_children_end_with_it(tmp_path: Path) -> None:
    task = Recorder(tmp_path, sys.executable, "-c", "import subprocess as s; print(s.Popen(['sleep', '60']).pid)")
    ProcessRunner(1).start(task.task)
    task.result()
    child = Path("/proc") / task.log.read_text().strip()
    deadline = time.monotonic() + 5
    while child.exists() and (child / "stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_task_that_waits_is_stopped_before_it_starts(tmp_path: Path) -> None:
    runner = ProcessRunner(1)
    first, second = Recorder(tmp_path, "sleep", "5"), Recorder(tmp_path, "sleep", "5")
    runner.start(first.task)
    runner.start(second.task)
    assert first.started.wait(5)
    second.task.stop(grace=1)
    first.task.stop(grace=1)
    assert second.result() == (None, "stopped before it started")
