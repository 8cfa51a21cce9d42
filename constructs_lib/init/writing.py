"""Writes the files of a pipeline into a directory, and never over one that is there."""

from collections.abc import Iterable, Mapping
from pathlib import Path


class ExistingFilesError(Exception):
    """A pipeline would be written over files that are there.

    Args:
        directory: where it was to be.
        paths: of the files, from there.
    """

    def __init__(self, directory: Path, paths: Iterable[Path]) -> None:
        names = ", ".join(map(str, paths))
        super().__init__(
            f"{directory} has files of these names already: {names}. Nothing was written: choose another name, or move "
            "them away"
        )


def write(directory: Path, files: Mapping[Path, str]) -> None:
    """Write files, with their directories.

    Args:
        directory: of the project; made if it is not there.
        files: their texts, by their paths in it.

    Raises:
        ExistingFilesError: one of them is there already.
        OSError: it cannot be written.
    """
    # A symbolic link to nothing is a file of somebody's, too.
    if there := sorted(path for path in files if (directory / path).exists() or (directory / path).is_symlink()):
        raise ExistingFilesError(directory, there)
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        with (directory / path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
