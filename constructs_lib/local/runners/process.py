"""Runs the attempts of jobs as processes of this machine."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.images.program import ProgramError
from constructs_lib.local.runners import CannotStartError, OnEnd, OnStart
from constructs_lib.local.runners.log_streams import LogStream, LogStreams
from constructs_lib.local.runners.places import Places
from constructs_lib.local.scheduler.jobs.attempt import Ending, Used
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import LostError, Program, Supervisor

_LOOK_SECONDS = 0.002
"""A launcher has started its program in so many of these."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A process to start.

    Args:
        argv: its words.
        directory: where it starts.
        environment: all of its environment.
        log: the file that its output goes to.
        members: finds the processes that are told to stop, by that of the launch. Default: all of its group. A
            launcher that keeps them in their place is none of them: they end with it, so that it ends last.
        launcher: how many of the words, from the first one on, are a launcher that can be held ready. Default: none.
        clear: called when nothing of it runs any more, to remove what was made for it. Default: there is nothing.
    """

    argv: list[str]
    directory: Path
    environment: dict[str, str]
    log: Path
    members: Callable[[int], list[int]] | None = None
    launcher: int = 0
    clear: Callable[[], None] = lambda: None


Prepare = Callable[[Job], Launch]


class ProcessRun:
    """One attempt in the hands of the runner."""

    def __init__(
        self,
        job: Job,
        prepare: Prepare,
        logs: LogStreams,
        supervisor: Supervisor,
        *,
        on_start: OnStart,
        on_end: OnEnd,
    ) -> None:
        self._job = job
        self._prepare = prepare
        self._logs = logs
        self._supervisor = supervisor
        self._stream: LogStream | None = None
        self._on_start = on_start
        self._on_end = on_end
        self._lock = threading.Lock()
        self._process: Program | None = None
        self._stopped = False
        self._clear: Callable[[], None] = lambda: None
        self._members: Callable[[int], list[int]] | None = None

    def run(self) -> None:
        """Start the process and wait for its end; report both."""
        try:
            self._run()
        finally:
            self._clear()

    def _run(self) -> None:
        try:
            launch = self._prepare(self._job)
            self._clear, self._members = launch.clear, launch.members
            process = self._spawn(launch)
        except ProgramError as error:
            self._end(Ending(None, f"CannotStartContainerError: {error}"))
            return
        except CannotStartError as error:
            self._end(Ending(None, str(error)))
            return
        except LostError:  # the embedded AWS ends
            process = None
        except Exception as error:  # a mistake of ours or of a plug-in: the job has to end nevertheless
            if not self._supervisor.is_closed:
                logging.getLogger(__name__).exception("job %s", self._job.id)
            self._end(Ending(None, f"CannotStartContainerError: {type(error).__name__}: {error}"))
            return
        if process is None:
            self._end(Ending(None, "stopped before it started"))
            return
        self._on_start()
        code = process.wait()  # and for its other processes, which end with it as those of a container do
        used = Used(process.used[0], process.used[1] / 1024) if process.used else None
        self._end(Ending(code if code >= 0 else 128 - code, used=used))

    def _end(self, ending: Ending) -> None:
        if self._stream:
            self._logs.end(self._stream)  # whoever hears of the end can read all of the output
        self._on_end(ending)

    def _spawn(self, launch: Launch) -> Program | None:
        launch.log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, launch.log.open("ab") as log:
            if self._stopped:
                return None
            self._stream = self._logs.open(self._job, launch.log)
            try:
                self._process = self._supervisor.start(
                    launch.argv,
                    directory=launch.directory,
                    environment=launch.environment,
                    output=log,
                    launcher=launch.launcher,
                )
            except OSError as error:
                raise ProgramError(f"{launch.argv[0]}: {error.strerror or error}") from error
            return self._process

    def stop(self, grace: float) -> None:
        """Send SIGTERM now, and SIGKILL when the process is still there after ``grace`` seconds."""
        with self._lock:
            self._stopped = True
        if self._process is not None:
            self._terminate(self._process)
            killer = threading.Timer(grace, self._signal, [signal.SIGKILL])
            killer.daemon = True
            killer.start()

    def _terminate(self, process: Program) -> None:
        if self._members is None:
            self._signal(signal.SIGTERM)
        else:
            threading.Thread(target=_tell, args=[process, self._members], name="terminate", daemon=True).start()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.signal(number)


def _tell(process: Program, members: Callable[[int], list[int]]) -> None:
    """Send SIGTERM to what a launcher has started, as soon as it has."""
    while not process.has_ended():
        found = members(process.pid)
        for member in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGTERM)
        if found:
            return
        time.sleep(_LOOK_SECONDS)


class ProcessRunner:
    """Runs attempts as processes, so many at a time as it has places; the others wait.

    Args:
        prepare: makes the process of a placed job; a `ProgramError` from it fails the attempt.
        parallel: how many processes run at once.
        logs: where their output goes.
        clock: stands still while they run.
        supervisor: starts them, and leaves none running.
    """

    def __init__(self, prepare: Prepare, parallel: int, logs: LogStreams, clock: Clock, supervisor: Supervisor) -> None:
        self._prepare = prepare
        self._logs = logs
        self._supervisor = supervisor
        self._places = Places(parallel, clock)

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> ProcessRun:
        """Start the process of a job's last attempt as soon as there is a place for it."""
        task = ProcessRun(job, self._prepare, self._logs, self._supervisor, on_start=on_start, on_end=on_end)
        self._places.put(task)
        return task

    def close(self, grace: float) -> None:
        """Stop every process, and return when the last one is gone."""
        self._places.close(grace)
        self._logs.close()
