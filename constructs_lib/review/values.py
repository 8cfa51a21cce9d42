"""How a value before and after is told: what of it is not the same, and of long texts the place where they part."""

import json
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final

from constructs_lib.review.findings import code
from constructs_lib.templates.differences import same
from constructs_lib.templates.unknown import Unknown

_LONGEST: Final = 60
_BEFORE: Final = 15
"""Characters that are shown before the first one that differs."""


def parts(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What of two values of JSON is not the same: where, and both; None where one of them has nothing.

    Args:
        before: an object, a list or a scalar.
        after: as before.
        path: where both are.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if not same(before.get(key), after.get(key)):
                yield from parts(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            if not same(old, new):
                yield from parts(old, new, f"{path}[{number}]")
    else:
        yield path, before, after


def from_to(before: Any, after: Any) -> str:
    """What a value was and is; None where it is not there."""
    if before is None:
        return f"is new ({short(after)})"
    if after is None:
        return f"goes (it was {short(before)})"
    old, new = _text(before), _text(after)
    start = max(0, _same_at_the_beginning(old, new) - _BEFORE)
    return f"from {code(_excerpt(old, start))} to {code(_excerpt(new, start))}"


def short(value: Any) -> str:
    """A value as code; of a long one the beginning and the end."""
    text = _text(value)
    return code(text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}")


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | Unknown) else json.dumps(value, default=str, sort_keys=True)


def _same_at_the_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _excerpt(text: str, start: int) -> str:
    """A short text as it is; of a long one what is at a place."""
    if len(text) <= _LONGEST:
        return text
    end = start + _LONGEST
    return f"{'…' * bool(start)}{text[start:end]}{'…' * (end < len(text))}"
