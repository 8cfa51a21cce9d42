"""Checks of what a Python job is made of: its handler, its Python and its requirements."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.images.checks import is_moving
from constructs_lib.rules import Rule

_NAME: Final = r"[^\W\d]\w*"
_HANDLER: Final = re.compile(rf"(?P<module>{_NAME}(\.{_NAME})*):(?P<function>{_NAME})(\.{_NAME})*")
# The oldest that the worker runs on, and every later one.
_PYTHON: Final = re.compile(r"3\.(1[1-9]|[2-9]\d)")
# https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options
_OTHER_FILE: Final = re.compile(r"\s*(-r|--requirement|-c|--constraint|-e|--editable)\b.*|\s*\.{1,2}(/.*)?\s*")


def check_python_directory(place: ArgumentPath, directory: Path) -> None:
    """Refuse a directory that is not there, or in which our worker would be hidden by a module of the same name."""
    if not directory.is_dir():
        raise Rule.PYTHON_DIRECTORY.error(
            place.of("directory"),
            got=repr(str(directory)),
            expected="the path of a directory with Python modules is needed",
            fix="Give an absolute path, such as Path(__file__).parent / 'job'.",
        )
    hidden = [name for name in ("worker", "worker.py") if (directory / name).exists()]
    if hidden:
        raise Rule.WORKER_MODULE.error(
            place.of("directory"),
            got=f"{hidden[0]!r} in it",
            expected="the image has a module of this name, which runs the handler",
            fix="Rename yours.",
        )


def check_handler(place: ArgumentPath, directory: Path, handler: str) -> None:
    """Refuse a handler that is not in the directory; what its module makes when it is run cannot be known."""
    match = _HANDLER.fullmatch(handler)
    if not match:
        raise Rule.HANDLER.error(
            place,
            got=repr(handler),
            expected="a handler is named module:function",
            fix="Write 'resize:handler' for the function handler of resize.py.",
        )
    base = directory.joinpath(*match["module"].split("."))
    path = next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
    if path is None:
        found = ", ".join(sorted(item.stem for item in directory.glob("*.py"))) or "none"
        raise Rule.HANDLER.error(
            place,
            got=repr(handler),
            expected=f"the module has to be in the directory, which has: {found}",
            fix="Name the module as it would be imported from there.",
        )
    try:
        names = set(_names(ast.parse(path.read_bytes(), str(path))))
    except SyntaxError:
        return  # it may be right in the Python of the image, and the build compiles it
    if not names & {match["function"], "*"}:
        raise Rule.HANDLER.error(
            place,
            got=repr(handler),
            expected=f"the module has to have the function {match['function']}",
            fix="Write def handler(item, context), and name it.",
        )


def check_command(place: ArgumentPath, modules: Path | None, command: Sequence[str] | None) -> None:
    """Refuse a command that names no function of an image that was made of Python modules.

    Args:
        place: the command.
        modules: their directory; None for an image of another kind.
        command: that replaces the image's; its first word is the handler.
    """
    first = command[0] if command else None
    if modules is not None and first is not None and resolved(first) and not first.startswith(("Ref::", "{%")):
        check_handler(place, modules, first)


def check_python(place: ArgumentPath, python: str, base_image: str | None) -> None:
    """Refuse a Python that the worker does not run on, and a base image that is another one tomorrow."""
    if not _PYTHON.fullmatch(python):
        raise Rule.PYTHON_VERSION.error(
            place.of("python"),
            got=repr(python),
            expected="the worker needs Python 3.11 or later, as '3.13'",
            fix="Choose one of https://devguide.python.org/versions/.",
        )
    if base_image is not None and is_moving(base_image):
        raise Rule.BASE_IMAGE.error(
            place.of("base_image"),
            got=repr(base_image),
            expected="an image that is the same tomorrow is needed",
            fix="Add a tag other than latest, or a digest.",
        )


def check_requirements(place: ArgumentPath, path: Path) -> None:
    """Refuse requirements that are not there, or that are in other files, too: only this one is in the image."""
    place = place.of("requirements")
    if not path.is_file():
        raise Rule.REQUIREMENTS.error(
            place,
            got=repr(str(path)),
            expected="a file of the directory is needed, or a list such as ['numpy==2.3.5']",
            fix="Leave it out when there are none.",
        )
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if _OTHER_FILE.fullmatch(line):
            raise Rule.REQUIREMENTS.error(
                place,
                got=f"{line.strip()!r} in line {number} of {path.name}",
                expected="requirements come from one file",
                fix="Write all of them into one, as pip-compile and uv do.",
            )


def _names(module: ast.Module) -> Iterator[str]:
    """The names that a module surely has; ``*`` when there may be others."""
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.alias():
                yield (node.asname or node.name).partition(".")[0]
