"""The processes that a launcher has started, as this machine knows them."""

import contextlib
from pathlib import Path


def members(launcher: int) -> list[int]:
    """The programs in the confinement that a process is the outside of; none, as long as they are being started.

    The first process in there, which waits for all others, is the launcher or a child of it.

    Args:
        launcher: its process.
    """
    outside = len(_ids("self"))
    found, left = [], [str(launcher)]
    while left:
        process = left.pop()
        left += _children(process)
        ids = _ids(process)
        if len(ids) > outside and ids[-1] != "1":
            found.append(int(process))
    return found


def _children(process: str) -> list[str]:
    """Its child processes; it may end while they are looked for."""
    found: list[str] = []
    with contextlib.suppress(OSError):
        for path in Path("/proc", process, "task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += path.read_text().split()
    return found


def _ids(process: str) -> list[str]:
    """Its id in each namespace that it is in, the innermost last; none if it has ended.

    Source: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc", process, "status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return line.split()[1:]
    return []
