"""A command that is told to stop, or killed, in whatever phase: nothing runs on, and its exit code says which."""

import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.endings.small_app import KINDS, STACK
from tests.local.endings.world import PROGRAM, World
from tests.waiting import until

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc"),
]

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World.make(tmp_path)
    yield made
    made.clear()


def nothing_is_left(world: World) -> None:
    assert world.processes() == {}
    assert world.left_files() == []
    assert "Traceback" not in world.text("stderr")


def running(world: World, *items: str, options: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
    before = world.jobs()
    process = world.run(list(items), *options)
    until(lambda: world.jobs() == before + len(items) or process.poll() is not None)
    assert process.poll() is None, world.text("stderr")
    return process


def test_ctrl_c_of_a_run_takes_its_jobs_with_it(world: World) -> None:
    process = running(world, "sleep", "daemon", "orphan")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    nothing_is_left(world)


def test_jobs_that_ignore_the_wish_are_ended_after_five_seconds(world: World) -> None:
    process = running(world, "sleep", "stubborn", "daemon", "orphan")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 143
    nothing_is_left(world)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_what_ignores_the_first_at_once(world: World, second: int) -> None:
    process = running(world, *KINDS)
    process.send_signal(signal.SIGINT)
    if second == signal.SIGINT:  # two at the same time are one
        until(world.told_to_stop)
    process.send_signal(second)
    assert process.wait(4) in {130, 143}, "jobs are not given the five seconds"
    nothing_is_left(world)


def test_the_app_is_ended_while_it_is_synthesized(world: World) -> None:
    for number, code in SIGNALS:
        process = world.run(["quick"], slow=300)
        until(lambda: sum("small_app.py" in told for told in world.processes().values()) >= 2, pause=0.05)
        until(lambda: sum("while :" in told for told in world.processes().values()) >= 2, pause=0.05)
        process.send_signal(number)
        assert process.wait(30) == code
        nothing_is_left(world)


def test_a_closed_terminal_is_the_end_of_the_run(world: World) -> None:
    items = world.directory / "items.json"
    items.write_text('["sleep", "daemon", "orphan"]')
    arguments = ["--assembly", str(world.directory / "cdk.out"), "--output", str(world.output), "--items", str(items)]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(world.directory)
        os.execve(PROGRAM[0], [*PROGRAM, "run", STACK, *arguments], world.environment)  # noqa: S606 - no shell
    until(lambda: world.jobs() == 3)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 143
    assert world.processes() == {}


def test_sigkill_of_a_run_leaves_nothing(world: World) -> None:
    process = running(world, *KINDS)
    process.kill()
    process.wait()
    until(lambda: not world.supervisors(), pause=0.05)
    nothing_is_left(world)


def test_sigkill_of_a_run_and_of_its_supervisor_leaves_what_the_next_ends(world: World) -> None:
    # What confines a process ends with the supervisor, and the process with it.
    process = running(world, "sleep", "stubborn", "daemon", options=("--unconfined",))
    world.kill_with_supervisors(process)
    assert len(world.processes()) > 3
    following = world.run(["quick"])
    assert following.wait(60) == 0, world.text("stderr")
    assert f"process {process.pid} (constructs-lib local run Small" in world.text("stderr")
    nothing_is_left(world)


@pytest.mark.parametrize("command", ["ps", "down"])
def test_ps_and_down_end_what_was_left(world: World, command: str) -> None:
    # What confines a process ends with the supervisor, and the process with it.
    process = running(world, "sleep", "stubborn", "daemon", options=("--unconfined",))
    world.kill_with_supervisors(process)
    [job, *_] = [pid for pid, told in world.processes().items() if "sleep 300" in told]
    ended = world.call(command)
    assert ended.returncode == 0
    assert (
        f"processes and removed 1 temporary folder that process {process.pid} (constructs-lib local run" in ended.stderr
    )
    assert f" {job}" in ended.stderr
    nothing_is_left(world)
    again = world.call(command)
    assert again.stderr.splitlines()[-1].endswith(
        "nothing is running" if command == "down" else "start an embedded AWS with `constructs-lib local up`"
    )


def test_nobody_ends_what_still_runs(world: World) -> None:
    process = running(world, "sleep")
    assert "left" not in world.call("ps").stderr
    assert process.poll() is None
    assert any("sleep 300" in told for told in world.processes().values())
    process.terminate()
    assert process.wait(30) == 143


def test_up_and_what_runs_in_it_end_by_signals(world: World) -> None:
    process, port = world.up()
    deployed_and_started(world, port, KINDS)
    process.send_signal(signal.SIGTERM)
    until(world.told_to_stop)
    process.send_signal(signal.SIGHUP)
    assert process.wait(4) == 143
    nothing_is_left(world)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("localhost", port))


def test_sigkill_of_up_leaves_nothing_and_gives_its_port_back(world: World) -> None:
    process, port = world.up()
    deployed_and_started(world, port, KINDS)
    process.kill()
    process.wait()
    until(lambda: not world.supervisors(), pause=0.05)
    nothing_is_left(world)
    following, same = world.up("--port", str(port))
    assert same == port
    following.terminate()
    assert following.wait(30) == 143


def deployed_and_started(world: World, port: int, items: tuple[str, ...]) -> None:
    """Deploy the stack, start its state machine, and wait until its jobs run."""
    endpoint = f"http://localhost:{port}"
    process = world.call("deploy", STACK, "--assembly", str(world.directory / "cdk.out"), "--endpoint", endpoint)
    assert process.returncode == 0, process.stderr
    before = world.jobs()
    following = world.start("run", STACK, "--endpoint", endpoint, "--items", "-", items=list(items))
    until(lambda: world.jobs() == before + len(items))
    following.kill()
    following.wait()
