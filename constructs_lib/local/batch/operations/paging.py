"""Lists in pages, as all operations that list or describe give them."""

from collections.abc import Sequence
from typing import Any

from constructs_lib.limits import MAX_RESULTS_PER_PAGE
from constructs_lib.local.batch.errors import invalid

Request = dict[str, Any]
Response = dict[str, Any]


def page(key: str, items: Sequence[Any], request: Request, *, most: int = MAX_RESULTS_PER_PAGE) -> Response:
    """Return the page that ``maxResults`` and ``nextToken`` of a request ask for.

    Args:
        key: the member of the answer that holds the items.
        items: all items, in a stable order.
        request: the checked request.
        most: how many there can be on a page, and are when the request does not say.
    """
    size = request.get("maxResults", most)
    if not 1 <= size <= most:
        invalid(f"maxResults must be between 1 and {most}, got {size}")
    token = request.get("nextToken", "0")
    if not token.isdecimal():
        invalid(f"nextToken is not one that this operation gave: {token}")
    start = int(token)
    answer: Response = {key: list(items[start : start + size])}
    return answer | {"nextToken": str(start + size)} if start + size < len(items) else answer
