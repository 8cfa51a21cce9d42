"""Files that are there whole or not at all, whenever their writer ends, or the disk is full.

On Linux a file has no name while it is written, and is gone with its writer; elsewhere, and on file systems that have
no such files, it has another name.
Source: https://man7.org/linux/man-pages/man2/open.2.html, O_TMPFILE
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_UNNAMED: int = getattr(os, "O_TMPFILE", 0)
_OWN_FILES = "/proc/self/fd"
_MODE = 0o666


class WholeFile:
    """A file that is written and then published.

    Args:
        path: what it will be called; its directory is there.
        mode: who may read and write it, less what the process lets nobody. Default: all.
    """

    def __init__(self, path: Path, *, mode: int = _MODE) -> None:
        self._path = path
        self._mode = mode
        self._name: Path | None = None
        self.file: IO[bytes] = self._open()

    def publish(self) -> None:
        """Let it be seen, in place of an older one."""
        self.file.flush()
        if self._name is None:
            with contextlib.suppress(FileExistsError):
                self._link(self._path)
                return
            self._name = self._path.with_name(f".{self._path.name}.{os.getpid()}.new")
            self._link(self._name)
        self._name.replace(self._path)
        self._name = None

    def discard(self) -> None:
        """Forget it if it was not published."""
        with contextlib.suppress(OSError):  # of what could not be written, again
            self.file.close()
        if self._name is not None:
            self._name.unlink(missing_ok=True)

    def _open(self) -> IO[bytes]:
        directory = self._path.parent
        if _UNNAMED and os.path.isdir(_OWN_FILES):  # noqa: PTH112 - it is no path of a file
            with contextlib.suppress(OSError):  # such as on NFS
                return os.fdopen(os.open(directory, _UNNAMED | os.O_RDWR, self._mode), "w+b")
        number, name = tempfile.mkstemp(prefix=f".{self._path.name}.", suffix=".new", dir=directory)
        self._name = Path(name)
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(number, self._mode & ~mask)
        return os.fdopen(number, "w+b")

    def _link(self, path: Path) -> None:
        directory = os.open(_OWN_FILES, os.O_RDONLY)
        try:
            # Without a directory, Python would make a link to the symbolic link that stands for the file there.
            os.link(str(self.file.fileno()), path, src_dir_fd=directory)
        finally:
            os.close(directory)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file; it is shown at the end of the context, unless that is an error. One that is there keeps its mode.

    Raises:
        OSError: it cannot be written; it names the file.
    """
    try:
        made = WholeFile(path)
        try:
            yield made.file
            if path.exists():
                os.fchmod(made.file.fileno(), stat.S_IMODE(path.stat().st_mode))
            made.publish()
        finally:
            made.discard()
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, halves of characters as question marks; its directory is made if it is not there.

    A pipe, a device or a terminal is written to as it stands, and a link leads to the file that is written.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    content = text.encode(errors="replace")
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(content)
