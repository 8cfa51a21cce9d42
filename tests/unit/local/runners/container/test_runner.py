"""Containers: created, started, watched, stopped and never left behind; over an engine that pretends."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.container import ContainerRunner
from constructs_lib.local.runners.container.leftovers import Owner, remove_leftovers
from tests.waiting import until

MakeJob = Callable[..., Any]


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 3", 3), ("exit 125", 125), ("kill -9 $$", 137)])
def test_exit_codes_are_those_of_the_container(runner: ContainerRunner, job: MakeJob, script: str, code: int) -> None:
    made = job("sh", "-c", script)
    made.start(runner)
    assert made.result() == Ending(code)
    assert made.started.is_set()


def test_output_goes_to_the_log_and_the_container_is_removed(
    runner: ContainerRunner, job: MakeJob, box: Any, tmp_path: Path
) -> None:
    made = job("sh", "-c", "echo one; echo two >&2")
    made.start(runner)
    made.result()
    assert (tmp_path / "logs" / "job-0-0").read_text() == "one\ntwo\n"
    assert box.containers() == []


def test_what_the_engine_is_asked_for(runner: ContainerRunner, job: MakeJob, box: Any) -> None:
    made = job("true", image="image")
    made.start(runner)
    made.result()
    [words] = box.calls("create")
    assert words[:4] == ["--name", "constructs-lib-job-0-0-1", "--pull", "never"]
    assert words[4] == "--label"
    assert "NAME=value" in words
    assert words[-2:] == ["image", "true"]


def test_addresses_of_the_embedded_aws_are_those_that_a_container_in_a_virtual_machine_reaches(
    runner: ContainerRunner, job: MakeJob, box: Any, origin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("AWS_ENDPOINT_URL", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4")
    origin.environment = dict.fromkeys(names, "http://127.0.0.1:1/v4/token") | {"OWN": "http://127.0.0.1:1"}
    monkeypatch.setattr(runner, "_engine", replace(box.engine, shares_network=False))
    made = job("true")
    made.start(runner)
    made.result()
    [words] = box.calls("create")
    assert {f"{name}=http://host.docker.internal:1/v4/token" for name in names} < set(words)
    assert "OWN=http://127.0.0.1:1" in words


def test_a_job_is_running_when_its_container_is(runner: ContainerRunner, job: MakeJob) -> None:
    made = job("sleep", "60")
    task = made.start(runner)
    assert made.started.wait(10)
    task.stop(grace=5)
    assert made.result() == Ending(143)


def test_sigterm_gives_a_chance_and_sigkill_ends_it(
    runner: ContainerRunner, job: MakeJob, box: Any, tmp_path: Path
) -> None:
    made = job("sh", "-c", "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done")
    task = made.start(runner)
    log = tmp_path / "logs" / "job-0-0"
    until(lambda: log.exists() and "ready" in log.read_text())
    task.stop(grace=0.4)
    assert made.result() == Ending(137)
    assert log.read_text() == "ready\nasked\n"
    assert [words[:2] for words in box.calls("stop")] == [["-t", "1"]]  # engines take whole seconds


def test_out_of_memory_is_told_when_the_engine_tells_it(runner: ContainerRunner, job: MakeJob, box: Any) -> None:
    (box.directory / "oom").touch()
    made = job("sh", "-c", "kill -9 $$")
    made.start(runner)
    assert made.result() == Ending(137, "OutOfMemoryError: Container killed due to memory usage")


def test_out_of_memory_is_told_when_only_the_monitor_of_podman_tells_it(runner: ContainerRunner, job: MakeJob) -> None:
    made = job("sh", "-c", "touch oom; kill -9 $$")
    made.start(runner)
    assert made.result() == Ending(137, "OutOfMemoryError: Container killed due to memory usage")


def test_a_program_that_is_not_in_the_image(runner: ContainerRunner, job: MakeJob, box: Any) -> None:
    made = job("no-such-program")
    made.start(runner)
    assert made.result() == Ending(
        None,
        'CannotStartContainerError: unable to start container: exec: "no-such-program": '
        "executable file not found in $PATH",
    )
    assert not made.started.is_set()
    assert box.containers() == []


def test_a_container_that_the_engine_refuses(runner: ContainerRunner, job: MakeJob) -> None:
    made = job("no-such-option")
    made.start(runner)
    assert made.result() == Ending(None, "CannotCreateContainerError: unknown flag: no-such-option")


def test_an_image_that_is_nowhere(runner: ContainerRunner, job: MakeJob) -> None:
    made = job(image="nowhere")
    made.start(runner)
    assert made.result() == Ending(None, "CannotPullContainerError: manifest for nowhere not found: manifest unknown")


def test_a_job_that_waits_is_stopped_before_it_starts(runner: ContainerRunner, job: MakeJob, box: Any) -> None:
    running = [job("sleep", "60") for _ in range(2)]
    tasks = [item.start(runner) for item in running]
    waiting = job("sleep", "60")
    waiting_task = waiting.start(runner)
    assert all(item.started.wait(10) for item in running)
    waiting_task.stop(grace=1)
    for task in tasks:
        task.stop(grace=1)
    assert waiting.result() == Ending(None, "stopped before it started")
    assert len(box.calls("create")) == 2


def test_closing_stops_and_removes_everything(runner: ContainerRunner, job: MakeJob, box: Any) -> None:
    made = job("sleep", "60")
    made.start(runner)
    assert made.started.wait(10)
    runner.close(grace=1)
    assert made.result() == Ending(143)
    assert box.containers() == []


def test_a_container_that_somebody_else_removes(
    runner: ContainerRunner, job: MakeJob, box: Any, tmp_path: Path
) -> None:
    made = job("sh", "-c", f"while [ ! -e {tmp_path}/end ]; do sleep 0.05; done")
    made.start(runner)
    assert made.started.wait(10)
    (box.directory / "constructs-lib-job-0-0-1.container").unlink()
    (tmp_path / "end").touch()
    assert made.result() == Ending(137, "the container is gone: something else than its job has removed it")


def test_containers_of_an_embedded_aws_that_was_killed_are_removed_by_the_next(box: Any, tmp_path: Path) -> None:
    script = (
        "import os; from constructs_lib.local.runners.container.leftovers import Owner; owner = Owner(); "
        "print(owner.id, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    alive = Owner()
    for name, owner in (("lost", killed.stdout.strip()), ("kept", alive.id)):
        box.engine.call("create", "--name", name, "--label", f"constructs-lib.instance={owner}", "image")
    remove_leftovers(box.engine)
    assert box.containers() == ["kept"]
    alive.end(box.engine)
    assert box.containers() == []
    assert list((tmp_path / "constructs-lib" / "containers").iterdir()) == []


def test_a_log_that_no_file_can_be_ends_the_job(
    runner: ContainerRunner, job: MakeJob, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "logs").write_text("a file")
    made = job("true")
    made.start(runner)
    ending = made.result()
    assert ending.exit_code is None
    assert str(ending.reason).startswith("CannotStartContainerError: FileExistsError: ")
    assert [record.getMessage() for record in caplog.records] == ["job job-0:0"]


def test_containers_of_an_embedded_aws_that_is_killed_are_removed_by_its_supervisor(
    box: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.directory / "info").write_text('{"host": {"cgroupControllers": []}}')
    monkeypatch.setenv("CONSTRUCTS_LIB_ENGINE", shlex.join(box.engine.words))
    script = f"""
import os
from pathlib import Path
from moto.logs.models import logs_backends
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.runners.container import ContainerRunner, find_engine
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.supervisor import Supervisor
from unittest.mock import Mock

clock, directory = RealClock(), Path({str(tmp_path)!r})
logs = LogStreams(lambda _: logs_backends["123456789012"]["us-east-1"], clock)
runner = ContainerRunner(find_engine(), Mock(), directory, 2, logs=logs, clock=clock, supervisor=Supervisor())
runner._engine.call("create", "--name", "lost", *runner._owner.words, "image")
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    until(lambda: not box.containers())
