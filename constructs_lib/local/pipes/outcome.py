"""How a batch has ended, as enrichments and targets tell it."""

import json
from collections.abc import Collection
from typing import Any

_FAILURES, _IDENTIFIER = "batchItemFailures", "itemIdentifier"


class BatchError(Exception):
    """All of a batch has failed."""


def failed_messages(answer: Any, messages: Collection[str]) -> set[str]:
    """The ids of messages that a target tells have failed.

    Args:
        answer: of the target, a JSON value.
        messages: the ids of all messages of the batch.

    Raises:
        BatchError: it tells it in a way that means all of them.
    """
    if not isinstance(answer, dict) or not answer.get(_FAILURES):
        return set()
    failures = answer[_FAILURES]
    found = (
        {item.get(_IDENTIFIER) for item in failures if isinstance(item, dict)} if isinstance(failures, list) else {None}
    )
    if not found <= set(messages):
        raise BatchError(f"the target tells of failures by identifiers that are not in the batch: {failures}")
    return {str(name) for name in found}


def json_or_text(content: bytes | str) -> Any:
    """A JSON value, or the text that is none."""
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    try:
        return json.loads(text)
    except ValueError:
        return text
