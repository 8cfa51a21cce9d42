"""What a request breaks of the constraints in the model of its API, in the words in which AWS tells it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape

_NUMBERS = ("integer", "long", "float", "double")


def violations(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """One sentence for each constraint that is broken.

    Args:
        shape: of botocore's model.
        value: as JSON has it.
        path: where it is, such as ``target.retryPolicy``.
    """
    kind, told = shape.type_name, shape.metadata
    if kind == "structure" and isinstance(value, Mapping):
        for name in told.get("required", ()):
            if value.get(name) is None:
                yield f"Value null at '{_below(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from violations(member, value[name], _below(path, name))
    elif kind == "list" and isinstance(value, list):
        yield from _sizes(value, len(value), told, path, "length")
        for number, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{number}.member")
    elif kind == "string" and isinstance(value, str):
        yield from _sizes(value, len(value), told, path, "length")
        yield from _forms(value, told, path)
    elif kind in _NUMBERS and isinstance(value, int | float):
        yield from _sizes(value, value, told, path, "value")


def summary(found: list[str]) -> str:
    """All of them in one message."""
    return f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {'; '.join(found)}"


def _below(path: str, name: str) -> str:
    return f"{path}.{name[:1].lower()}{name[1:]}" if path else f"{name[:1].lower()}{name[1:]}"


def _sizes(value: Any, size: float, told: Mapping[str, Any], path: str, what: str) -> Iterator[str]:
    if "min" in told and size < told["min"]:
        yield _told(value, path, f"Member must have {what} greater than or equal to {told['min']}")
    if "max" in told and size > told["max"]:
        yield _told(value, path, f"Member must have {what} less than or equal to {told['max']}")


def _forms(value: str, told: Mapping[str, Any], path: str) -> Iterator[str]:
    if "enum" in told and value not in told["enum"]:
        yield _told(value, path, f"Member must satisfy enum value set: [{', '.join(told['enum'])}]")
    if "pattern" in told and not re.fullmatch(told["pattern"], value):
        yield _told(value, path, f"Member must satisfy regular expression pattern: {told['pattern']}")


def _told(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
