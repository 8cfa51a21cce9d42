"""The jobs of the example: what is done with one document in each stage."""

from collections import Counter
from typing import Any


def split(document: str, context: Any) -> list[str]:
    """First stage: the words of a document."""
    print(f"document {context.index}")
    if not document.strip():
        raise ValueError("an empty document")
    return document.lower().split()


def count(_: str, context: Any) -> dict[str, int]:
    """Second stage: how often the first one has found each word."""
    return dict(Counter(context.previous_result()))


def publish(document: str, context: Any) -> str:
    """The task: where the document is to be read."""
    return f"/documents/{context.index}?title={document[:7]}"
