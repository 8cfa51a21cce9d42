"""Values of templates as rules ask for them: what is not known is None, and is never guessed."""

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
