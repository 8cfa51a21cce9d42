"""Runs the attempts of jobs as processes of this machine."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

SIGKILL_AFTER_SECONDS = 30.0
"""AWS Batch sends SIGTERM, and SIGKILL to what is left 30 seconds later."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A process to start: its words, directory, whole environment, and the file that its output goes to."""

    argv: list[str]
    directory: Path
    environment: dict[str, str]
    log: Path


class Task:
    """One attempt in the hands of the runner."""

    def __init__(
        self,
        launch: Launch,
        on_start: Callable[[], None],
        on_end: Callable[[int | None, str | None], None],
    ) -> None:
        self.launch = launch
        self.on_start = on_start
        self.on_end = on_end
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self) -> None:
        """Start the process and wait for its end; report both."""
        try:
            process = self._spawn()
        except OSError as error:
            self.on_end(None, f"CannotStartContainerError: {self.launch.argv[0]}: {error.strerror or error}")
            return
        if process is None:
            self.on_end(None, "stopped before it started")
            return
        self.on_start()
        code = process.wait()
        self._signal(signal.SIGKILL)  # a container takes its other processes with it
        self.on_end(code if code >= 0 else 128 - code, None)

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        self.launch.log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self.launch.log.open("ab") as log:
            if self._stopped:
                return None
            self._process = subprocess.Popen(
                self.launch.argv,
                cwd=self.launch.directory,
                env=self.launch.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            return self._process

    def stop(self, grace: float) -> None:
        """Send SIGTERM now, and SIGKILL when the process is still there after ``grace`` seconds."""
        with self._lock:
            self._stopped = True
        if self._process is not None:
            self._signal(signal.SIGTERM)
            killer = threading.Timer(grace, self._signal, [signal.SIGKILL])
            killer.daemon = True
            killer.start()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except (ProcessLookupError, PermissionError):
                return  # it has ended


class ProcessRunner:
    """Runs tasks, so many at a time as it has places; the others wait.

    Args:
        parallel: how many processes run at once.
    """

    def __init__(self, parallel: int) -> None:
        self._parallel = parallel
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._tasks: set[Task] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(self, task: Task) -> None:
        """Run a task as soon as there is a place for it."""
        with self._lock:
            if self._closed:
                return
            self._tasks.add(task)
            if len(self._threads) < min(self._parallel, len(self._tasks)):
                thread = threading.Thread(target=self._work, name=f"runner-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._queue.put(task)

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            try:
                task.run()
            finally:
                with self._lock:
                    self._tasks.discard(task)

    def close(self, grace: float) -> None:
        """Stop every process, and return when the last one is gone."""
        with self._lock:
            self._closed = True
            tasks = list(self._tasks)
            threads = list(self._threads)
        for task in tasks:
            task.stop(grace)
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(timeout=grace + 5)
