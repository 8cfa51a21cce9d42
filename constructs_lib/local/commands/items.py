"""The list of items that a command is given."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local import json_texts

STANDARD_INPUT = Path("-")

_MOST_READ = 64 * STEP_FUNCTIONS_PAYLOAD_BYTES
"""Far more than what an execution takes, with all the blanks that a list may have."""


def read_items(path: Path) -> list[Any]:
    """Read a JSON array from a file, or from standard input; what is none is a `click.UsageError`."""
    where = "--items <stdin>" if path == STANDARD_INPUT else f"--items {path}"
    items = _parsed(_content(path, where), where)
    if not isinstance(items, list):
        hint = ': give the array in "items" alone' if isinstance(items, dict) and "items" in items else ""
        raise click.UsageError(f'{where}: expected a JSON array such as [1, "two"], got {type(items).__name__}{hint}')
    size = len(json.dumps({"items": items}, ensure_ascii=False).encode())
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise click.UsageError(
            f"{where}: {size:,} bytes, an execution's input is at most {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes"
        )
    return items


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
            f"{STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes"
        )
    return content


def _parsed(content: bytes, where: str) -> Any:
    try:
        return json_texts.parse(content, names_once=True)
    except json_texts.JsonTextError as error:
        raise click.UsageError(f"{where}: not JSON: {error}") from None
