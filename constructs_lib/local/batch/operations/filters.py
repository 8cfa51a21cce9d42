"""The filters of ListJobs and its relatives: names without regard to case, with an asterisk at their end.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html
"""

from collections.abc import Sequence
from typing import Any

from constructs_lib.local.batch.errors import invalid


class Filters:
    """The filters of a request.

    Args:
        filters: name and values of each.
        known: the names that the operation has.
    """

    def __init__(self, filters: Sequence[dict[str, Any]], known: Sequence[str]) -> None:
        self._values = {item.get("name", ""): item.get("values", []) for item in filters}
        for name in self._values:
            if name not in known:
                invalid(f"Filter name {name} is not valid. Valid values: {', '.join(known)}.")

    def values(self, name: str) -> list[str] | None:
        """The values of a filter; None when it was not given."""
        return self._values.get(name)

    def match(self, name: str, text: str, *, case: bool = False) -> bool:
        """Tell whether a text fits one of the values of a filter, or the filter was not given."""
        values = self._values.get(name)
        return values is None or any(_fits(value, text, case=case) for value in values)


def _fits(pattern: str, text: str, *, case: bool) -> bool:
    if not case:
        pattern, text = pattern.lower(), text.lower()
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern
