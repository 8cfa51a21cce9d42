"""How a value before and after is told."""

import json
from typing import Any, Final

from constructs_lib.review.findings import code
from constructs_lib.templates.unknown import Unknown

_LONGEST: Final = 60


def from_to(before: Any, after: Any) -> str:
    """What a value was and is; None where it is not there."""
    if before is None:
        return f"is new ({short(after)})"
    if after is None:
        return f"goes (it was {short(before)})"
    return f"from {short(before)} to {short(after)}"


def short(value: Any) -> str:
    """A value as code; of a long one the beginning and the end."""
    text = str(value) if isinstance(value, str | Unknown) else json.dumps(value, default=str, sort_keys=True)
    return code(text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}")
