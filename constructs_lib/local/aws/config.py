"""How an embedded AWS is to be: what its user has asked for, checked."""

import os
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.account import Keys, Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults import FaultPlan
from constructs_lib.local.runner_choice import RunnerName, check_name
from constructs_lib.local.runners import Runner

_JOBS_PER_PROCESSOR = 4
_PORTS = range(1 << 16)


class DirectoryError(OSError):
    """The directory of an embedded AWS cannot be one, or not be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What `EmbeddedAws` takes, with its defaults filled in.

    Args:
        directory: where the logs of jobs go, an absolute path without links.
        parallel: how many jobs run at once on this machine.
        port: where it serves; 0 for a free one.
        faults: what is to go wrong; None for nothing.
        iam: whether policies are enforced.
        runner: what jobs run by.
        confined: whether processes are confined.
        clock: what tells the time.
        keys: the access key of the administrator.
        location: the account and the region of what names neither.

    Raises:
        ValueError: there is no such runner or port, or no job could run.
    """

    directory: Path
    parallel: int
    port: int
    faults: FaultPlan | None
    iam: bool
    runner: RunnerName | Runner
    confined: bool
    clock: Clock
    keys: Keys
    location: Location

    def __post_init__(self) -> None:
        if self.parallel < 1:
            raise ValueError(f"parallel: got {self.parallel}, expected at least 1")
        if self.port not in _PORTS:
            raise ValueError(f"port: got {self.port}, expected 0 to {_PORTS[-1]}")
        if isinstance(self.runner, str):
            check_name(self.runner)

    def check_directory(self) -> None:
        """Look whether the directory is one, or can be made, and written to.

        Raises:
            DirectoryError: it cannot.
        """
        there = next(path for path in (self.directory, *self.directory.parents) if path.exists())
        if not there.is_dir():
            raise DirectoryError(f"directory: {self.directory} cannot be made, {there} is a file")
        if not os.access(there, os.W_OK | os.X_OK):
            raise DirectoryError(f"directory: {there} cannot be written to")


def jobs_at_once() -> int:
    """How many jobs run at once where nobody has said how many: most of their time they wait for something."""
    return _JOBS_PER_PROCESSOR * (os.cpu_count() or 1)
