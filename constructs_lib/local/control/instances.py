"""The embedded AWSes that serve on this machine: each keeps a small state file as long as it runs.

The file is locked by the process that wrote it. The lock ends with the process, however it ends, so that a file that
nobody locks is stale. Only its user can read it: it has what lets commands stop the instance and give it images.
"""

import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from constructs_lib.local.account import Keys
from constructs_lib.local.files import WholeFile
from constructs_lib.local.state import state_directory

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

INSTANCES = "CONSTRUCTS_LIB_INSTANCES"
"""Variable with the directory of the state files, for programs whose environment is not that of `up`."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One that serves.

    Args:
        port: where, on 127.0.0.1.
        pid: its process.
        directory: where the logs of its jobs are.
        started: when it was started, in seconds since the epoch.
        access_key: the id of its administrator's access key.
        secret_key: the secret of this key.
        token: what its control endpoint wants to see. Default: nothing, it cannot be asked.
    """

    port: int
    pid: int
    directory: str
    started: float
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> Keys:
        """The access key of its administrator."""
        return Keys(self.access_key, self.secret_key)


def instances_directory() -> Path:
    """Where the state files are: in the directory that `INSTANCES` names, or else in the state directory."""
    if named := os.environ.get(INSTANCES):
        return Path(named)
    return state_directory() / "instances"


_ANOTHER = f"name a directory of yours in {INSTANCES}"


class NotPrivateError(OSError):
    """Another user could read, or put, what the directory of the state files has."""


def private_directory() -> Path:
    """Make the directory of the state files, or see to it that it is only this user's.

    Raises:
        NotPrivateError: it is another user's, or it cannot be made.
    """
    directory = instances_directory()
    if INSTANCES not in os.environ:
        _see_to(directory.parent, stat.S_IWGRP | stat.S_IWOTH)
    _see_to(directory, stat.S_IRWXG | stat.S_IRWXO)
    return directory


def _see_to(directory: Path, forbidden: int) -> None:
    """Make a directory, and take rights of others away from one that is there."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
        found = directory.stat()
        # Nor may the link be another user's, who could let it show elsewhere.
        if {found.st_uid, directory.lstat().st_uid} != {os.geteuid()}:
            raise NotPrivateError(f"{directory} is another user's: {_ANOTHER}")
        if found.st_mode & forbidden:
            directory.chmod(stat.S_IMODE(found.st_mode) & ~forbidden)
    except NotPrivateError:
        raise
    except OSError as error:
        raise NotPrivateError(f"{directory} cannot be used ({error.strerror}): {_ANOTHER}") from None


@contextlib.contextmanager
def registered(instance: Instance) -> Iterator[None]:
    """Let others find an instance of this process while the context is open.

    Raises:
        NotPrivateError: the directory of the state files is another user's.
    """
    path = private_directory() / f"{instance.port}-{instance.pid}.json"
    made = WholeFile(path, mode=stat.S_IRUSR | stat.S_IWUSR)
    with made.file as file:
        file.write(json.dumps(asdict(instance)).encode())
        fcntl.flock(file, fcntl.LOCK_EX)
        made.publish()  # nobody sees it before it is locked
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def running() -> list[Instance]:
    """Every instance that runs, by port; state files of those that are gone are removed.

    Raises:
        NotPrivateError: the directory of the state files is another user's.
    """
    try:
        if not instances_directory().exists():
            return []
    except PermissionError:
        return []  # what this user cannot look into has nothing of this user's
    found = (_read(path) for path in private_directory().glob("*.json"))
    return sorted((item for item in found if item), key=lambda item: item.port)


def keys_at(url: str) -> Keys | None:
    """The administrator's access key of the instance that serves at a URL; None when none of this user's does."""
    found = instance_at(url)
    return found.keys if found else None


def instance_at(url: str) -> Instance | None:
    """The instance that serves at a URL; None when none of this user's does."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname not in _THIS_MACHINE:
        return None
    return next((instance for instance in running() if instance.port == port), None)


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
