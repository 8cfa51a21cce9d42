"""Values on their way into and out of jsonata-python.

The library knows JSON null only as its own marker (a Python None is "nothing" to it), returns lists of its own
types and whole numbers as floats, and writes JSON text with escapes that JSONata does not write.
"""

import json
import math
from datetime import datetime
from typing import Any

from jsonata.jsonata import Jsonata
from jsonata.parser import Parser
from jsonata.utils import Utils

from constructs_lib.local.states.json_text import number_text, timestamp_text

_NULL = Utils.NULL_VALUE
_FUNCTIONS = (Jsonata.JFunctionCallable, Parser.Symbol)


class UnsupportedResultError(Exception):
    """An expression returned a function."""


def into_jsonata(value: Any) -> Any:
    """Return the value with JSON nulls as JSONata's; what has none is returned as it is, not copied."""
    if value is None:
        return _NULL
    if isinstance(value, datetime):
        return timestamp_text(value)
    if isinstance(value, dict):
        changed = {key: new for key, old in value.items() if (new := into_jsonata(old)) is not old}
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        items = [into_jsonata(item) for item in value]
        return value if all(map(_is_same, items, value)) else items
    return value


def from_jsonata(value: Any) -> Any:
    """Return plain JSON that shares nothing with the expression's bindings.

    Raises:
        UnsupportedResultError: the value is or contains a function.
    """
    if value is None or value is _NULL:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, dict):
        return {str(key): from_jsonata(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_jsonata(value[position]) for position in range(len(value))]
    raise UnsupportedResultError


def string(arg: Any, prettify: bool) -> str:
    """Return what JSONata's ``$string`` returns for anything that is not a string itself."""
    return "" if isinstance(arg, _FUNCTIONS) else _text(arg, "\n" if prettify else "")


def _text(value: Any, line: str) -> str:
    inner = line and line + "  "
    if isinstance(value, dict):
        colon = ": " if line else ":"
        members = [f"{inner}{_scalar_text(str(key))}{colon}{_text(item, inner)}" for key, item in value.items()]
        return "{" + ",".join(members) + (line if members else "") + "}"
    if isinstance(value, list):
        items = [f"{inner}{_text(value[position], inner)}" for position in range(len(value))]
        return "[" + ",".join(items) + (line if items else "") + "]"
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if value is None or value is _NULL:
        return "null"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps("" if isinstance(value, _FUNCTIONS) else value, ensure_ascii=False)


def _plain_number(number: float) -> float | str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return int(number) if number.is_integer() else number


def _is_same(one: Any, other: Any) -> bool:
    return one is other
