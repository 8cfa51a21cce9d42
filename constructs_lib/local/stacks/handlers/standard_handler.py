"""What handlers have in common: a resource is made with what only its making can set, the rest as a change sets it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.failures import failure
from constructs_lib.local.stacks.handlers.handler import Desired, Made, Properties


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


class StandardHandler(ABC):
    """A handler whose resources are made, and then settled as a change settles them.

    ``attributes`` has what ``Fn::GetAtt`` gives, each of what `describe` returns.
    """

    attributes: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def create(self, desired: Desired) -> Made:
        """Make a resource; one that cannot be settled does not stay."""
        made = self.make(desired)
        try:
            self.settle(made, desired, Change({}, desired.properties, is_new=True))
        except Exception:
            self.delete(made, desired)
            raise
        return made

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a resource in place."""
        self.settle(made, desired, Change(before.properties, desired.properties))
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a resource; one that is gone already is no error."""
        try:
            self.remove(made, desired)
        except Exception as error:
            if failure(error).code != "NotFound":
                raise

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        return self.attributes[name](self.describe(made, desired))

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Leave it to the schema."""
        del desired, before
        return None

    @abstractmethod
    def make(self, desired: Desired) -> Made:
        """Make a resource with what cannot be set later."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:  # noqa: B027 - not each has such properties
        """Set what changes of the properties that can be set at any time; those that are taken away by default."""

    @abstractmethod
    def remove(self, made: Made, desired: Desired) -> None:
        """Delete a resource."""

    def describe(self, made: Made, desired: Desired) -> Any:
        """What the attributes are read from. Default: the model of what was made."""
        del desired
        return made.model
