"""The files that COPY and ADD bring into an image, in a directory of this machine that stands for its root.

What commands of the build would make is not there: nothing is executed. Links are copied as they are, and followed as
an engine follows them: from the root of the build context, or of the image, and never out of it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from constructs_lib.local.images.dockerfile.stages import Copy, Image
from constructs_lib.local.paths import within


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
    within(root, image.workdir).mkdir(parents=True, exist_ok=True)


def _copy(copy: Copy, origin: Path, root: Path) -> None:
    for source in copy.sources:
        if "://" in source or source.startswith("<<"):
            continue  # from the internet, or text of the Dockerfile itself
        found = list(_found(origin, source))
        if not found and copy.origin is None:
            raise copy.instruction.error(
                f"{source} is not in the build context {origin}",
                "Sources are relative to the build context; look for a wrong name, a link that leads out of it, or a "
                "line of .dockerignore.",
            )
        for name, path in found:
            if path.is_dir():
                _copy_tree(path, root, copy.target)
                continue
            is_directory = copy.target.endswith("/") or within(root, copy.target).is_dir()
            file = within(root, f"{copy.target}/{name}" if is_directory else copy.target)
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, file)


def _copy_tree(source: Path, root: Path, target: str) -> None:
    """Copy what is in a directory; what is there already stays, unless it has the same name."""
    directory = within(root, target)
    directory.mkdir(parents=True, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in entries:
            place = directory / entry.name
            if entry.is_dir(follow_symlinks=False):
                _copy_tree(Path(entry.path), root, f"{target}/{entry.name}")
                continue
            if place.is_symlink():
                place.unlink()  # what comes takes the place of a link, not of what it leads to
            shutil.copy2(entry.path, place, follow_symlinks=False)
    shutil.copystat(source, directory)


def _found(origin: Path, source: str) -> Iterator[tuple[str, Path]]:
    """What a source stands for, by its name; nothing outside of where it is taken from."""
    parts = [part for part in source.split("/") if part not in ("", ".")]
    if ".." in parts:
        return
    if not parts:
        yield origin.name, origin
    elif any(character in source for character in "*?["):
        named = (path.relative_to(origin) for path in sorted(origin.glob("/".join(parts))))
        yield from ((item.name, path) for item in named if (path := within(origin, str(item))).exists())
    elif (path := within(origin, "/".join(parts))).exists():
        yield parts[-1], path
