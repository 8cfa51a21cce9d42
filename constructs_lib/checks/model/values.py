"""Values of templates as rules ask for them: what is not known is None, and is never guessed."""

import json
from typing import Any

from constructs_lib.templates.unknown import Source, Unknown

SOMETHING = Source("(another kind of value)").value
"""What is there, and is not what it should be: another tool tells that."""


def member(value: Any, *keys: str) -> Any:
    """What stands below keys; None if it is not there, ``Unknown`` if that is not known."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif value is not None:
            return value if isinstance(value, Unknown) else SOMETHING
    return value


def number(value: Any) -> float | None:
    """A number, also one that is written as a text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def text(value: Any) -> str | None:
    """A text that is known; None for anything else."""
    return value if isinstance(value, str) else None


def items(value: Any) -> list[Any] | None:
    """The items of a list, none if it is not there; None if they are not known."""
    if value is None:
        return []
    return value if isinstance(value, list) else None


def flag(value: Any) -> bool | None:
    """A truth, also one that is written as a text; None for anything else."""
    return {"true": True, "false": False}.get(str(value).lower())


def least_bytes(value: Any) -> int:
    """How many bytes a value is at least as JSON: nothing is counted of what is not known."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, skipkeys=True, default=_known_text)
    return len(text.encode(errors="replace"))


def least_characters(value: Any) -> int:
    """How many characters a text has at least: nothing is counted of what is not known."""
    return len(value if isinstance(value, str) else _known_text(value))


def _known_text(value: Any) -> str:
    parts = value.parts if isinstance(value, Unknown) else ()
    return "".join(part for part in parts if isinstance(part, str))
