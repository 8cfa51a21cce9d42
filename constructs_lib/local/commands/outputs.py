"""Where a command writes: made and tried out before it starts, and nobody else's meanwhile."""

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from constructs_lib.local.files import write_text
from constructs_lib.systems import NO_LINK, lock, remove_locked

LOCK = ".in-use.json"
"""In a directory that a command writes to: who that is. Locked by its process, however that ends."""


def claim(directory: Path) -> Path:
    """Make the directory of a command, and keep others from claiming it until the command has ended.

    A directory that was made for this and that nothing was written to is removed again.

    Raises:
        click.UsageError: it cannot be made or written to, or another process has claimed it.
    """
    return click.get_current_context().with_resource(claimed(directory))


@contextlib.contextmanager
def claimed(directory: Path) -> Iterator[Path]:
    """The same, as long as the context is open."""
    with contextlib.ExitStack() as stack:
        try:
            for made in _make(directory):
                stack.callback(_remove_if_empty, made)
            stack.enter_context(_locked(directory / LOCK))
        except OSError as error:
            raise click.UsageError(f"--output {directory}: {_reason(error)}") from None
        yield directory


def check_file(path: Path, option: str) -> Path:
    """Find out whether a file can be written, and leave everything as it was.

    Returns:
        The file itself, where the path is a link to one.

    Raises:
        click.UsageError: it cannot.
    """
    target = Path(os.path.realpath(path))  # a link to a file that is not there yet is well
    with contextlib.ExitStack() as stack:
        try:
            for made in _make(target.parent):
                stack.callback(_remove_if_empty, made)
            if not target.exists():
                with target.open("xb") as file:
                    stack.callback(target.unlink)
                    file.write(b"?")
            elif target.is_dir():
                raise click.UsageError(f"{option} {path}: it is a directory")
            elif target.is_file():  # to open a pipe would wait for its reader
                target.open("ab").close()
        except OSError as error:
            raise click.UsageError(f"{option} {path}: {_reason(error)}") from None
    return target


def write_file(path: Path, text: str, option: str) -> None:
    """Write a file as a whole, or leave what was there.

    Raises:
        click.UsageError: it cannot be written.
    """
    target = check_file(path, option)
    try:
        write_text(target, text)
    except OSError as error:
        raise click.UsageError(f"{option} {path}: {_reason(error)}") from None


def _make(directory: Path) -> list[Path]:
    """Make a directory and those above it; those that were not there, the uppermost first."""
    missing = []
    for path in (directory, *directory.parents):
        if path.exists():
            if not path.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "it is a file", str(path))
            break
        missing.append(path)
    directory.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):
        directory.rmdir()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    removed = True
    with _lock(path) as file:
        since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        try:
            file.write(json.dumps({"pid": os.getpid(), "since": since}).encode())
            yield
        finally:
            removed = remove_locked(path)
    if not removed:
        remove_locked(path)


def _lock(path: Path) -> IO[bytes]:
    while True:
        file = open(path, "ab+", buffering=0, opener=_no_link)  # noqa: SIM115 - pathlib has no opener
        try:
            lock(file)
        except BlockingIOError:
            with file:
                raise click.UsageError(f"--output {path.parent}: {_holder(file)}") from None
        except OSError:
            pass  # a file system without locks, such as one of a network: as it was before there were any
        if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
            file.truncate(0)
            return file
        file.close()  # whoever had it has just ended, and removed it


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | NO_LINK, 0o644)  # who put one there means another file


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    try:
        told: dict[str, Any] = json.load(file)
        who = f"process {told['pid']} writes there since {told['since']}"
    except (ValueError, KeyError, TypeError):  # it has just begun
        who = "another process writes there"
    return f"{who}: take another directory, or wait until it has ended"


def _reason(error: OSError) -> str:
    why = "it is there, and no directory" if isinstance(error, FileExistsError) else error.strerror or str(error)
    return f"{why}: {error.filename}" if error.filename else why
