"""A change of a resource: what its properties were, and what they are to be."""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Properties


@dataclass(frozen=True, slots=True)
class Change:
    """The properties of a resource before and after a change.

    Args:
        before: none when it has just been made.
        after: those that it gets.
        is_new: whether it has just been made.
    """

    before: Properties
    after: Properties
    is_new: bool = False

    def touches(self, *names: str) -> bool:
        """Whether one of these properties changes."""
        return any(self.before.get(name) != self.after.get(name) for name in names)

    def tags(self, name: str = "Tags") -> tuple[dict[str, str], list[str]]:
        """The tags to be set, and the keys of those to be taken away."""
        before, after = tags_of(self.before.get(name)), tags_of(self.after.get(name))
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        return changed, [key for key in before if key not in after]

    def items(self, name: str) -> tuple[list[Any], list[Any]]:
        """The items that a list gets, and those that it loses."""
        before, after = self.before.get(name) or [], self.after.get(name) or []
        return [item for item in after if item not in before], [item for item in before if item not in after]


def tags_of(value: Any) -> dict[str, str]:
    """Tags that are given as a list or as an object, as the latter."""
    if isinstance(value, dict):
        return {key: str(item) for key, item in value.items()}
    return {tag["Key"]: str(tag.get("Value", "")) for tag in value or []}


def boolean(value: Any) -> bool:
    """A property that is true or false; templates may have it as a text."""
    return value if isinstance(value, bool) else str(value).lower() == "true"
