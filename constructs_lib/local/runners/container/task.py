"""One attempt of a job in a container: created, started, watched, stopped and removed.

The container is created first and started then, so that the log of the job has nothing but what the job writes, and the
job is RUNNING when its container is. It is removed after the engine has told how it ended.
"""

import contextlib
import json
import logging
import math
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.runners import CannotStartError, Ending, OnEnd, OnStart
from constructs_lib.local.runners.container.engine import ContainerEngine, EngineError, last_line
from constructs_lib.local.runners.log_streams import LogStream, LogStreams
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import LostError, Program, Supervisor

OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"

_FIRST_LOOK_SECONDS = 0.02
_LAST_LOOK_SECONDS = 0.5
_REASON_BYTES = 65_536
"""In so much of what an engine says stands why it could not start a container."""
_NEVER = "0001-"
"""How the time begins at which a container started that did not."""


@dataclass(frozen=True, slots=True)
class ContainerLaunch:
    """A container to start: its name, what follows ``create``, and the file that its output goes to."""

    name: str
    words: list[str]
    log: Path


Prepare = Callable[[Job], ContainerLaunch]


class ContainerTask:
    """One attempt in the hands of the runner."""

    def __init__(
        self,
        job: Job,
        engine: ContainerEngine,
        prepare: Prepare,
        logs: LogStreams,
        supervisor: Supervisor,
        *,
        on_start: OnStart,
        on_end: OnEnd,
    ) -> None:
        self._job = job
        self._engine = engine
        self._prepare = prepare
        self._logs = logs
        self._supervisor = supervisor
        self._stream: LogStream | None = None
        self._on_start = on_start
        self._on_end = on_end
        self._lock = threading.Lock()
        self._running: str | None = None
        self._grace: float | None = None

    def run(self) -> None:
        """Run the container to its end; report both."""
        try:
            ending = self._run()
        except CannotStartError as error:
            ending = Ending(None, str(error))
        except (
            Exception
        ) as error:  # a name that no file can have, or a mistake of ours: the job has to end nevertheless
            logging.getLogger(__name__).exception("job %s", self._job.id)
            ending = Ending(None, f"CannotStartContainerError: {type(error).__name__}: {error}")
        if self._stream:
            self._logs.end(self._stream)  # whoever hears of the end can read all of the output
        self._on_end(ending)

    def stop(self, grace: float) -> None:
        """Send SIGTERM now, and SIGKILL when the container still runs after ``grace`` seconds."""
        with self._lock:
            self._grace = grace
            running = self._running
        if running:
            self._stop(running, grace)

    def _run(self) -> Ending:
        if self._grace is not None:
            raise CannotStartError("stopped before it started")
        launch = self._prepare(self._job)
        if self._grace is not None:
            raise CannotStartError("stopped before it started")
        launch.log.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._logs.open(self._job, launch.log)
        try:
            self._engine.call("create", "--name", launch.name, *launch.words)
        except EngineError as error:
            raise CannotStartError(f"CannotCreateContainerError: {error}") from error
        try:
            with self._supervisor.temporary("container-") as directory:
                return self._watch(launch, directory)
        except LostError:
            raise CannotStartError("stopped before it started") from None
        finally:
            with contextlib.suppress(EngineError):
                self._engine.call("rm", "--force", "--volumes", launch.name)

    def _watch(self, launch: ContainerLaunch, directory: Path) -> Ending:
        before = launch.log.stat().st_size if launch.log.exists() else 0
        with launch.log.open("ab") as log:
            process = self._supervisor.start(
                self._engine.argv("start", "--attach", launch.name),
                directory=directory,
                environment=os.environ,
                output=log,
                is_client=True,
            )
        self._wait_for_start(process, launch.name)
        code = process.wait()
        state = self._state(launch.name)
        if state and state["Running"]:  # only the one that watched it has ended
            with contextlib.suppress(EngineError):
                self._engine.call("wait", launch.name)
            state = self._state(launch.name)
        if not state:
            return Ending(code, "the container is gone: something else than its job has removed it")
        if not _has_started(state):
            with launch.log.open("rb") as log:
                log.seek(before)
                written = log.read(_REASON_BYTES).decode(errors="replace")
            raise CannotStartError(f"CannotStartContainerError: {state.get('Error') or last_line(written)}")
        self._is_running(launch.name)
        # The monitor of podman leaves this file where it was started; not every version of podman looks for it there.
        is_out_of_memory = state.get("OOMKilled") or (directory / "oom").exists()
        return Ending(state["ExitCode"], OUT_OF_MEMORY if is_out_of_memory else None)

    def _wait_for_start(self, process: Program, name: str) -> None:
        pause = _FIRST_LOOK_SECONDS
        while not process.has_ended():
            state = self._state(name)
            if state and _has_started(state):
                self._is_running(name)
                return
            with contextlib.suppress(TimeoutError):
                process.wait(pause)
            pause = min(2 * pause, _LAST_LOOK_SECONDS)

    def _is_running(self, name: str) -> None:
        with self._lock:
            if self._running:
                return
            self._running = name
            grace = self._grace
        self._on_start()
        if grace is not None:
            self._stop(name, grace)

    def _state(self, name: str) -> dict[str, Any]:
        """What the engine says of a container; nothing when it is gone."""
        with contextlib.suppress(EngineError):
            state: dict[str, Any] = json.loads(
                self._engine.call("inspect", "--type", "container", "--format", "{{json .State}}", name)
            )
            return state
        return {}

    def _stop(self, name: str, grace: float) -> None:
        def stop() -> None:
            with contextlib.suppress(EngineError):  # it has ended
                self._engine.call("stop", "-t", str(math.ceil(grace)), name)

        threading.Thread(target=stop, name=f"stop-{name}", daemon=True).start()


def _has_started(state: dict[str, Any]) -> bool:
    return not state["StartedAt"].startswith(_NEVER)
