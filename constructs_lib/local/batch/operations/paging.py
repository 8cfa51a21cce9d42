"""Lists in pages, as all operations that list or describe give them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from constructs_lib.limits import MAX_RESULTS_PER_PAGE
from constructs_lib.local.batch.errors import invalid

Request = dict[str, Any]
Response = dict[str, Any]
Item = TypeVar("Item")


def page(key: str, items: Sequence[Any], request: Request, *, most: int = MAX_RESULTS_PER_PAGE) -> Response:
    """Return the page that ``maxResults`` and ``nextToken`` of a request ask for.

    Args:
        key: the member of the answer that holds the items.
        items: all items, in a stable order.
        request: the checked request.
        most: how many there can be on a page, and are when the request does not say.
    """
    size = _size(request, most)
    start = _position(request, 0)
    answer: Response = {key: list(items[start : start + size])}
    return answer | {"nextToken": str(start + size)} if start + size < len(items) else answer


def page_of_fitting(
    key: str, items: Sequence[Item], fits: Callable[[Item], bool], request: Request, *, most: int, last_first: bool
) -> Response:
    """Return the page of those items that fit.

    Items that fit no more, or again, when the next page is asked for move no others: none comes twice or never.

    Args:
        key: the member of the answer that holds the items.
        items: all items; new ones may come at their end.
        fits: whether an item is asked for.
        request: the checked request.
        most: how many there can be on a page, and are when the request does not say.
        last_first: whether the list begins with the last one.
    """
    size = _size(request, most)
    last = len(items) - 1
    first = _position(request, last if last_first else 0)
    if first > max(last, 0):
        invalid(f"nextToken is not one that this operation gave: {first}")
    found: list[Item] = []
    for position in range(first, -1, -1) if last_first else range(first, last + 1):
        item = items[position]
        if fits(item):
            if len(found) == size:
                return {key: found, "nextToken": str(position)}
            found.append(item)
    return {key: found}


def _size(request: Request, most: int) -> int:
    size: int = request.get("maxResults", most)
    if not 1 <= size <= most:
        invalid(f"maxResults must be between 1 and {most}, got {size}")
    return size


def _position(request: Request, default: int) -> int:
    token: str = request.get("nextToken", "")
    if not token:  # clients that loop begin with an empty one
        return default
    if not (token.isascii() and token.isdecimal()):
        invalid(f"nextToken is not one that this operation gave: {token}")
    return int(token)
