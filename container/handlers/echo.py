"""The handler that a job runs when it names none: it shows what a job gets."""

from worker.context import Context


def handler(item: object, context: Context) -> dict[str, object]:
    """Return the item with its index."""
    return {"index": context.index, "item": item}
