"""From a container image to a program of this machine.

An image that was built from a directory of the app is run by its Dockerfile's ENTRYPOINT and CMD and by this machine's
Python, among the files that COPY brings into it; in the directory itself if it copies none. Any other image is not
here: its job's command is run as it stands.
"""

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from constructs_lib.local.images.dockerfile import DockerfileError, Image, copy_files, read_image
from constructs_lib.local.paths import within

_PYTHON = re.compile(r"python(3(\.\d+)?)?")
_NOT_APPLIED = {"PATH", "PYTHONPATH", "HOME"}
"""Variables of an image that point into its own file system."""


class ProgramError(Exception):
    """An image that cannot be run as a process of this machine."""


@dataclass(frozen=True, slots=True)
class ImageProgram:
    """What an image runs.

    Args:
        entrypoint: ENTRYPOINT, a job's command is appended to it.
        command: CMD, replaced by a job's command.
        environment: ENV of the Dockerfile.
        directory: where it is started; None stands for an empty directory.
        file: the Dockerfile.
        workdir: WORKDIR of the Dockerfile; without a root, words that point below it are taken below the directory.
        root: the directory that stands for the root of the image; words that point to what is there are taken there.
        image: what the Dockerfile says; None for an image of elsewhere.
        seen: where its files are to be seen before it runs, if that is somewhere else.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    directory: Path | None = None
    file: Path | None = None
    workdir: str = "/"
    root: Path | None = None
    image: Image | None = None
    seen: Path | None = None

    def argv(
        self,
        command: Sequence[str],
        shared: Mapping[str, Path] = MappingProxyType({}),
        python: str = sys.executable,
        path: str | None = None,
    ) -> list[str]:
        """Words to start.

        Args:
            command: the job's; empty for the image's own.
            shared: directories of this machine, by the paths at which the image has them.
            python: what runs Python.
            path: where programs are looked for. Default: where ours are.
        """
        words = [*self.entrypoint, *(command or self.command)]
        if not words:
            raise ProgramError(
                f"nothing to run: {self.file or 'the image'} has neither ENTRYPOINT nor CMD, and the job has no "
                'command. Give the job a command, or end the Dockerfile with CMD ["program", "argument"]'
            )
        words = [self.local(moved(word, shared)) for word in words]
        return [_executable(words[0], python, path), *words[1:]]

    @property
    def files(self) -> Path | None:
        """The directory whose copy it runs in; None when nothing is known of its files."""
        return self.root or self.directory

    def at(self, place: Path, seen: Path | None = None) -> "ImageProgram":
        """The same among a copy of its files.

        Args:
            place: where the copy of `files` is.
            seen: where the files are to be seen, as long as the copy is not there.
        """
        if self.root is None or self.directory is None:
            return replace(self, directory=place, seen=seen)
        moved_to = {str(self.root): place}
        path = self.environment.get("PYTHONPATH")
        items = [moved(item, moved_to) for item in path.split(os.pathsep)] if path else []
        return replace(
            self,
            directory=place / self.directory.relative_to(self.root),
            root=place,
            seen=seen,
            environment={**self.environment, **({"PYTHONPATH": os.pathsep.join(items)} if items else {})},
        )

    def local(self, path: str) -> str:
        """A path of this machine for one in the image, if it has been copied there; else what was given."""
        if not path.startswith("/") or not path.strip("/"):
            return path
        if self.root:
            inside = path.lstrip("/")
        elif self.directory and path.startswith(self.workdir.rstrip("/") + "/"):
            inside = path[len(self.workdir.rstrip("/")) + 1 :]
        else:
            return path
        seen = self.seen or self.files
        return f"{self.files}/{inside}" if seen and (seen / inside).exists() else path


def from_dockerfile(
    directory: Path,
    file: str = "Dockerfile",
    target: str | None = None,
    build_args: dict[str, str] | None = None,
    root: Path | None = None,
) -> ImageProgram:
    """Read what the image of a directory runs.

    Args:
        directory: the build context.
        file: the Dockerfile, relative to the directory.
        target: the stage that is built, default the last one.
        build_args: values for its ARGs.
        root: where the files go that it copies into the image. Default: nowhere, the program is not going to run.

    Raises:
        ProgramError: no engine would build it.
    """
    try:
        image = read_image(directory / file, target, build_args)
        if root and image.copies:
            copy_files(image, directory, root)
    except (DockerfileError, OSError, ValueError) as error:  # such as a file that cannot be read, or NUL in a path
        raise ProgramError(str(error)) from error
    program = ImageProgram(
        entrypoint=image.entrypoint,
        command=image.command,
        environment={name: value for name, value in image.environment.items() if name not in _NOT_APPLIED},
        directory=directory,
        file=directory / file,
        workdir=image.workdir,
        image=image,
    )
    if not (root and image.copies):
        return program
    program = replace(program, directory=within(root, image.workdir), root=root)
    if path := image.environment.get("PYTHONPATH"):
        program.environment["PYTHONPATH"] = os.pathsep.join(program.local(item) for item in path.split(":"))
    return program


def moved(text: str, directories: Mapping[str, Path]) -> str:
    """A path of this machine for one in a directory that is somewhere else here; any other text as it is."""
    for inside, directory in directories.items():
        if text == inside or text.startswith(f"{inside}/"):
            return f"{directory}{text[len(inside) :]}"
    return text


def _executable(word: str, python: str, path: str | None) -> str:
    """This machine's program for a word of an image: its Python, or what is on PATH under the same name."""
    name = os.path.basename(word)  # noqa: PTH119 - a word of a command, not a path of this machine
    if _PYTHON.fullmatch(name):
        return python
    if os.path.isabs(word) and not os.path.exists(word):  # noqa: PTH110, PTH117 - as above
        return shutil.which(name, path=path) or word
    return word
