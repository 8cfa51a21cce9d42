"""Templates of what a target gets, in which variables stand: ``{"key": <key>, "name": "of <name>"}``.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

_TEXT_OR_VARIABLE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>"]+>')
_VARIABLE: Final = re.compile(r"<([^<>\"]+)>")


def filled(template: str, value_of: Callable[[str], Any]) -> str:
    """A template with the values of its variables: as JSON where one stands alone, as text where it stands in text.

    Args:
        template: the text, mostly JSON.
        value_of: gives the value of a variable; None for one that has none.
    """

    def fill(match: re.Match[str]) -> str:
        whole = match.group()
        if whole.startswith("<"):
            value = value_of(whole[1:-1])
            return json.dumps("" if value is None else value, ensure_ascii=False)
        return _VARIABLE.sub(lambda variable: json.dumps(as_text(value_of(variable[1])))[1:-1], whole)

    return _TEXT_OR_VARIABLE.sub(fill, template)


def as_text(value: Any) -> str:
    """A value as it stands in text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
