"""The input of an execution that a command is given: a list of items, any JSON value, or nothing."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local import json_texts

STANDARD_INPUT = Path("-")

_LONGER = "a DistributedFanOut reads longer lists from S3: docs/fan-out.md#millions-of-items-from-s3"
_MOST_READ = 64 * STEP_FUNCTIONS_PAYLOAD_BYTES
"""Far more than what an execution takes, with all the blanks that a list may have."""


def read_payload(items: Path | None, given: Path | None) -> Any:
    """The input of a state machine.

    Args:
        items: the file of ``--items``: a JSON array, which becomes ``{"items": […]}``.
        given: the file of ``--input``: any JSON value, as it is.

    Returns:
        The input; ``{}``, as in AWS, when there is neither.

    Raises:
        click.UsageError: there are both, or what was read is none.
    """
    if items and given:
        raise click.UsageError("--items and --input exclude each other: give one of them")
    if items:
        return {"items": read_items(items)}
    return read_input(given) if given else {}


def read_items(path: Path) -> list[Any]:
    """Read a JSON array from a file, or from standard input; what is none is a `click.UsageError`."""
    where = _where("--items", path)
    items = _parsed(_content(path, where), where)
    if not isinstance(items, list):
        hint = (
            ': give the array in "items" alone, or the whole object by --input'
            if isinstance(items, dict) and "items" in items
            else f": --input takes {'an object' if isinstance(items, dict) else 'it'} as it is"
        )
        raise click.UsageError(f'{where}: expected a JSON array such as [1, "two"], got {type(items).__name__}{hint}')
    _check_size({"items": items}, where)
    return items


def read_input(path: Path) -> Any:
    """Read any JSON value from a file, or from standard input; what is none is a `click.UsageError`."""
    where = _where("--input", path)
    if path != STANDARD_INPUT and str(path).lstrip()[:1] in {"{", "["} and not _is_there(path):
        raise click.UsageError(
            f"{where}: there is no such file; JSON itself comes by standard input: `echo '{path}' | … --input -`"
        )
    given = _parsed(_content(path, where), where)
    _check_size(given, where)
    return given


def _where(option: str, path: Path) -> str:
    return f"{option} <stdin>" if path == STANDARD_INPUT else f"{option} {path}"


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name may be
        return False


def _check_size(payload: Any, where: str) -> None:
    size = len(json.dumps(payload, ensure_ascii=False).encode())
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise click.UsageError(
            f"{where}: {size:,} bytes, an execution's input is at most {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes; "
            f"{_LONGER}"
        )


def _content(path: Path, where: str) -> bytes:
    try:
        if path != STANDARD_INPUT:
            with path.open("rb") as file:
                content = file.read(_MOST_READ + 1)
        elif sys.stdin is None:
            raise click.UsageError(f"{where}: it is closed")
        else:
            content = sys.stdin.buffer.read(_MOST_READ + 1)
    except OSError as error:
        raise click.UsageError(f"{where}: {error.strerror}") from None
    if len(content) > _MOST_READ:
        raise click.UsageError(
            f"{where}: more than {_MOST_READ:,} bytes, an execution's input is at most "
            f"{STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes; {_LONGER}"
        )
    return content


def _parsed(content: bytes, where: str) -> Any:
    try:
        return json_texts.parse(content, names_once=True)
    except json_texts.JsonTextError as error:
        raise click.UsageError(f"{where}: not JSON: {error}") from None
