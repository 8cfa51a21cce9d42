"""What every filter pattern does: say whether a message fits, and what it found in it."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Protocol

MISSING = object()
"""What is at a path that leads nowhere."""


class Message:
    """A message, read as JSON when it is first asked for.

    Args:
        text: the message.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def document(self) -> Any:
        """The JSON object that the message is; `MISSING` when it is none."""
        if not self.text.lstrip().startswith("{"):
            return MISSING
        try:
            return json.loads(self.text)
        except ValueError:
            return MISSING


class Found(Protocol):
    """What a pattern has found in a message that fits."""

    @property
    def extracted(self) -> Mapping[str, str]:
        """What TestMetricFilter tells of it, by selector: nothing but for fields between spaces."""
        ...

    def at(self, selector: str) -> Any:
        """The value at a selector, such as ``$.detail.status`` or ``$bytes``; `MISSING` when there is none."""
        ...


class Pattern(Protocol):
    """A filter pattern, read."""

    def find(self, message: Message) -> Found | None:
        """What it finds in a message; None when the message does not fit."""
        ...


class Nothing:
    """A fit of which nothing can be said but that it is one."""

    extracted: Mapping[str, str] = {}

    def at(self, selector: str) -> Any:  # noqa: ARG002 as every other one has it
        """Nothing is anywhere."""
        return MISSING


FITS = Nothing()
