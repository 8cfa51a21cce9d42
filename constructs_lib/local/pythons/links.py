"""A directory of modules that are somewhere else: exactly those of some distributions.

Modules of a package are linked as one, unless several distributions have parts of it: a namespace, without
`__init__.py`.
"""

from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath

_SCRIPT = """\
#!/usr/bin/env python
import sys
from {module} import {function}
if __name__ == "__main__":
    sys.exit({call}())
"""


def link(distributions: Iterable[Distribution], target: Path) -> None:
    """Link what distributions have installed, with their commands in ``bin``.

    Args:
        distributions: of the Python that runs us.
        target: an empty directory.
    """
    for found in distributions:
        files = [PurePosixPath(file) for file in found.files or [] if ".." not in file.parts]
        _link([file.parts for file in files], Path(str(found.locate_file(""))), target)
        for entry in found.entry_points.select(group="console_scripts"):
            function = entry.attr.partition(".")[0]
            script = target / "bin" / entry.name
            script.parent.mkdir(exist_ok=True)
            script.write_text(_SCRIPT.format(module=entry.module, function=function, call=entry.attr))
            script.chmod(0o755)


def _link(files: list[tuple[str, ...]], origin: Path, target: Path) -> None:
    inside = defaultdict[str, list[tuple[str, ...]]](list)
    for first, *rest in files:
        inside[first].append(tuple(rest))
    for name, below in inside.items():
        there = target / name
        if there.is_symlink() or not (origin / name).exists():
            continue
        if name == "__pycache__" or (any(below) and _is_namespace(below)):
            there.mkdir(exist_ok=True)
            _link(below, origin / name, there)
        else:
            there.symlink_to(origin / name)


def _is_namespace(files: list[tuple[str, ...]]) -> bool:
    """Whether others may have modules in the same directory."""
    modules = any(file[-1].endswith((".py", ".so", ".pyd")) for file in files if file)
    return modules and not any(len(file) == 1 and file[0].startswith("__init__.") for file in files)
