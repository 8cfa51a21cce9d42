"""The job of the example: what is done with one item."""

from typing import Any


def render(item: Any, context: Any) -> str:
    """A tile; one of a kind that nobody knows cannot be rendered."""
    print(f"tile {context.index}: {item}")
    if not str(item).endswith(".png"):
        raise ValueError(f"{item} is no picture")
    return f"rendered {item}"
