"""The embedded AWSes that serve on this machine: each keeps a small state file as long as it runs.

The file is locked by the process that wrote it. The lock ends with the process, however it ends, so that a file that
nobody locks is stale.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from constructs_lib.local.account import Keys

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Instance:
    """One that serves.

    Args:
        port: where, on localhost.
        pid: its process.
        directory: where the logs of its jobs are.
        started: when it was started, in seconds since the epoch.
        access_key: the id of its administrator's access key.
        secret_key: the secret of this key.
    """

    port: int
    pid: int
    directory: str
    started: float
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://localhost:{self.port}"

    @property
    def keys(self) -> Keys:
        """The access key of its administrator."""
        return Keys(self.access_key, self.secret_key)


def state_directory() -> Path:
    """Where the state files are: below ``XDG_RUNTIME_DIR``, ``XDG_CACHE_HOME`` or ``~/.cache``, the first there is."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "constructs-lib" / "instances"


@contextlib.contextmanager
def registered(instance: Instance) -> Iterator[None]:
    """Let other processes of this user find an instance of this process while the context is open."""
    path = state_directory() / f"{instance.port}-{instance.pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)  # also where it was there before: what is in it is secret
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
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


def keys_at(url: str) -> Keys | None:
    """The administrator's access key of the instance that serves at a URL; None when none of this user's does."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname not in _THIS_MACHINE:
        return None
    return next((instance.keys for instance in running() if instance.port == port), None)


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
