"""The stages of a Dockerfile: what each of them says about the image that it makes.

Source: https://docs.docker.com/reference/dockerfile/
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dockerfile_parse.util import WordSplitter

from constructs_lib.local.images.dockerfile.errors import DockerfileError
from constructs_lib.local.images.dockerfile.instructions import Instruction, read_instructions
from constructs_lib.local.images.dockerfile.variables import expanded, pairs, words

_FROM = re.compile(r"(?:--\S+\s+)*(?P<base>\S+)(?:\s+as\s+(?P<name>\S+))?", re.IGNORECASE)
_SHELL = ("/bin/sh", "-c")


@dataclass(frozen=True, slots=True)
class Copy:
    """Files that come into an image.

    Args:
        instruction: the COPY or ADD.
        sources: what is copied.
        target: where to, from the root of the image; a directory if it ends with a slash.
        origin: the stage that the sources are in; None for the build context.
    """

    instruction: Instruction
    sources: tuple[str, ...]
    target: str
    origin: "Image | None"


@dataclass(frozen=True, slots=True)
class Run:
    """A command of the build, which is not executed.

    Args:
        instruction: the RUN.
        words: its exec form; None if a shell runs it.
        workdir: where.
        variables: what ENV and ARG have set.
    """

    instruction: Instruction
    words: tuple[str, ...] | None
    workdir: str
    variables: Mapping[str, str]


@dataclass(slots=True)
class Image:
    """What a stage says: how its image runs, which files are in it, and what the build would do besides."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    copies: list[Copy] = field(default_factory=list)
    shell: tuple[str, ...] = _SHELL
    base: str = "scratch"
    """The image that it starts from, the first one that is not a stage."""
    runs: list[Run] = field(default_factory=list)

    def derived(self) -> "Image":
        """The image of a stage that starts from this one."""
        return replace(self, environment=dict(self.environment), copies=list(self.copies), runs=list(self.runs))


def read_image(path: Path, target: str | None = None, build_args: Mapping[str, str] | None = None) -> Image:
    """Read what the image of a Dockerfile is.

    Args:
        path: the Dockerfile.
        target: the stage that is built. Default: the last one.
        build_args: values for its ARGs.

    Raises:
        DockerfileError: no engine would build it.
    """
    instructions = read_instructions(path)
    if not any(instruction.name == "FROM" for instruction in instructions):
        raise DockerfileError(
            str(path),
            "no FROM instruction",
            "the image has to begin with one",
            "Begin the file with the image that yours is made from, such as FROM python:3.13.",
        )
    reader = _Reader(build_args or {})
    for instruction in instructions:
        reader.read(instruction)
    if target is None:
        return reader.image
    if target.lower() not in reader.stages:
        raise DockerfileError(
            str(path),
            f"no stage {target!r}",
            f"it has: {', '.join(name for name in reader.stages if not name.isdecimal()) or 'none with a name'}",
            "Build one of these, or name a stage: FROM image AS name.",
        )
    return reader.stages[target.lower()]


class _Reader:
    """Goes through the instructions, and keeps the stages by name and number."""

    def __init__(self, build_args: Mapping[str, str]) -> None:
        self._build_args = build_args
        self._global: dict[str, str] = {}
        self._arguments: dict[str, str] = {}
        self._has_command = False
        self._is_in_stage = False
        self.image = Image()
        self.stages: dict[str, Image] = {}

    def read(self, instruction: Instruction) -> None:
        if instruction.name == "FROM":
            self._from(instruction)
        elif instruction.name == "ARG":
            self._arg(instruction)
        elif not self._is_in_stage:
            raise instruction.error("only ARG may come before FROM", "Move it below FROM.")
        else:
            self._of_stage(instruction, self.image)

    def _from(self, instruction: Instruction) -> None:
        match = _FROM.fullmatch(instruction.value)
        if not match:
            raise instruction.error(
                "FROM is followed by an image and at most AS and a name", "Write FROM image AS name."
            )
        base = expanded(match["base"], self._global)
        if not base or base[0] in ":@":
            raise instruction.error(
                f"the name of the image is {base or 'empty'} when its variables are filled in",
                "Give the ARG a default before the first FROM, or pass it as a build argument.",
            )
        origin = self.stages.get(base.lower())
        self.image = origin.derived() if origin else Image(base=base)
        self._arguments, self._has_command, self._is_in_stage = {}, False, True
        self.stages[str(sum(name.isdecimal() for name in self.stages))] = self.image
        if match["name"]:
            self.stages[match["name"].lower()] = self.image

    def _arg(self, instruction: Instruction) -> None:
        known = self._values() if self._is_in_stage else self._global
        for word in WordSplitter(instruction.value).split(dequote=False):
            name, equals, default = word.partition("=")
            value = self._build_args.get(name, expanded(default, known) if equals else None)
            if not self._is_in_stage:
                self._global[name] = value or ""
            elif value is not None or name in self._global:
                self._arguments[name] = self._global[name] if value is None else value

    def _values(self) -> dict[str, str]:
        """What variables stand for: those of ENV hide those of ARG."""
        return {**self._arguments, **self.image.environment}

    def _of_stage(self, instruction: Instruction, image: Image) -> None:
        match instruction.name:
            case "ENV":
                image.environment.update(pairs(instruction, self._values()))
            case "WORKDIR":
                image.workdir = posixpath.normpath(
                    posixpath.join(image.workdir, expanded(instruction.value, self._values()))
                )
            case "SHELL":
                image.shell = instruction.words() or self._no_list(instruction)
            case "CMD":
                image.command, self._has_command = self._run_by(instruction, image), True
            case "ENTRYPOINT":
                image.entrypoint = self._run_by(instruction, image)
                if not self._has_command:
                    image.command = ()  # that of the stage before was made for another entrypoint
            case "RUN":
                image.runs.append(Run(instruction, instruction.words(), image.workdir, self._values()))
            case "COPY" | "ADD":
                image.copies.append(self._copy(instruction, image))

    def _no_list(self, instruction: Instruction) -> tuple[str, ...]:
        raise instruction.error("SHELL is a JSON list of strings", 'Write SHELL ["/bin/bash", "-c"].')

    def _run_by(self, instruction: Instruction, image: Image) -> tuple[str, ...]:
        words_ = instruction.words()
        if words_ is not None or not instruction.value:
            return words_ or ()
        return (*image.shell, instruction.value)

    def _copy(self, instruction: Instruction, image: Image) -> Copy:
        listed = instruction.words() if "[" in instruction.value[:1] else None
        found = [expanded(word, self._values()) for word in listed or ()] or words(instruction.value, self._values())
        options = dict(word.removeprefix("--").partition("=")[::2] for word in found if word.startswith("--"))
        *sources, target = [word for word in found if not word.startswith("--")] or [""]
        if not sources:
            raise instruction.error(
                f"{instruction.name} needs at least one source and a target", f"Write {instruction.name} source target."
            )
        is_directory = target.endswith(("/", "/.")) or target == "." or len(sources) > 1
        path = posixpath.normpath(posixpath.join(image.workdir, target))
        origin = self.stages.get(options["from"].lower()) or Image() if "from" in options else None
        return Copy(instruction, tuple(sources), path.rstrip("/") + "/" if is_directory else path, origin)
