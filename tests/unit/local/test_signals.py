"""Signals end a command at once, or ask for its end first: by its exit code, and never by a traceback."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
Program = Callable[..., "subprocess.Popen[str]"]

AT_ONCE = """
from constructs_lib.local.signals import before_exit, end_at_once
end_at_once()
import os
printed = os.dup(1)
before_exit(lambda: os.write(printed, b"before\\n"))
"""
ORDERLY = """
import sys
from constructs_lib.local.signals import StoppedError, end_at_once, orderly
end_at_once()
try:
    with orderly() as stop:
        print("ready", flush=True)
        {body}
except StoppedError as stopped:
    print("stopped", flush=True)
    sys.exit(stopped.code)
"""


@pytest.fixture
def program() -> Iterator[Program]:
    """Start a script, and wait until it has printed `ready`."""
    started = []

    def program_(script: str, *before: str) -> "subprocess.Popen[str]":
        argv = [*before, sys.executable, "-c", script]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield program_
    for process in started:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    printed, errors = process.communicate(timeout=20)
    return process.returncode, printed, errors


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize(
    "work",
    [
        "import time; time.sleep(60)",
        "while True: pass",
        "import threading; threading.Lock().acquire(); threading.Event().wait()",
    ],
)
def test_a_command_ends_at_once_whatever_it_does(program: Program, work: str, number: int, code: int) -> None:
    process = program(f"{AT_ONCE}\nprint('ready', flush=True)\n{work}")
    process.send_signal(number)
    assert ended(process) == (code, "before\n", "")


def test_what_catches_every_exception_ends_too(program: Program) -> None:
    work = "while True:\n    try:\n        raise ValueError\n    except BaseException:\n        pass"
    process = program(f"{AT_ONCE}\nprint('ready', flush=True)\n{work}")
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "before\n", "")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_the_first_asks_for_the_end(program: Program, number: int, code: int) -> None:
    process = program(ORDERLY.format(body="stop.pause(60)"))
    process.send_signal(number)
    assert ended(process) == (code, "stopped\n", "")


def test_the_second_does_not_wait_for_it(program: Program) -> None:
    body = "stop.event.wait(); print('asked', flush=True); import time; time.sleep(60)"
    process = program(ORDERLY.format(body=body))
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "")


@pytest.mark.parametrize(("body", "printed"), [("stop.event.wait()", "stopped\n"), ("threading.Event().wait()", "")])
def test_a_signal_that_comes_to_another_thread_is_heard(program: Program, body: str, printed: str) -> None:
    twice = "signal.pthread_kill(threading.get_ident(), signal.SIGTERM); time.sleep(0.2); " * 2
    other = f"import signal, threading, time; threading.Thread(target=lambda: exec({twice!r}), daemon=True).start(); "
    assert ended(program(ORDERLY.format(body=other + body))) == (143, printed, "")


def test_one_that_nobody_has_looked_for_counts_nevertheless(program: Program) -> None:
    process = program(ORDERLY.format(body="import time; time.sleep(0.5)"))
    process.send_signal(signal.SIGTERM)
    assert ended(process) == (143, "stopped\n", "")


@pytest.mark.parametrize("number", [number for number, _ in SIGNALS])
def test_at_its_very_end_a_command_has_the_code_of_what_it_has_done(program: Program, number: int) -> None:
    tell = "write(1, b'ready\\n'); sleep(0.3)"
    late = f"import os, time\nclass Late:\n    def __del__(self, write=os.write, sleep=time.sleep): {tell}\n"
    end = "import sys; sys.late = Late(); sys.exit(3)"  # Python lets go of it when handlers are gone
    process = program(f"{AT_ONCE}\n{late}\n{end}")
    process.send_signal(number)
    assert ended(process) == (3, "", "")


def test_nohup_is_heeded(program: Program, tmp_path: Path) -> None:
    body = f"import time, pathlib\n        while not pathlib.Path({str(tmp_path / 'end')!r}).exists(): time.sleep(0.01)"
    process = program(ORDERLY.format(body=body), "nohup")
    process.send_signal(signal.SIGHUP)
    (tmp_path / "end").touch()
    assert ended(process)[:2] == (0, "")


@pytest.mark.parametrize("command", ["constructs-lib-docker login", "constructs-lib local run Stack --items -"])
@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_commands_hear_signals_from_their_beginning(command: str, number: int, code: int) -> None:
    name, *arguments = command.split()
    argv = [str(Path(sys.executable).with_name(name)), *arguments]  # it waits for standard input
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        status = Path(f"/proc/{process.pid}/status")
        deadline = time.monotonic() + 20
        # Until then it is Python that starts, which itself hears SIGINT; one handler is set after the other.
        while not (_is_heard(status, signal.SIGTERM) and _is_heard(status, number)):
            assert time.monotonic() < deadline
        process.send_signal(number)
        assert process.wait(20) == code
        assert process.stderr is not None
        assert process.stderr.read() == ""


def _is_heard(status: Path, number: int) -> bool:
    [caught] = [line for line in status.read_text().splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)
