"""Kills, signals and full disks at random moments of `run`, `up` and jobs: nothing is left, and the next run works.

The same few of them here, two hundred others in `make nightly`. What a failure shows runs again with
`CHAOS=seed pytest -k "chaos and [number]"`.
"""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import load
from constructs_lib.local.apps.deployment import Deployer
from constructs_lib.local.client.clients import clients
from constructs_lib.local.control.instances import keys_at
from tests.local.endings.full_disk import FullDisk
from tests.local.endings.small_app import KINDS, STACK
from tests.local.endings.world import World
from tests.properties import NIGHTLY
from tests.waiting import until

pytestmark = [
    pytest.mark.local,
    pytest.mark.larger_at_night,
    pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc"),
]

SEED = os.environ.get("CHAOS", secrets.token_hex(4) if NIGHTLY else "by day")
COUNT = 200 if NIGHTLY else 3

STARTING_SECONDS = 3.0
"""So long a command takes until jobs run, roughly."""

SIGNALS: dict[str, tuple[signal.Signals, ...]] = {
    "SIGINT": (signal.SIGINT,),
    "SIGTERM": (signal.SIGTERM,),
    "SIGHUP": (signal.SIGHUP,),
    "SIGINT twice": (signal.SIGINT, signal.SIGINT),
    "SIGINT and SIGTERM": (signal.SIGINT, signal.SIGTERM),
}
KILLS = ("SIGKILL", "SIGKILL of a job", "SIGKILL of the supervisor", "SIGKILL of both", "a full disk")
UNSUPERVISED = {"SIGKILL of the supervisor", "SIGKILL of both"}
MOMENTS = ("while it starts", "while jobs run", "while it stops", "while it ends")


class Scenario:
    """One random story.

    Args:
        number: which; with the seed, it decides all of it.
        world: where it is played.
        disk: what the output is on.
    """

    def __init__(self, number: int, world: World, disk: FullDisk) -> None:
        self._random = random.Random(f"{SEED}-{number}")  # noqa: S311 - no secret
        self._world = world
        self._disk = disk
        self.command = self._random.choice(["run", "run of an app", "up"])
        self.event = self._random.choice([*SIGNALS, *KILLS])
        self.moment = self._random.choice(MOMENTS)
        # A process with neither its environment nor its parent is known to none but its supervisor.
        kinds = [kind for kind in KINDS if kind != "orphan" or self.event not in UNSUPERVISED]
        self.items = self._random.choices(kinds, k=self._random.randint(1, 4))
        if self.moment == "while it ends":
            self.items = ["quick"] * 20
        self.delay = self._random.uniform(0, STARTING_SECONDS if self.moment == "while it starts" else 0.5)
        self.port = _free_port()
        self.process = self._start()

    def __str__(self) -> str:
        return f"{self.event} of `{self.command}` {self.moment} + {self.delay:.3f} s, items {self.items[:4]}"

    def play(self) -> None:
        """Begin, let it happen, and wait for the end."""
        if self.moment != "while it starts":
            self._await_jobs()
        if self.moment == "while it stops":
            self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.delay)
        self._happen()
        if self.event in SIGNALS or self.event in {"SIGKILL", "SIGKILL of both"}:
            self.process.wait(60)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
        self.process.terminate()
        self.process.wait(60)

    def _start(self) -> "subprocess.Popen[str]":
        if self.command == "up":
            return self._world.start("up", "--output", str(self._world.output), "--port", str(self.port))
        return self._world.run(self.items, slow=0.5 if self.command == "run of an app" else None)

    def _await_jobs(self) -> None:
        if self.command == "up":
            until(lambda: "\n" in self._world.text("stdout"))
            url = f"http://127.0.0.1:{self.port}"
            keys = keys_at(url)
            if keys is None:
                return  # it has ended
            account = clients(url, keys)
            assembly = load(self._world.directory / "cdk.out")
            deployed = Deployer(lambda service, _: account(service), Location()).deploy(assembly.stack(STACK))
            account("stepfunctions").start_execution(
                stateMachineArn=deployed.state_machine(), input=json.dumps({"items": self.items})
            )
        until(lambda: self._world.jobs() == len(self.items) or self.process.poll() is not None)

    def _happen(self) -> None:
        if self.event in SIGNALS:
            for number in SIGNALS[self.event]:
                self.process.send_signal(number)
        elif self.event == "SIGKILL":
            self.process.kill()
        elif self.event == "SIGKILL of both":
            self._world.kill_with_supervisors(self.process)
        elif self.event == "SIGKILL of the supervisor":
            _kill(self._world.supervisors())
        elif self.event == "SIGKILL of a job":
            jobs = [pid for pid, told in self._world.processes().items() if "running-$1" in told]
            _kill(self._random.sample(jobs, min(1, len(jobs))))
        else:
            self._disk.fill(self.process.pid)

    @property
    def codes(self) -> set[int]:
        """The exit codes that it may have."""
        done = {0, 1}  # before anything happened, or because a job was killed
        if self.event in SIGNALS:
            told = {130 if number == signal.SIGINT else 143 for number in SIGNALS[self.event]}
            return (
                told | ({143} if self.moment == "while it stops" else set()) | (done if self.command != "up" else set())
            )
        if self.event in {"SIGKILL", "SIGKILL of both"}:
            return done | {143, -signal.SIGKILL}
        return done | {143}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FullDisk]:
    with FullDisk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, disk: FullDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World.make(tmp_path, disk.directory / "output")
    monkeypatch.setenv("XDG_RUNTIME_DIR", made.environment["XDG_RUNTIME_DIR"])  # this process is a client, too
    yield made
    made.clear()


@pytest.mark.parametrize("number", range(COUNT))
def test_chaos(number: int, world: World, disk: FullDisk) -> None:
    scenario = Scenario(number, world, disk)
    told = f"CHAOS={SEED} [{number}]: {scenario}"
    sys.stdout.write(told)  # pytest shows it when anything fails
    scenario.play()
    errors = world.text("stderr")
    assert scenario.process.returncode in scenario.codes, f"{told}: {scenario.process.returncode}\n{errors}"
    if scenario.event != "a full disk":
        assert "Traceback" not in errors, f"{told}\n{errors}"
    disk.free()
    until(lambda: not world.supervisors(), pause=0.05)
    if scenario.event != "SIGKILL of both":
        assert (world.processes(), world.left_files()) == ({}, []), told
        if scenario.command == "up":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("localhost", scenario.port))
    following = world.run(["quick", "quick"])
    assert following.wait(60) == 0, f"{told}\n{world.text('stderr')}"
    assert json.loads(world.text("stdout"))["results"] == {"0": {"got": "quick"}, "1": {"got": "quick"}}, told
    assert (world.processes(), world.left_files()) == ({}, []), told


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])
