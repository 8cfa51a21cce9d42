"""A disk that can be full: a small file system where one can be mounted, else a limit on what a process may write."""

import contextlib
import resource
import subprocess
from pathlib import Path
from typing import Self

_MEBIBYTES = 8


class FullDisk:
    """A directory; a context manager.

    Args:
        directory: where it is made.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._is_mounted = False

    def __enter__(self) -> Self:
        self.directory.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={_MEBIBYTES}m", "tmpfs", str(self.directory)]
        with contextlib.suppress(OSError):
            self._is_mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_mounted:
            subprocess.run(["umount", "--lazy", str(self.directory)], check=True)

    def fill(self, pid: int) -> None:
        """Let it be full for a process."""
        if not self._is_mounted:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with contextlib.suppress(OSError), (self.directory / "full").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65536))

    def free(self) -> None:
        """Let it have room again."""
        with contextlib.suppress(FileNotFoundError):
            (self.directory / "full").unlink()
