"""The embedded AWSes that serve on this machine: each keeps a small state file as long as it runs.

The file is locked by the process that wrote it. The lock ends with the process, however it ends, so that a file that
nobody locks is stale.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instance:
    """One that serves.

    Args:
        port: where, on localhost.
        pid: its process.
        directory: where the logs of its jobs are.
        started: when it was started, in seconds since the epoch.
    """

    port: int
    pid: int
    directory: str
    started: float

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://localhost:{self.port}"


def state_directory() -> Path:
    """Where the state files are: below ``XDG_RUNTIME_DIR``, ``XDG_CACHE_HOME`` or ``~/.cache``, the first there is."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "constructs-lib" / "instances"


@contextlib.contextmanager
def registered(instance: Instance) -> Iterator[None]:
    """Let others find an instance of this process while the context is open."""
    path = state_directory() / f"{instance.port}-{instance.pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".new")
    with unfinished.open("w") as file:
        json.dump(asdict(instance), file)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        unfinished.rename(path)  # nobody sees it before it is locked
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def running() -> list[Instance]:
    """Every instance that runs, by port; state files of those that are gone are removed."""
    found = (_read(path) for path in state_directory().glob("*.json"))
    return sorted((item for item in found if item), key=lambda item: item.port)


def _read(path: Path) -> Instance | None:
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Instance(**json.load(file))
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass  # it has just ended
    return None
