"""A git revision as a side of a review: its files, without touching the repository, and the app in them, synthesized.

Source: https://git-scm.com/docs/git-archive
"""

import io
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from constructs_lib.local.apps.assembly import AssemblyError
from constructs_lib.local.apps.synthesis import NAME_CONSTRUCTS, synthesize
from constructs_lib.local.supervisor import Supervisor
from constructs_lib.review.errors import ReviewError

_ERROR: Final = re.compile(r"(?!Traceback)\w[\w.]*(?:Error|Exception|Exit|Interrupt)?: \S")
"""How Python, Node and most others begin the line that says what went wrong."""
_FRAME: Final = re.compile(r'\s*File "(.+)", line (\d+)')
"""How Python says where it was."""
_LONGEST: Final = 500
_PACKAGES: Final = {"site-packages", "node_modules"}
_NO_GIT: Final = "git is not installed: give two assemblies in place of --base"


def assemblies(base: str, app: str | None, supervisor: Supervisor, environment: Mapping[str, str]) -> tuple[Path, Path]:
    """The cloud assemblies of a revision and of the current directory as it is now.

    Args:
        base: a revision, such as ``origin/main``.
        app: the command that synthesizes both. Default: that of cdk.json, on each side its own.
        supervisor: runs the commands, and has the directory for both.
        environment: what the app finds in its environment.

    Raises:
        ReviewError: there is no git, no repository or no such revision, or an app cannot be synthesized.
    """
    folder, here = supervisor.folder(), Path.cwd()
    there = _files(base, here, folder / "base")
    sides = ((base, there, folder / "old"), ("the current directory", here, folder / "new"))
    for name, directory, output in sides:
        try:
            synthesize(output, app, directory, environment, context=NAME_CONSTRUCTS, supervisor=supervisor)
        except AssemblyError as error:
            raise ReviewError(f"{name}: {_in_a_line(str(error), directory)}") from None
    return folder / "old", folder / "new"


def _files(revision: str, here: Path, into: Path) -> Path:
    """Write the files of a revision; the directory of it that is the current one here."""
    prefix = _git(here, "rev-parse", "--show-prefix").decode().strip()
    top = Path(_git(here, "rev-parse", "--show-toplevel").decode().strip())
    try:
        commit = _git(here, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except ReviewError:
        raise ReviewError(f"git: there is no revision {revision!r} here: fetch it first, if it is elsewhere") from None
    into.mkdir()
    with tarfile.open(fileobj=io.BytesIO(_git(top, "archive", "--format=tar", commit))) as files:
        files.extractall(into, filter="tar")
    found = into / prefix
    if not found.is_dir():
        raise ReviewError(f"{revision} has no directory {prefix}: run it where the app is on both sides")
    return found


def _in_a_line(message: str, directory: Path) -> str:
    """What went wrong with an app, and of what it printed the end: the error, and the line of the app it came from."""
    first, *printed = [line for line in message.splitlines() if line.strip()]
    if not printed:
        return first.removesuffix(":")
    errors = [number for number, line in enumerate(printed) if _ERROR.match(line)]
    said = " ".join(" ".join(printed[errors[-1] if errors else -1 :]).split())
    return f"{first} {said if len(said) <= _LONGEST else f'{said[:_LONGEST]}…'}{_line_of(printed, directory)}"


def _line_of(printed: list[str], directory: Path) -> str:
    """The last line of the app's own files that Python tells of."""
    frames = [(Path(found[1]), found[2]) for line in printed if (found := _FRAME.match(line))]
    own = [each for each in frames if each[0].is_relative_to(directory) and not _PACKAGES & {*each[0].parts}]
    return f" ({own[-1][0].relative_to(directory)}, line {own[-1][1]})" if own else ""


def _git(directory: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, check=False)
    except FileNotFoundError:
        raise ReviewError(_NO_GIT) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ReviewError(f"git: {said[0].removeprefix('fatal: ') if said else f'it ended with {done.returncode}'}")
    return done.stdout
