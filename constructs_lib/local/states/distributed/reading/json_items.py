"""Items of a JSON or JSON Lines object.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
"""

import json
from collections.abc import Iterator
from typing import IO, Any

from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError
from constructs_lib.local.states.distributed.reading.items import pairs

_NO_MATCH = "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure."


def json_items(source: IO[bytes], pointer: str = "") -> Iterator[Any]:
    """Yield the elements of an array, or the pairs of an object.

    Args:
        source: the JSON text.
        pointer: JSON pointer to the array or object; by default the whole text.

    Raises:
        MapRunError: no JSON, nothing at the pointer, or something else than an array or object.
    """
    found = _at(_parsed(source.read()), pointer)
    if isinstance(found, list):
        yield from found
    elif isinstance(found, dict):
        yield from pairs(found)
    else:
        raise MapRunError(READER_FAILED, "Attempting to map over non-iterable node.")


def json_lines(source: IO[bytes]) -> Iterator[Any]:
    """Yield the value of each line; empty lines are skipped.

    Raises:
        MapRunError: a line is no JSON; names its number.
    """
    for number, line in enumerate(source, 1):
        if line.strip():
            yield _parsed(line, f" in line {number}")


def _parsed(text: bytes, where: str = "") -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except ValueError as error:
        raise MapRunError(READER_FAILED, f"Unable to parse JSON{where}: {error}") from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _at(value: Any, pointer: str) -> Any:
    """Follow a JSON pointer: https://www.rfc-editor.org/rfc/rfc6901."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise MapRunError(READER_FAILED, _NO_MATCH)
    return value
