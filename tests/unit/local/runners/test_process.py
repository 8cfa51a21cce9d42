"""Processes: started, waited for, stopped, and never left behind."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar, cast

import moto.logs.models
import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.runners.process import Launch, ProcessRun, ProcessRunner
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import Supervisor
from tests.waiting import until


@pytest.fixture(autouse=True)
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as made:
        Recorder.supervisor = made
        yield made


def runner_of(parallel: int) -> ProcessRunner:
    logs = LogStreams(lambda _: moto.logs.models.logs_backends["123456789012"]["us-east-1"], RealClock())
    return ProcessRunner(lambda job: cast("Recorder", job).launch, parallel, logs, RealClock(), Recorder.supervisor)


class Recorder:
    """A job that remembers what the runner reported."""

    supervisor: ClassVar[Supervisor]

    def __init__(self, directory: Path, *argv: str) -> None:
        self.started = threading.Event()
        self.ended = threading.Event()
        self.ending = Ending(None)
        self.log = directory / "logs" / "log"
        self.id = "job"
        queue = SimpleNamespace(arn="arn:aws:batch:us-east-1:123456789012:job-queue/queue")
        self.spec = SimpleNamespace(queue=queue, container={"logConfiguration": {"logDriver": "json-file"}})
        self.launch = Launch(list(argv), directory, {"PATH": os.environ["PATH"], "NAME": "value"}, self.log)

    def start(self, runner: ProcessRunner) -> ProcessRun:
        return runner.start(cast("Job", self), self.started.set, self._on_end)

    def _on_end(self, ending: Ending) -> None:
        self.ending = ending
        self.ended.set()

    def result(self) -> Ending:
        assert self.ended.wait(10)
        return self.ending


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
def test_exit_codes_are_those_of_a_container(tmp_path: Path, script: str, code: int) -> None:
    task = Recorder(tmp_path, "sh", "-c", script)
    task.start(runner_of(1))
    assert task.result() == Ending(code)


def test_output_goes_to_the_log_and_the_environment_is_as_given(tmp_path: Path) -> None:
    task = Recorder(tmp_path, "sh", "-c", "echo $NAME; echo wrong >&2")
    task.start(runner_of(1))
    task.result()
    assert task.log.read_text() == "value\nwrong\n"


def test_a_program_that_is_not_there_is_a_failed_start(tmp_path: Path) -> None:
    task = Recorder(tmp_path, "no-such-program")
    task.start(runner_of(1))
    assert task.result() == Ending(None, "CannotStartContainerError: no-such-program: No such file or directory")
    assert not task.started.is_set()


def test_no_more_run_at_once_than_there_are_places(tmp_path: Path) -> None:
    runner = runner_of(2)
    tasks = [Recorder(tmp_path / str(number), "sleep", "5") for number in range(3)]
    for number, task in enumerate(tasks):
        (tmp_path / str(number)).mkdir()
        task.start(runner)
    assert tasks[0].started.wait(5)
    assert tasks[1].started.wait(5)
    assert not tasks[2].started.wait(0.2)
    runner.close(grace=5)
    assert [task.ending.exit_code for task in tasks[:2]] == [143, 143]


def test_sigterm_gives_a_chance_and_sigkill_ends_it(tmp_path: Path) -> None:
    stubborn = Recorder(tmp_path, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
    runner = runner_of(1)
    task = stubborn.start(runner)
    until(lambda: stubborn.log.exists() and stubborn.log.read_text())
    task.stop(grace=0.3)
    assert stubborn.result() == Ending(137)


def test_a_jobs_own_children_end_with_it(tmp_path: Path) -> None:
    task = Recorder(tmp_path, sys.executable, "-c", "import subprocess as s; print(s.Popen(['sleep', '60']).pid)")
    task.start(runner_of(1))
    task.result()
    child = Path("/proc") / task.log.read_text().strip()
    until(lambda: not child.exists() or (child / "stat").read_text().split()[2] == "Z")


def test_a_task_that_waits_is_stopped_before_it_starts(tmp_path: Path) -> None:
    runner = runner_of(1)
    first, second = Recorder(tmp_path, "sleep", "5"), Recorder(tmp_path, "sleep", "5")
    running, waiting = first.start(runner), second.start(runner)
    assert first.started.wait(5)
    waiting.stop(grace=1)
    running.stop(grace=1)
    assert second.result() == Ending(None, "stopped before it started")


def test_a_mistake_in_the_preparation_ends_the_attempt(tmp_path: Path) -> None:
    task, other = Recorder(tmp_path, "true"), Recorder(tmp_path, "true")
    del task.launch
    runner = runner_of(1)
    task.start(runner)
    other.start(runner)
    assert other.result() == Ending(0)
    assert "CannotStartContainerError: AttributeError: " in (task.result().reason or "")
