"""Which confinement this machine has, found by trying."""

import functools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.confinement import bubblewrap, namespaces, seatbelt
from constructs_lib.local.confinement.members import members
from constructs_lib.local.confinement.view import Overlay, View

_TRIED_SECONDS = 10.0
_NONE = (
    "jobs are not confined: %s. They can change all that you can, and read your files. "
    "%s, or run them in containers (--runner container); --unconfined says that you want it so"
)
_LINUX = "Install bubblewrap (apt-get install bubblewrap), or let users have namespaces"


@dataclass(frozen=True, slots=True)
class Confined:
    """A command in its confinement.

    Args:
        argv: its words.
        members: finds the processes in there, to be told to stop, by that of the command; None if they are in its
            group.
        launcher: how many of its words, from the first one on, are a launcher that can be held ready.
    """

    argv: list[str]
    members: Callable[[int], list[int]] | None
    launcher: int = 0


@dataclass(frozen=True, slots=True)
class Confinement:
    """A way to confine.

    Args:
        name: how users know it.
        begin: the words before those of a program, for a view and the directory that it starts in.
        members: as of `Confined`.
        moves_temporary: whether /tmp is what the view says; elsewhere only TMPDIR leads there.
        launcher: as of `Confined`.
        composes: whether there is what the view composes.
    """

    name: str
    begin: Callable[[View, Path], list[str]]
    members: Callable[[int], list[int]] | None
    moves_temporary: bool
    launcher: int = 0
    composes: bool = False

    def confine(self, argv: Sequence[str], view: View, directory: Path, environment: Mapping[str, str]) -> Confined:
        """Confine a command.

        Raises:
            OSError: there is no such program; afterwards nobody but the launcher would know.
        """
        _check_program(argv[0], directory, environment, view)
        return Confined([*self.begin(view, directory), *argv], self.members, self.launcher)


@functools.cache
def find_confinement() -> Confinement | None:
    """Find what works here; None, and a warning that says why, when nothing does."""
    if sys.platform == "darwin":
        return _on_macos()
    problem = "this system has neither bubblewrap nor namespaces"
    for confinement in _on_linux() if sys.platform == "linux" else ():
        problem = _problem(confinement)
        if not problem:
            return confinement
    logging.getLogger(__name__).warning(_NONE, problem, _LINUX)
    return None


@functools.cache
def find_overlaying() -> Confinement | None:
    """Find what works here and can lay changes over a directory; None when nothing does."""
    if sys.platform != "linux" or find_confinement() is None:
        return None
    return next((way for way in _on_linux() if not _problem(way, overlaying=True)), None)


def _on_linux() -> list[Confinement]:
    ours = namespaces.launcher()
    others = [by_words("bubblewrap", words) for words in bubblewrap.launchers()]
    return [*others, by_words("namespaces", ours, held=len(ours))]


def by_words(name: str, launcher: Sequence[str], held: int = 0) -> Confinement:
    """A confinement by a program that is told a view in bubblewrap's words, and can be held ready."""
    return Confinement(
        name,
        lambda view, directory: [*launcher, *view.words(), "--chdir", str(directory), "--"],
        members,
        moves_temporary=True,
        launcher=held,
        composes=True,
    )


def _on_macos() -> Confinement | None:
    found = Confinement("sandbox-exec", lambda view, _: [*seatbelt.launcher(view)], members=None, moves_temporary=False)
    problem = _problem(found)
    if problem:
        logging.getLogger(__name__).warning(_NONE, problem, "sandbox-exec is part of macOS: see that it works")
    return None if problem else found


def _problem(confinement: Confinement, *, overlaying: bool = False) -> str:
    """Why a way to confine does not work here; nothing when it does."""
    program = shutil.which("true") or "true"
    with tempfile.TemporaryDirectory(prefix="constructs-lib-") as name:
        directory = Path(name).resolve()
        view = View(
            hidden=(directory,),
            masked=(),
            temporary=directory,
            readable=(),
            writable=(directory,),
            overlays=(_tried_overlay(directory),) if overlaying else (),
        )
        try:
            confined = confinement.confine([program], view, directory, os.environ)
            done = subprocess.run(
                confined.argv,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TRIED_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{confinement.name}: {error}"
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return f"{confinement.name}: {lines[-1] if lines else f'exit code {done.returncode}'}" if done.returncode else ""


def _tried_overlay(directory: Path) -> Overlay:
    tried = Overlay(*(directory / name for name in ("lower", "upper", "work", "target")))
    for path in (tried.lower, tried.upper, tried.work, tried.target):
        path.mkdir()
    return tried


def _check_program(word: str, directory: Path, environment: Mapping[str, str], view: View) -> None:
    if "/" in word:
        path: str | None = view.origin(os.path.join(directory, word))  # noqa: PTH118 - a word of a command
    else:
        directories = environment.get("PATH", os.defpath).split(os.pathsep)
        path = shutil.which(word, path=os.pathsep.join(map(view.origin, directories)))
    if path is None or not os.path.exists(path):  # noqa: PTH110 - as above
        raise FileNotFoundError(2, "No such file or directory", word)
    if os.path.isdir(path) or not os.access(path, os.X_OK):  # noqa: PTH112 - as above
        raise PermissionError(13, "Permission denied", word)
