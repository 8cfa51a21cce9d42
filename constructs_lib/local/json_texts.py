"""JSON that people and their programs write: read strictly, and what is wrong with it said in one line.

A byte-order mark, as editors on Windows write it, is left out. What Python takes and JSON has not is refused: NaN,
Infinity, and numbers that are too large to be one. Source: https://www.rfc-editor.org/rfc/rfc8259
"""

import codecs
import json
import re
from pathlib import Path
from typing import Any

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN_CHARACTERS = 40
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonTextError(Exception):
    """A text that is no JSON; the message is one clause that says where, and what to do if that is known."""


def read(path: Path) -> Any:
    """Read the JSON value in a file.

    Raises:
        JsonTextError: the file cannot be read, or has something else in it; the message begins with its path.
    """
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise JsonTextError(f"{path}: {error.strerror or error}") from None
    except JsonTextError as error:
        raise JsonTextError(f"{path} is not JSON: {error}") from None
    except ValueError as error:  # a name that no file can have
        raise JsonTextError(f"{str(path)!r}: {error}") from None


def parse(content: bytes, *, names_once: bool = False) -> Any:
    """The value of a JSON text in UTF-8.

    Args:
        content: the text.
        names_once: whether an object that has a name twice is refused, because one of the values would be lost.

    Raises:
        JsonTextError: it is something else.
    """
    if content.startswith(_UTF16):
        raise JsonTextError("it is UTF-16: save it as UTF-8, or `iconv -f UTF-16 -t UTF-8`")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place(content[: error.start].decode(), error.start)
        raise JsonTextError(f"{place} has the byte 0x{content[error.start]:02x}, which is no UTF-8") from None
    if not text.strip():
        raise JsonTextError("it is empty")
    try:
        hook = _unique if names_once else None
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole, object_pairs_hook=hook)
        half = _SURROGATE.search(json.dumps(value, ensure_ascii=False)) if "\\u" in text else None
    except RecursionError:
        raise JsonTextError("its arrays and objects are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise JsonTextError(_problem(text, error)) from None
    if half:
        raise JsonTextError(f"it has half a character, \\u{ord(half[0]):04x}, without its other half")
    return value


def kind(value: Any) -> str:
    """What JSON calls a value: ``an object``, ``a number``."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "an object"
        case list():
            return "an array"
        case str():
            return "a string"
        case _:
            return "a number"


def _problem(text: str, error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data" and _are_lines(text):
        return "it is JSON Lines, a value on each line: `jq -s .` makes one array of them"
    if error.pos >= len(text.rstrip()):
        return f"it ends too early, in {_place(text, len(text.rstrip()))}"
    there = text[error.pos : error.pos + _SHOWN_CHARACTERS].splitlines()[0]
    return f"{error.msg}, in {_place(text, error.pos)}: {there!r}"


def _are_lines(text: str) -> bool:
    try:
        return len([json.loads(line) for line in text.splitlines() if line.strip()]) > 1
    except (ValueError, RecursionError):
        return False


def _place(text: str, position: int) -> str:
    before = text[:position]
    return f"line {before.count(chr(10)) + 1} column {len(before) - before.rfind(chr(10))}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonTextError(f"it has an object with {json.dumps(twice)} twice: one of the values would be lost")
    return found


def _refuse(constant: str) -> Any:
    raise JsonTextError(f"it has {constant}, and JSON has no such number")


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise JsonTextError(f"it has the number {_short(number)}, which is too large to be one")
    return value


def _whole(number: str) -> int:
    try:
        value = int(number)
        float(value)
    except (OverflowError, ValueError):
        raise JsonTextError(f"it has a number of {len(number):,} digits, {_short(number)}") from None
    return value


def _short(number: str) -> str:
    return number if len(number) <= _SHOWN_CHARACTERS else f"{number[: _SHOWN_CHARACTERS - 1]}…"
