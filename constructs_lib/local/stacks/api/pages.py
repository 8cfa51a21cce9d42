"""Long answers in pages."""

from collections.abc import Sequence
from typing import Any

from constructs_lib.local.stacks.engine.errors import CallError

LONGEST = 100


def page(name: str, items: Sequence[Any], token: str | None) -> dict[str, Any]:
    """A page of an answer, with the token of the next one; an empty token is that of the first.

    Raises:
        CallError: the token is none.
    """
    try:
        start = int(token or 0)
    except ValueError:
        raise CallError("Invalid NextToken") from None
    answer: dict[str, Any] = {name: list(items[start : start + LONGEST])}
    if start + LONGEST < len(items):
        answer["NextToken"] = str(start + LONGEST)
    return answer
