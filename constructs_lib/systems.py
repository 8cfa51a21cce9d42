"""What Linux, macOS and Windows do each in its own way; all else is the same on each of them.

Everything runs on Linux and macOS. On Windows the embedded AWS does not, which starts jobs as processes of a POSIX
system: what synthesizes, checks, reviews and talks to an account does.
"""

import os
import shlex
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

_POSIX: Final = ("fcntl", "grp", "pwd", "resource", "termios")
"""Modules of Python that Windows does not have."""
POSIX: Final = find_spec("fcntl") is not None
"""Whether this is Linux or macOS."""
_FAR_AWAY: Final = 1 << 30
"""The byte that is locked on Windows, where nobody can read what is locked: no file of ours is that long."""

NO_LINK: Final[int] = getattr(os, "O_NOFOLLOW", 0)
"""For `os.open`: not what a link leads to; Windows makes none unless it is told to."""


def exit_codes() -> dict[signal.Signals, int]:
    """What a command ends with, by the signal that ended it; Windows has no terminal that hangs up."""
    codes = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 143}
    return {getattr(signal, name): code for name, code in codes.items() if hasattr(signal, name)}


def after_fork(action: Callable[[], object]) -> None:
    """Do something in each copy of this process; Windows makes none."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=action)


def split(command: str) -> list[str]:
    """The words of a command as a shell takes it; backslashes of Windows are parts of paths.

    Raises:
        ValueError: a quote is not closed.
    """
    return shlex.split(command if POSIX else command.replace("\\", "\\\\"))


def lock(file: IO[bytes]) -> None:
    """Lock a file until it is closed.

    Raises:
        BlockingIOError: somebody else has locked it.
        OSError: the file system has no locks.
    """
    try:
        fcntl = import_module("fcntl")
    except ModuleNotFoundError:
        _lock_on_windows(file)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove_locked(path: Path) -> bool:
    """Remove a file that is open; False if it cannot be while it is, as on Windows."""
    with suppress(PermissionError):
        path.unlink(missing_ok=True)
        return True
    return False


def only_on_posix(error: ModuleNotFoundError) -> str | None:
    """What to say of a module that this system does not have; None if it is no matter of the system."""
    if error.name not in _POSIX:
        return None
    return (
        "the embedded AWS runs on Linux and macOS, and Windows has no "
        f"{error.name}: use it in WSL, https://learn.microsoft.com/windows/wsl/install"
    )


def _lock_on_windows(file: IO[bytes]) -> None:
    msvcrt = import_module("msvcrt")
    number = file.fileno()
    position = os.lseek(number, 0, os.SEEK_CUR)
    os.lseek(number, _FAR_AWAY, os.SEEK_SET)
    try:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
    except PermissionError as error:
        raise BlockingIOError(error.errno, error.strerror) from error
    finally:
        os.lseek(number, position, os.SEEK_SET)
