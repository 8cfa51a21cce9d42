"""The processes that a launcher has started, as this machine knows them."""

from collections import defaultdict
from pathlib import Path


def members(launcher: int) -> list[int]:
    """The programs in the confinement that a process is the outside of; none, as long as they are being started.

    The child of the launcher is the first process there, which waits for all others.

    Args:
        launcher: its process.
    """
    children = defaultdict[int, list[int]](list)
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                # The name of a program, in parentheses, may have any letters in it.
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue  # it has just ended
            children[parent].append(int(path.name))
    found, left = [], [process for first in children[launcher] for process in children[first]]
    while left:
        found.append(left.pop())
        left += children[found[-1]]
    return found
