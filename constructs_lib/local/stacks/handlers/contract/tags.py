"""How services tag their resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from constructs_lib.local.stacks.handlers.contract.change import Change, tags_of
from constructs_lib.local.stacks.handlers.contract.handler import Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of, members_of


def tag_list(properties: Properties, name: str = "Tags") -> list[dict[str, str]]:
    """The tags that properties name, as a list of ``Key`` and ``Value``."""
    return [{"Key": key, "Value": value} for key, value in tags_of(properties.get(name)).items()]


@dataclass(frozen=True, slots=True)
class Tagging:
    """The operations by which a service tags one of its resources.

    Args:
        adds: adds tags to a resource, or changes them.
        takes: takes tags away, by their keys.
        more: members of both that are always the same.
    """

    adds: str = "tag_resource"
    takes: str = "untag_resource"
    more: Mapping[str, Any] | None = None

    def change(self, client: Any, resource: str, change: Change, name: str = "Tags") -> None:
        """Bring the tags of a resource from those of one template to those of another; others stay."""
        changed, gone = change.tags(name)
        if changed:
            self._call(client, self.adds, resource, changed)
        if gone:
            self._call(client, self.takes, resource, gone)

    def _call(self, client: Any, operation: str, resource: str, given: Any) -> None:
        fixed = self.more or {}
        members = {name: shape for name, shape in members_of(client, operation).items() if name not in fixed}
        what = next(name for name, shape in members.items() if isinstance(shape, ListShape | MapShape))
        which = next(name for name in members if name != what)
        if isinstance(given, list) and isinstance(members[what], ListShape):
            given = _as_tags(members[what].member, given)
        getattr(client, operation)(**input_of(client, operation, {**fixed, which: resource, what: given}))


def _as_tags(shape: Shape, names: list[str]) -> list[Any]:
    """The keys of tags as an operation takes them, of which some want whole tags."""
    return [{"Key": name} for name in names] if isinstance(shape, StructureShape) else list(names)
