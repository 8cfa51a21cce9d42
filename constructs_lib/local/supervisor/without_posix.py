"""Starts the commands of apps on Windows, where the supervisor, which needs a POSIX system, is not."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self


class LostError(Exception):
    """No program is started any more; here, none is ever lost."""


class Program:
    """One program that was started."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.pid = process.pid

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code."""
        return self._process.wait(seconds)

    def has_ended(self) -> bool:
        """Whether it has."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Kill it; what it has started ends by itself."""
        if not self.has_ended():
            self._process.kill()
            self._process.wait()


class Supervisor:
    """Starts programs, and ends at the end of the context those that still run."""

    def __init__(self) -> None:
        self._kept = contextlib.ExitStack()
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def start(
        self,
        argv: Sequence[str],
        *,
        directory: Path,
        environment: Mapping[str, str],
        output: IO[bytes],
        errors: IO[bytes],
        **_: Any,
    ) -> Program:
        """Start a program, which is looked for on the PATH that it gets.

        Raises:
            OSError: it cannot be started.
        """
        found = shutil.which(argv[0], path=environment.get("PATH", os.defpath))
        if found is None and argv[0] == "python3":
            found = sys.executable  # Windows has no program of this name
        process = subprocess.Popen(
            [found or argv[0], *argv[1:]],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        program = Program(process)
        self._kept.callback(program.end)
        return program

    def folder(self) -> Path:
        """A folder for what is temporary, until the end."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="constructs-lib-"))
            self._kept.callback(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    @contextlib.contextmanager
    def temporary(self, prefix: str) -> Iterator[Path]:
        """A folder in it that is removed at the end of the context."""
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder()))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def end_all() -> None:
    """Nothing: each ends with its context."""
