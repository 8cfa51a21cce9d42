"""A directory for each attempt: its home, its temporary files, and what it works in; gone when the attempt is."""

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.confinement import Overlay

_TRIES = 3
_RIGHTS = 0o700
_NOBODY = "http://127.0.0.1:1"
"""In place of the metadata of an instance: nobody listens there."""


@dataclass(frozen=True, slots=True)
class AttemptDirectory:
    """The directory of one attempt, with empty directories in it.

    Args:
        path: all that it may write to.
    """

    path: Path

    @property
    def home(self) -> Path:
        """Its HOME."""
        return self.path / "home"

    @property
    def temporary(self) -> Path:
        """Its TMPDIR."""
        return self.path / "tmp"

    @property
    def root(self) -> Path:
        """Where a copy of what its image has goes; where it starts, when nothing is known of that."""
        return self.path / "root"

    @property
    def python(self) -> Path:
        """Where it finds its Python, if that is nowhere else: beside it."""
        return self.path.with_name(f"{self.path.name}-python")

    def packages(self) -> Path:
        """Make a directory for what it installs for its Python."""
        made = self.path / "packages"
        made.mkdir(_RIGHTS)
        return made

    def overlay(self, lower: Path) -> Overlay:
        """Lay what it changes over what its image has."""
        made = Overlay(lower, self.path / "changed", self.path / "changing", self.root)
        made.upper.mkdir(_RIGHTS)
        made.work.mkdir(_RIGHTS)
        return made

    def environment(self) -> dict[str, str]:
        """The variables that lead here, and nowhere else.

        The files of a profile are where their default is below HOME: programs that ask the system for the home of the
        user would find the developer's.
        """
        return {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / ".aws" / "credentials"),
            "AWS_CONFIG_FILE": str(self.home / ".aws" / "config"),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": _NOBODY,
        }

    def remove(self) -> None:
        """Take it away, also what a program has made read-only in it."""
        for _ in range(_TRIES):  # what is being killed may still write
            try:
                _remove(str(self.path))
            except FileNotFoundError:
                continue
            except OSError:
                _take_rights(str(self.path))
            else:
                return
        shutil.rmtree(self.path, ignore_errors=True)


class Attempts:
    """Gives out directories of attempts; all of them are below one that nobody else has.

    Args:
        directory: where that one is made, when the first attempt needs it.
        own: takes note of that one, to remove it when this process is killed.
    """

    def __init__(self, directory: Path, own: Callable[[Path], None] = lambda _: None) -> None:
        self._directory = directory.absolute()
        self._own = own
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._top: Path | None = None

    @property
    def top(self) -> Path:
        """The directory of all attempts."""
        with self._lock:
            if self._top is None:
                self._directory.mkdir(parents=True, exist_ok=True)
                self._top = Path(tempfile.mkdtemp(prefix="jobs-", dir=self._directory))
                self._own(self._top)
            return self._top

    def make(self) -> AttemptDirectory:
        """Make the directory of an attempt."""
        made = AttemptDirectory(self.top / f"{next(self._numbers):06}")
        for path in (made.path, made.home, made.temporary, made.root):
            path.mkdir(_RIGHTS)
        return made

    def close(self) -> None:
        """Remove what is left."""
        with self._lock:
            if self._top:
                AttemptDirectory(self._top).remove()


def _remove(path: str) -> None:
    """As shutil does it, in half the time, as long as nothing is in the way."""
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _remove(entry.path)
            else:
                os.unlink(entry.path)  # noqa: PTH108 - there are dozens for each attempt
    os.rmdir(path)  # noqa: PTH106 - as above


def _take_rights(path: str) -> None:
    """Take the rights on directories back that a program has given away."""
    with contextlib.suppress(OSError):
        os.chmod(path, _RIGHTS)  # noqa: PTH101 - as above
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _take_rights(entry.path)
