"""Numbers of a Distributed Map's fields, which may be given as text by a path."""

from typing import Any

from constructs_lib.local.states.distributed.failures import RUNTIME, MapRunError
from constructs_lib.local.states.json_text import json_text


def whole_number(name: str, value: Any, path: str | None = None) -> int:
    """Return a whole number.

    Args:
        name: of the field, such as ``MaxItems``.
        value: what the field was evaluated to.
        path: the path that was given instead of a value.

    Raises:
        MapRunError: ``States.Runtime``: it is none.
    """
    number = _number(value)
    if number is None or number != int(number):
        raise MapRunError(RUNTIME, _no_number(name, value, path, "integer"))
    return int(number)


def number(name: str, value: Any, path: str | None = None) -> float:
    """Return a number; as `whole_number` otherwise."""
    found = _number(value)
    if found is None:
        raise MapRunError(RUNTIME, _no_number(name, value, path, "float"))
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _no_number(name: str, value: Any, path: str | None, kind: str) -> str:
    shown = value if isinstance(value, str) else json_text(value)
    if path is not None:
        return f'The {name}Path field refers to value "{shown}" which is not a valid {kind}: {path}'
    return f'The {name} field has the value "{shown}" which is not a valid {kind}'
