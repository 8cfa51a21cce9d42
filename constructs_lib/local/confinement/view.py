"""What a confined process sees."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEMPORARY = "/tmp"  # noqa: S108 - what this name stands for is what is decided here
"""Where programs write that do not ask for TMPDIR."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A directory that is another one, but for what is changed in it, which is kept apart.

    Args:
        lower: the other one.
        upper: where changes are kept.
        work: an empty directory beside it, for the kernel.
        target: where the process finds it.
    """

    lower: Path
    upper: Path
    work: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Composed:
    """A directory in memory that is composed of others, and gone with the process: nothing on a disk is made for it.

    Args:
        target: where the process finds it.
        origin: another one, which it sees.
        links: what of that it has, as links.
        writable: directories by where they are below it: there is room for much.
    """

    target: Path
    origin: Path
    links: tuple[str, ...]
    writable: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """All of this machine, read-only, but for this.

    What is said of a directory holds for those below it, unless something else is said of them.

    Args:
        hidden: directories that are empty to it.
        masked: files and sockets that have nothing in them.
        temporary: what it finds, and writes to, where everybody writes.
        readable: what it sees nevertheless.
        writable: what it may change.
        overlays: what it may change without changing it, where a confinement can do that.
        composed: what is made for it.
    """

    hidden: tuple[Path, ...]
    masked: tuple[Path, ...]
    temporary: Path
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    overlays: tuple[Overlay, ...] = ()
    composed: tuple[Composed, ...] = ()

    def words(self) -> Iterator[str]:
        """The view in the words of bubblewrap.

        Source: https://manpages.debian.org/bookworm/bubblewrap/bwrap.1.en.html
        """
        yield from ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
        if os.geteuid() == 0:  # much of it is of the whole machine, whatever the processes there
            yield from ("--remount-ro", "/proc")
        for path in self.masked:
            yield from ("--ro-bind", "/dev/null", str(path))
        words = [
            *((path, 0, ("--tmpfs", str(path))) for path in self.hidden),
            (Path(TEMPORARY), 1, ("--bind", str(self.temporary), TEMPORARY)),
            *((path, 2, ("--ro-bind", str(path), str(path))) for path in self.readable),
        ]
        for _, _, rule in sorted(words):
            yield from rule
        for path in self.writable:
            yield from ("--bind", str(path), str(path))
        for overlay in self.overlays:
            yield from ("--overlay-src", str(overlay.lower))
            yield from ("--overlay", str(overlay.upper), str(overlay.work), str(overlay.target))
        for made in self.composed:
            yield from ("--tmpfs", str(made.target))
            for name in made.links:
                yield from ("--symlink", f"{made.origin}/{name}", f"{made.target}/{name}")
            for name, path in made.writable:
                yield from ("--bind", str(path), f"{made.target}/{name}")

    def origin(self, path: str) -> str:
        """Where on this machine a path of the process is, that may be in an overlay, or in what is composed."""
        for made in self.composed:
            if Path(path).is_relative_to(made.target):
                return str(made.origin / Path(path).relative_to(made.target))
        for overlay in self.overlays:
            if Path(path).is_relative_to(overlay.target) and not Path(path).exists():
                return str(overlay.lower / Path(path).relative_to(overlay.target))
        return path
