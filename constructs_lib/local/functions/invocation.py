"""One invocation of a function: a process with its code, its environment and the event on standard input."""

import json
import signal
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from constructs_lib.local.job_environment.attempts import AttemptDirectory, Attempts
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.job_environment.inherited import inherited
from constructs_lib.local.job_environment.pythons import AttemptPython, ImagePython
from constructs_lib.local.pythons import Pythons, Requirements
from constructs_lib.local.supervisor import LostError, Program, Supervisor

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_IMPORTING_SECONDS = 60.0
"""How long a process may live beyond its timeout, which counts from when its module is imported."""
_SIGNALLED = 128
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
        log: the file that what it writes is added to.
    """

    request_id: str
    arn: str
    seconds: float
    code: Path
    environment: dict[str, str]
    event: bytes
    log: Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: JSON text, and whether it tells of an error."""

    payload: str
    is_error: bool


class Invocations:
    """Runs invocations, each in a process; safe to call from any thread.

    Args:
        attempts: gives each a directory.
        enclosure: puts each into its place.
        supervisor: starts the processes, and ends with them what they have started.
    """

    def __init__(self, attempts: Attempts, enclosure: Enclosure, supervisor: Supervisor) -> None:
        self._attempts = attempts
        self._enclosure = enclosure
        self._supervisor = supervisor
        self._pythons = Pythons(lambda: attempts.top, supervisor)
        self._of_lambda: ImagePython | None = None
        self._lock = threading.Lock()
        self._base = inherited()

    @property
    def directory(self) -> Path:
        """What is theirs, for as long as this is not closed."""
        return self._attempts.top

    def run(self, invocation: Invocation) -> Answer:
        """Run one to its end; one that is invoked while the embedded AWS ends is killed with it."""
        try:
            return self._run(invocation)
        except (LostError, OSError) as error:
            if isinstance(error, OSError) and not self._supervisor.is_closed:
                raise
            return Answer(_exit_error(invocation.request_id, -signal.SIGKILL), is_error=True)

    def _run(self, invocation: Invocation) -> Answer:
        attempt = self._attempts.make()
        answer = attempt.root / "answer"
        try:
            with tempfile.TemporaryFile() as event, invocation.log.open("ab") as output:
                event.write(invocation.event)
                event.seek(0)
                code = _end_of(self._start(invocation, attempt, answer, event, output), invocation)
            if not answer.exists():
                return Answer(_exit_error(invocation.request_id, code), is_error=True)
            kind, _, payload = answer.read_text(encoding="utf-8").partition("\n")
            return Answer(payload, kind == "error")
        finally:
            attempt.remove()

    def close(self) -> None:
        """Remove what is left of them; the supervisor has ended them."""
        self._attempts.close()

    def _start(
        self, invocation: Invocation, attempt: AttemptDirectory, answer: Path, event: IO[bytes], output: IO[bytes]
    ) -> Program:
        seconds = str(invocation.seconds)
        python = self._python(attempt)
        environment = {
            **self._base,
            "PATH": python.path,
            **self._enclosure.environment(attempt),
            "LAMBDA_TASK_ROOT": str(invocation.code),
            **invocation.environment,
        }
        # -P: the directory of the bootstrap must not be what a function imports from.
        argv = [python.program, "-P", str(_BOOTSTRAP), invocation.request_id, invocation.arn, seconds, str(answer)]
        seen = [invocation.code, _BOOTSTRAP, *python.readable]
        enclosed = self._enclosure.enclose(
            argv, attempt, invocation.code, environment, readable=seen, composed=python.composed
        )
        return self._supervisor.start(
            enclosed.argv,
            directory=invocation.code,
            environment=environment,
            stdin=event,
            output=output,
            launcher=enclosed.launcher,
        )

    def _python(self, attempt: AttemptDirectory) -> AttemptPython:
        """The Python of an invocation; without its own, the one that runs us."""
        if not self._enclosure.confined:
            return AttemptPython(sys.executable, self._base["PATH"], self._base["PATH"])
        with self._lock:
            if self._of_lambda is None:
                modules = self._pythons.of("of Lambda", Requirements(lines=["boto3"]))
                self._of_lambda = ImagePython(self._attempts.top / "python", modules, self._enclosure)
        return self._of_lambda.of(attempt, (), self._base["PATH"])


def _end_of(process: Program, invocation: Invocation) -> int:
    try:
        return process.wait(invocation.seconds + _IMPORTING_SECONDS)
    except TimeoutError:
        process.signal(signal.SIGKILL)
        return process.wait()


def _exit_error(request_id: str, code: int) -> str:
    if code > _SIGNALLED and code - _SIGNALLED in set(signal.Signals):
        code = _SIGNALLED - code  # as what keeps it in its place tells of a signal
    if code < 0:
        how = f"with error: signal: {signal.Signals(-code).name.removeprefix('SIG').lower()}"
    else:
        how = f"with error: exit status {code}" if code else "without providing a reason"
    return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": _GONE.format(request_id, how)})
