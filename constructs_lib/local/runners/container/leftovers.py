"""Labels on containers, by which those are found whose embedded AWS has gone.

An embedded AWS holds the lock of a file as long as it is there. The lock ends with its process, however that ends, so
that containers are left over whose file nobody locks. Those of other machines that share the engine are not touched.
"""

import contextlib
import fcntl
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from constructs_lib.local.files import WholeFile
from constructs_lib.local.runners.container.engine import ContainerEngine, EngineError, NoEngineError, find_engine
from constructs_lib.local.state import state_directory

_LABEL = "constructs-lib.instance"


def has_leftovers() -> bool:
    """Whether an embedded AWS of this machine ended without removing its containers."""
    return any(_gone())


def remove_leftovers(engine: ContainerEngine) -> int:
    """Remove the containers of every embedded AWS of this machine that ended without removing them; how many."""
    count = 0
    for path in _gone():
        count += remove_all(engine, path.stem)
        path.unlink(missing_ok=True)
    return count


def _gone() -> Iterator[Path]:
    """The files of those that have ended, each locked while it is looked at."""
    for path in _directory().glob("*.lock"):
        with contextlib.suppress(FileNotFoundError), path.open() as file:  # another one may be as quick
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield path


def remove_all(engine: ContainerEngine, instance: str) -> int:
    """Remove all containers of an embedded AWS; an engine that does not answer any more keeps them."""
    with contextlib.suppress(EngineError):
        found = engine.call("ps", "--all", "--quiet", "--filter", f"label={_LABEL}={instance}").split()
        if found:
            engine.call("rm", "--force", "--volumes", *found)
        return len(found)
    return 0


class Owner:
    """Who the containers of this embedded AWS belong to."""

    def __init__(self) -> None:
        _directory().mkdir(parents=True, exist_ok=True, mode=0o700)
        self.id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.words = ("--label", f"{_LABEL}={self.id}")
        self._path = _directory() / f"{self.id}.lock"
        made = WholeFile(self._path)
        self._file: IO[bytes] = made.file
        fcntl.flock(self._file, fcntl.LOCK_EX)
        made.publish()  # nobody sees it before it is locked

    def end(self, engine: ContainerEngine) -> None:
        """Remove what is left, and let go of the lock."""
        remove_all(engine, self.id)
        self._path.unlink(missing_ok=True)
        self._file.close()


def _directory() -> Path:
    return state_directory() / "containers"


if __name__ == "__main__":  # the supervisor of one that was killed
    with contextlib.suppress(NoEngineError):
        remove_leftovers(find_engine())
