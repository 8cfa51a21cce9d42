"""One invocation of a function: a process with its code, its environment and the event on standard input."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.job_environment.attempts import AttemptDirectory, Attempts
from constructs_lib.local.job_environment.inherited import inherited

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_IMPORTING_SECONDS = 60.0
"""How long a process may live beyond its timeout, which counts from when its module is imported."""
_GONE = "RequestId: {} Error: Runtime exited {}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What is to run.

    Args:
        request_id: its id.
        arn: the function's.
        seconds: the function's timeout.
        code: the directory of its code.
        environment: the function's variables, and those by which it reaches AWS.
        event: JSON text.
    """

    request_id: str
    arn: str
    seconds: float
    code: Path
    environment: dict[str, str]
    event: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: JSON text, whether it tells of an error, and what the process wrote."""

    payload: str
    is_error: bool
    output: str


class Invocations:
    """Runs invocations, each in a process; safe to call from any thread.

    Args:
        attempts: gives each a directory.
    """

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._base = inherited()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def run(self, invocation: Invocation) -> Answer:
        """Run one to its end."""
        attempt = self._attempts.make()
        answer = attempt.root / "answer"
        try:
            process = self._start(invocation, attempt, answer)
            try:
                output = _talk(process, invocation)
            finally:
                _kill(process)  # with the processes that it has started
                with self._lock:
                    self._running.discard(process)
            text = output.decode(errors="replace")
            if not answer.exists():
                return Answer(_exit_error(invocation.request_id, process.returncode), is_error=True, output=text)
            kind, _, payload = answer.read_text(encoding="utf-8").partition("\n")
            return Answer(payload, kind == "error", text)
        finally:
            attempt.remove()

    def close(self) -> None:
        """Kill what runs."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            _kill(process)
        self._attempts.close()

    def _start(self, invocation: Invocation, attempt: AttemptDirectory, answer: Path) -> "subprocess.Popen[bytes]":
        seconds = str(invocation.seconds)
        with self._lock:
            if self._closed:
                raise RuntimeError("the embedded AWS is closed: it invokes no more functions")
            process = subprocess.Popen(
                # -P: the directory of the bootstrap must not be what a function imports from.
                [sys.executable, "-P", _BOOTSTRAP, invocation.request_id, invocation.arn, seconds, answer],
                cwd=invocation.code,
                env={
                    **self._base,
                    **attempt.environment(),
                    "LAMBDA_TASK_ROOT": str(invocation.code),
                    **invocation.environment,
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
        return process


def _talk(process: "subprocess.Popen[bytes]", invocation: Invocation) -> bytes:
    try:
        output, _ = process.communicate(invocation.event, invocation.seconds + _IMPORTING_SECONDS)
    except subprocess.TimeoutExpired:
        _kill(process)
        output, _ = process.communicate()
    return output


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _exit_error(request_id: str, code: int) -> str:
    if code < 0:
        how = f"with error: signal: {signal.Signals(-code).name.removeprefix('SIG').lower()}"
    else:
        how = f"with error: exit status {code}" if code else "without providing a reason"
    return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": _GONE.format(request_id, how)})
