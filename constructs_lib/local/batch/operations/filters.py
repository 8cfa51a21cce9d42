"""The filters of ListJobs and its relatives: names without regard to case, with an asterisk at their end.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html
"""

from collections.abc import Callable, Sequence
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
        return self._values.get(name) is None or self.matcher(name, case=case)(text)

    def matcher(self, name: str, *, case: bool = False) -> Callable[[str], bool]:
        """Make what tells of each of many texts whether it fits one of the values of a filter, which was given."""
        values = [value if case else value.lower() for value in self._values[name]]
        whole = {value for value in values if not value.endswith("*")}
        beginnings = tuple(value[:-1] for value in values if value.endswith("*"))

        def fits(text: str) -> bool:
            text = text if case else text.lower()
            return text in whole or text.startswith(beginnings)

        return fits
