"""From a container image to a program of this machine.

An image that was built from a directory of the app is run by its Dockerfile's ENTRYPOINT and CMD, in that directory and
by this machine's Python. Any other image is not here: its job's command is run as it stands.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dockerfile_parse import DockerfileParser

_PYTHON = re.compile(r"python(3(\.\d+)?)?")
_NOT_APPLIED = {"PATH", "PYTHONPATH", "HOME"}
"""Variables of an image that point into its own file system."""


class ProgramError(Exception):
    """An image that cannot be run as a process of this machine."""


@dataclass(frozen=True, slots=True)
class Program:
    """What an image runs.

    Args:
        entrypoint: ENTRYPOINT, a job's command is appended to it.
        command: CMD, replaced by a job's command.
        environment: ENV of the Dockerfile.
        directory: where it is started; None stands for an empty directory.
        workdir: WORKDIR of the Dockerfile; words that point below it are taken below the directory.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    directory: Path | None = None
    workdir: str | None = None

    def argv(self, command: Sequence[str]) -> list[str]:
        """Words to start, for a job's command (empty: the image's own)."""
        words = [*self.entrypoint, *(command or self.command)]
        if not words:
            where = f"{self.directory}: its Dockerfile" if self.directory else "the image"
            raise ProgramError(f"nothing to run: {where} has neither ENTRYPOINT nor CMD, and the job has no command")
        words = [self._word(word) for word in words]
        return [_executable(words[0]), *words[1:]]

    def _word(self, word: str) -> str:
        if self.directory and self.workdir and word.startswith(self.workdir + "/"):
            local = self.directory / word[len(self.workdir) + 1 :]
            return str(local) if local.exists() else word
        return word


def from_dockerfile(
    directory: Path,
    file: str = "Dockerfile",
    target: str | None = None,
    build_args: dict[str, str] | None = None,
) -> Program:
    """Read what the image of a directory runs.

    Args:
        directory: the build context.
        file: the Dockerfile, relative to the directory.
        target: the stage that is built, default the last one.
        build_args: values for its ARGs.
    """
    path = directory / file
    if not path.is_file():
        raise ProgramError(f"no Dockerfile at {path}")
    parser = DockerfileParser(str(path), build_args=build_args or {})
    structure = parser.structure
    if not any(instruction["instruction"] == "FROM" for instruction in structure):
        raise ProgramError(f"{path}: no FROM instruction; the image has to begin with one, such as FROM python:3.13")
    instructions = _stage(structure, target)
    return Program(
        entrypoint=_words(instructions, "ENTRYPOINT"),
        command=_words(instructions, "CMD"),
        environment={name: value for name, value in parser.envs.items() if name not in _NOT_APPLIED},
        directory=directory,
        workdir=_last(instructions, "WORKDIR"),
    )


def _stage(structure: list[dict[str, Any]], target: str | None) -> list[dict[str, Any]]:
    stages: dict[str, list[dict[str, Any]]] = {}
    current: list[dict[str, Any]] = []
    for instruction in structure:
        if instruction["instruction"] == "FROM":
            base, _, name = re.sub(r"--\S+\s+", "", instruction["value"]).partition(" ")
            name = re.sub(r"^\s*as\s+", "", name, flags=re.IGNORECASE).strip()
            current = list(stages.get(base, []))
            stages[name or f"#{len(stages)}"] = current
        current.append(instruction)
    if target and target not in stages:
        raise ProgramError(f"the Dockerfile has no stage {target!r}, it has: {', '.join(stages)}")
    return stages[target] if target else current


def _last(instructions: list[dict[str, Any]], name: str) -> str | None:
    values = [item["value"] for item in instructions if item["instruction"] == name]
    return values[-1] if values else None


def _words(instructions: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    value = _last(instructions, name)
    if value is None:
        return ()
    try:
        words = json.loads(value)
    except ValueError:
        words = None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    return ("/bin/sh", "-c", value)


def _executable(word: str) -> str:
    """This machine's program for a word of an image: its Python, or what is on PATH under the same name."""
    name = os.path.basename(word)  # noqa: PTH119 - a word of a command, not a path of this machine
    if _PYTHON.fullmatch(name):
        return sys.executable
    if os.path.isabs(word) and not os.path.exists(word):  # noqa: PTH110, PTH117 - as above
        return shutil.which(name) or word
    return word
