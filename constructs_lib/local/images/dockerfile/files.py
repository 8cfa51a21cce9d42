"""The files that COPY and ADD bring into an image, in a directory of this machine that stands for its root.

What commands of the build would make is not there: nothing is executed.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from constructs_lib.local.images.dockerfile.stages import Copy, Image


def copy_files(image: Image, context: Path, root: Path) -> None:
    """Copy what is in an image from its build context.

    Args:
        image: the image.
        context: the directory that it is built from.
        root: where to; it is made.

    Raises:
        DockerfileError: a file is not in the build context.
    """
    root.mkdir(parents=True, exist_ok=True)
    for number, copy in enumerate(image.copies):
        if copy.origin is None:
            _copy(copy, context, root)
        else:
            stage = root.with_name(f"{root.name}.{number}")
            copy_files(copy.origin, context, stage)
            _copy(copy, stage, root)
            shutil.rmtree(stage)
    (root / image.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)


def _copy(copy: Copy, origin: Path, root: Path) -> None:
    target = root / copy.target.lstrip("/")
    for source in copy.sources:
        if "://" in source or source.startswith("<<"):
            continue  # from the internet, or text of the Dockerfile itself
        found = list(_found(origin, source))
        if not found and copy.origin is None:
            raise copy.instruction.error(
                f"{source} is not in the build context {origin}",
                "Sources are relative to the build context; look for a wrong name, or a line of .dockerignore.",
            )
        for path in found:
            if path.is_dir():
                shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
            else:
                file = target / path.name if copy.target.endswith("/") or target.is_dir() else target
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, file)


def _found(origin: Path, source: str) -> Iterator[Path]:
    """What a source stands for; nothing outside of where it is taken from."""
    parts = [part for part in source.split("/") if part not in ("", ".")]
    if ".." in parts:
        return
    if not parts:
        yield origin
    elif any(character in source for character in "*?["):
        yield from sorted(origin.glob("/".join(parts)))
    elif (path := origin.joinpath(*parts)).exists():
        yield path
