"""What an image installs for its Python, read from its RUN commands, requirements files and pyproject.toml.

Sources: https://pip.pypa.io/en/stable/reference/requirements-file-format/,
https://packaging.python.org/en/latest/specifications/pyproject-toml/ and https://docs.astral.sh/uv/guides/integration/docker/
"""

import contextlib
import itertools
import posixpath
import re
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from constructs_lib.local.images.dockerfile import DockerfileError, Image, copy_files
from constructs_lib.local.pythons.commands import Command, commands

_PLAIN = re.compile(r"(?:.*/)?(?:python|uv)(?::.*)?(?:@.*)?")
"""Images that have nothing but Python: the official ones, wherever they are mirrored, and those of uv."""
_PYTHON = re.compile(r"(?:.*/)?python(?:3(?:\.\d+)?)?")
_PIP = re.compile(r"(?:.*/)?pip(?:3(?:\.\d+)?)?")
_INDEX = {
    "-i": "--index-url",
    "--index-url": "--index-url",
    "--extra-index-url": "--extra-index-url",
    "-f": "--find-links",
    "--find-links": "--find-links",
    "--trusted-host": "--trusted-host",
    "--only-binary": "--only-binary",
    "--no-binary": "--no-binary",
}
"""Options of pip that a requirements file may have, too."""
_WITH_VALUE = {
    *_INDEX,
    *("-r", "--requirement", "-c", "--constraint", "-e", "--editable"),
    *("--prefix", "--target", "-t", "--root", "--src", "--python", "-p", "--timeout", "--retries", "--cache-dir"),
    *("--progress-bar", "--log", "--platform", "--python-version", "--implementation", "--abi", "--upgrade-strategy"),
    *("--no-build-isolation-package", "--config-settings", "-C", "--proxy", "--cert", "--root-user-action"),
    *("--link-mode", "--python-platform", "--exclude-newer", "--resolution", "--group", "--no-group", "--package"),
}
_TOOLS = {"pip", "wheel", "uv", "poetry", "pipenv", "pip-tools", "virtualenv"}
"""What installs, and is not imported."""
_HARMLESS = {"", "cache", "check", "config", "freeze", "list", "uninstall"}
"""What pip does besides."""
_OF_NO_CONSEQUENCE = {
    *("[", "addgroup", "adduser", "chmod", "chown", "echo", "groupadd", "mkdir", "rm", "set", "test", "touch", "true"),
    *("useradd", "usermod", "find", "pwd", "ls", "cat", "which", "env", "export", "."),
}
"""Commands that a process of this machine does not miss."""
_MODULES_OF_NO_CONSEQUENCE = {"compileall", "venv", "ensurepip"}


@dataclass(slots=True)
class Requirements:
    """What is to be installed.

    Args:
        lines: as those of a requirements file.
        constraints: as those of a constraints file.
        projects: directories of the image with a pyproject.toml or a setup.py whose modules are installed.
        skipped: commands that are not understood, each with its line.
        plain: whether the image begins with nothing but Python.
    """

    lines: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    plain: bool = True


def is_plain(image: str) -> bool:
    """Whether an image has nothing but Python in it."""
    return bool(_PLAIN.fullmatch(image))


def wanted_by(image: Image, context: Path, root: Path | None = None) -> Requirements:
    """Read what an image wants, and what of it comes from other stages.

    Args:
        image: the image.
        context: the directory that it is built from.
        root: where its files are already, if they are.
    """
    wanted = Requirements(plain=is_plain(image.base))
    for stage in _stages(image):
        with tempfile.TemporaryDirectory(prefix="constructs-lib-") as directory:
            files = _Files(stage, context, Path(directory) / "root")
            if stage is image and root is not None:
                files.root = root
            _read(stage, files, wanted)
    return wanted


def _stages(image: Image) -> Iterator[Image]:
    yield image
    for copy in image.copies:
        if copy.origin is not None:
            yield from _stages(copy.origin)


class _Files:
    """The files of a stage, copied when the first is looked for; where it has none, those of the build context."""

    def __init__(self, stage: Image, context: Path, place: Path) -> None:
        self._stage = stage
        self._context = context
        self._place = place
        self.root: Path | None = None

    def find(self, path: str) -> Path | None:
        if self.root is None:
            self.root = self._place
            with contextlib.suppress(DockerfileError, OSError):  # the image itself tells
                copy_files(self._stage, self._context, self.root)
        for place in (self.root / path.lstrip("/"), self._context / path.lstrip("/")):
            if place.exists():
                return place
        return None


def _read(stage: Image, files: _Files, wanted: Requirements) -> None:
    for run in stage.runs:
        before = len(wanted.skipped)
        found = list(commands(run))
        for command in found:
            if not _understood(command, files, wanted):
                wanted.skipped.append(" ".join(command.words))
        if not found:
            wanted.skipped.append(run.instruction.value.split("\n")[0])
        where = f" (line {run.instruction.line})"
        wanted.skipped[before:] = [text + where for text in wanted.skipped[before:]]


def _understood(command: Command, files: _Files, wanted: Requirements) -> bool:
    words = list(command.words)
    if _PYTHON.fullmatch(words[0]) and words[1:2] == ["-m"] and len(words) > 2:  # noqa: PLR2004 - and a module
        if words[2] in _MODULES_OF_NO_CONSEQUENCE:
            return True
        words = words[2:]
    if posixpath.basename(words[0]) == "uv" and words[1:2] == ["pip"]:
        words = words[1:]
    if posixpath.basename(words[0]) == "uv" and words[1:2] == ["sync"]:
        return _read_project(command.workdir, files, wanted, frozenset(), installed="--no-install-project" not in words)
    if posixpath.basename(words[0]) == "poetry" and words[1:2] == ["install"]:
        return _read_project(command.workdir, files, wanted, frozenset(), installed="--no-root" not in words)
    if _PIP.fullmatch(words[0]):
        return _read_pip(words[1:], command.workdir, files, wanted)
    return words[0] in _OF_NO_CONSEQUENCE or words[:2] == ["apt-get", "clean"] or words[-1:] == ["--version"]


def _read_pip(words: list[str], workdir: str, files: _Files, wanted: Requirements) -> bool:
    left = list(itertools.dropwhile(lambda word: word.startswith("-"), words))  # options of pip itself
    verb = left.pop(0) if left else ""
    if verb not in ("install", "sync"):
        return verb in _HARMLESS
    understood = True
    for option, value in _options(left):
        if option in ("-r", "--requirement") or (not option and verb == "sync"):
            understood &= _read_file(value, workdir, files, wanted.lines)
        elif option in ("-c", "--constraint"):
            understood &= _read_file(value, workdir, files, wanted.constraints)
        elif option in ("", "-e", "--editable"):
            understood &= _read_target(value, workdir, files, wanted)
        elif option in _INDEX:
            wanted.lines.append(f"{_INDEX[option]} {value}")
            understood &= option not in ("-f", "--find-links") or files.find(value) is None  # it is not kept
        elif option in ("--pre", "--no-index"):
            wanted.lines.append(option)
    return understood


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """The options of a command with their values, if they have any; what is no option is the value of none."""
    left = list(words)
    while left:
        word = left.pop(0)
        option, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-"):
            yield "", word
        elif equals:
            yield option, value
        else:
            yield option, left.pop(0) if option in _WITH_VALUE and left else ""


def _read_target(word: str, workdir: str, files: _Files, wanted: Requirements) -> bool:
    path, _, extras = word.partition("[") if word.startswith((".", "/")) else ("", "", "")
    if path:
        names = frozenset(name.strip() for name in extras.rstrip("]").split(",") if name.strip())
        return _read_project(posixpath.normpath(posixpath.join(workdir, path)), files, wanted, names, installed=True)
    if word.endswith((".whl", ".tar.gz", ".zip")) and "://" not in word:
        return False
    if re.split(r"[\[<>=!~; @]", word)[0].lower() not in _TOOLS:
        wanted.lines.append(word)
    return True


def _read_file(path: str, workdir: str, files: _Files, lines: list[str]) -> bool:
    place = posixpath.normpath(posixpath.join(workdir, path))
    found = files.find(place)
    if found is None or not found.is_file():
        return False
    text = re.sub(r"\\\n", " ", found.read_text(encoding="utf-8", errors="replace"))
    understood = True
    for line in text.splitlines():
        own = re.sub(r"(^|\s)#.*$", "", line).strip()
        other = re.fullmatch(r"(?:-r|--requirement)[\s=]+(\S+)", own)
        if other:
            understood &= _read_file(other[1], posixpath.dirname(place), files, lines)
        elif own and not own.startswith(("-c", "--constraint")):
            lines.append(own)
    return understood


def _read_project(
    directory: str, files: _Files, wanted: Requirements, extras: frozenset[str], *, installed: bool
) -> bool:
    if installed and files.find(directory) is not None:
        wanted.projects.append(directory)
    found = files.find(posixpath.join(directory, "pyproject.toml"))
    if found is None:
        return False
    try:
        project = tomllib.loads(found.read_text(encoding="utf-8")).get("project", {})
    except ValueError:
        return False
    wanted.lines += project.get("dependencies", [])
    for name in sorted(extras):
        wanted.lines += project.get("optional-dependencies", {}).get(name, [])
    return bool(project) and "dependencies" not in project.get("dynamic", [])
