"""The files that an app is written in, beside its cdk.out."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SUFFIXES: Final = (".py", ".ts", ".js", ".java", ".go", ".cs")
"""Of the languages that the CDK has."""
_OTHERS: Final = frozenset({"cdk.out", "node_modules", "__pycache__", "build", "dist", "tests", "test"})
"""Directories with what is made, installed, or not a part of the app."""


def changed_since(cdk_out: Path) -> Path | None:
    """A file of the app in the directory of a cdk.out that was changed after it was made; None if there is none.

    Args:
        cdk_out: the cloud assembly.
    """
    try:
        made = (cdk_out / "manifest.json").stat().st_mtime
        return next((path for path in _sources(cdk_out.parent) if path.stat().st_mtime > made), None)
    except OSError:
        return None  # it is no assembly, or somebody is just writing


def _sources(directory: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(directory):
        here = Path(place)
        folders[:] = sorted(name for name in folders if _is_of_app(here / name))
        yield from (here / name for name in sorted(names) if name == "cdk.json" or name.endswith(_SUFFIXES))


def _is_of_app(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in _OTHERS or (folder / "pyvenv.cfg").exists())
