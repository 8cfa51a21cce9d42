"""How CloudFormation turns a value into a text."""

import json
from typing import Any


def text_of(value: Any) -> str:
    """The text of a text, a number or a boolean; of anything else its JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def is_scalar(value: Any) -> bool:
    """Whether CloudFormation takes a value where a text stands."""
    return isinstance(value, str | int | float)
