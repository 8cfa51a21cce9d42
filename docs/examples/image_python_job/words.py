"""The job of the example: counts the words of a text."""

from collections import Counter
from typing import Any


def handler(item: str, context: Any) -> dict[str, Any]:
    """Called once in each child of the array, with its own item."""
    print(f"item {context.index}, attempt {context.attempt}")
    return dict(Counter(item.lower().split()))
