"""Lists in pages, as the operations that list versions, aliases and executions give them.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
"""

from collections.abc import Callable, Sequence
from typing import Any

from moto.stepfunctions.exceptions import InvalidToken, ValidationException

_SIZE, _LARGEST, _LONGEST_TOKEN = 100, 1_000, 1_024


def page_of(response: Any, member: str, items: Sequence[Any], shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Give the page that a request asks for.

    Args:
        response: of moto, which has the request.
        member: that the answer has the items in.
        items: all of them, in their order.
        shown: an item as the answer has it.

    Raises:
        ValidationException: the page is too large, or its token too long.
        InvalidToken: it is no token of these operations.
    """
    size, token = response._get_int_param("maxResults"), response._get_param("nextToken")  # noqa: SLF001 moto's own way
    if size is not None and size > _LARGEST:
        raise _invalid(str(size), "maxResults", f"value less than or equal to {_LARGEST}")
    if token is not None and len(token) > _LONGEST_TOKEN:
        raise _invalid(token, "nextToken", f"length less than or equal to {_LONGEST_TOKEN}")
    if token is not None and not token.isdecimal():
        raise InvalidToken("'Invalid token'")
    start, size = int(token or 0), size or _SIZE
    page: dict[str, Any] = {member: [shown(item) for item in items[start : start + size]]}
    if start + size < len(items):
        page["nextToken"] = str(start + size)
    return page


def _invalid(value: str, member: str, constraint: str) -> ValidationException:
    return ValidationException(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must have {constraint}"
    )
