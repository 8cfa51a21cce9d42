"""Whether a Python job needs boto3, which images had for every job until the worker did without it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PACKAGES: Final = {"boto3", "botocore"}
_REQUIREMENT: Final = re.compile(r"^\s*boto3\s*([\[=<>!~;@#\s]|$)", re.MULTILINE | re.IGNORECASE)


def needs_boto3(modules: Path, requirements: str) -> bool:
    """Whether a module imports boto3, or botocore, and the requirements do not name boto3 themselves.

    Args:
        modules: the directory of the job's modules, without what tools leave there.
        requirements: the text of its requirements.
    """
    return not _REQUIREMENT.search(requirements) and any(map(_imports_boto3, sorted(modules.rglob("*.py"))))


def _imports_boto3(module: Path) -> bool:
    source = module.read_bytes() if module.is_file() else b""
    if b"boto" not in source:
        return False  # nearly always, and without parsing
    try:
        tree = ast.parse(source, str(module))
    except (SyntaxError, ValueError):
        return True  # it may be right in the Python of the image
    return not _PACKAGES.isdisjoint(name.partition(".")[0] for name in _imported(tree))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name
