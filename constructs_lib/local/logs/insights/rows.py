"""A row of a query: an event with what commands have made of it, or a group of them."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from constructs_lib.local.logs.insights.values import text


class Row:
    """A row.

    Args:
        system: the fields that each event has, whose names begin with ``@``.
        message: of the event; JSON in it becomes fields such as ``detail.attempts.0.exitCode``.
    """

    def __init__(self, system: Mapping[str, Any], message: str = "") -> None:
        self._system = system
        self._message = message
        self.made: dict[str, Any] = {}
        """What commands have made."""

    @cached_property
    def _document(self) -> Any:
        begin = self._message.find("{")
        if begin < 0:
            return None
        try:
            return json.loads(self._message[begin:])
        except ValueError:
            return None

    def get(self, name: str) -> Any:
        """The value of a field; None when it is not there."""
        if name in self.made:
            return self.made[name]
        if name in self._system:
            return self._system[name]
        found = _at(self._document, name)
        return json.dumps(found) if isinstance(found, dict | list) else found

    def shown(self, names: list[str]) -> dict[str, str]:
        """Fields as they are answered, without those that are not there."""
        found = {name: self.get(name) for name in names}
        return {name: text(value) for name, value in found.items() if value is not None}


def _at(node: Any, name: str) -> Any:
    """What is at a path whose steps are between points; names may have points themselves."""
    if isinstance(node, list):
        step, _, rest = name.partition(".")
        if not step.isdecimal() or int(step) >= len(node):
            return None
        return _at(node[int(step)], rest) if rest else node[int(step)]
    if not isinstance(node, dict):
        return None
    if name in node:
        return node[name]
    place = name.find(".")
    while place >= 0:
        if name[:place] in node and (found := _at(node[name[:place]], name[place + 1 :])) is not None:
            return found
        place = name.find(".", place + 1)
    return None
