"""The Python of an attempt: that of its image, and what the attempt installs for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.confinement import Composed
from constructs_lib.local.job_environment.attempts import AttemptDirectory
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.pythons import Modules, OwnPython


@dataclass(frozen=True, slots=True)
class AttemptPython:
    """What an attempt runs Python by.

    Args:
        program: what runs Python.
        path: its PATH.
        searched: where its programs are as long as it does not run; most often its PATH.
        readable: what it needs to see.
        composed: what is made for it.
    """

    program: str
    path: str
    searched: str
    readable: tuple[Path, ...] = ()
    composed: tuple[Composed, ...] = ()


class ImagePython:
    """The Python of an image.

    Where directories can be composed, it is made once, and an attempt has links to it: to make and to remove a dozen
    files for each would take longer than all else on a disk that others use, too.

    Args:
        directory: where it is made, if it is.
        modules: what it finds.
        enclosure: puts attempts into their places.
    """

    def __init__(self, directory: Path, modules: Modules, enclosure: Enclosure) -> None:
        self._modules = modules
        self._lines = modules.lines()
        self._made = OwnPython(directory) if enclosure.composing else None
        if self._made:
            self._made.make(self._lines)

    def of(self, attempt: AttemptDirectory, projects: Sequence[str], path: str) -> AttemptPython:
        """Make that of an attempt.

        Args:
            attempt: its directory.
            projects: directories with modules of the attempt's own.
            path: PATH, but for Python.
        """
        sites, lines = self._modules.own, [*projects, *self._lines]
        if self._made is None:
            own = OwnPython(attempt.path)
            own.make(lines)
            path = own.path(sites, path)
            return AttemptPython(own.program, path, path, sites)
        own = OwnPython(attempt.python)
        return AttemptPython(
            own.program,
            own.path(sites, path),
            self._made.path(sites, path),
            (*sites, self._made.directory),
            (self._made.again(own.directory, attempt.packages(), lines if projects else None),),
        )
