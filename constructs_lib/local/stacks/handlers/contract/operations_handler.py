"""Resources that are made by the operations of their service's API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of, members_of
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class OperationsHandler(ResourceHandler):
    """Makes resources by calls of their service.

    Properties are given to an operation as far as it has them. What an operation does not do, a subclass does in
    `settle`, what it does otherwise in the other methods.

    Args:
        service: as boto3 names it.
        makes: the operation that makes one.
        changes: the one that changes it. Default: none, only tags change and what `settle` does.
        removes: the one that deletes it. Default: none.
        reads: the one that describes it. Default: none, it has no attributes.
        key: the member of these three that says which one.
        name: the property that names it; gets the generated name. Default: it has no name.
        ref: where its physical id is in the answer of ``makes``, such as ``Table.TableName``. Default: its name.
        paths: where each attribute is in the answer of ``reads``; nothing: it is the physical id.
        renamed: the members of operations whose properties have another name.
        defaults: what a property is when the template does not say; ``changes`` is given it.
        fixed: what ``changes`` is given besides.
        tagging: the operations that tag it. Default: it has no tags, or they are members of its operations.
        tags: the property that has the tags.
        tagged: the attribute by which ``tagging`` finds it. Default: its physical id.
    """

    service: str
    makes: str
    changes: str = ""
    removes: str = ""
    reads: str = ""
    key: str
    name: str = ""
    ref: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    tagging: Tagging | None = None
    tags: str = "Tags"
    tagged: str = ""

    def make(self, desired: Desired) -> Made:
        """Call the operation that makes a resource; what that cannot tag is tagged afterwards."""
        client, given = desired.services.client(self.service), self.given(desired)
        answer = getattr(client, self.makes)(**input_of(client, self.makes, given))
        return Made(str(found(answer, self.ref) if self.ref else given[self.renamed.get(self.name, self.name)]), answer)

    def apply(self, made: Made, desired: Desired, before: Desired | None) -> None:
        """Call the operation that changes a resource, tag it, and settle the rest."""
        change = Change(self.given(before) if before else {}, self.given(desired), is_new=before is None)
        aside = self.tags if self.tagging else ""
        if (
            before
            and self.changes
            and change.touches(*(name for name in change.before | change.after if name != aside))
        ):
            self.change(made, desired, change)
        if self.tagging if before else not self._makes_with_tags(desired):
            self.tag(made, desired, change)
        super().apply(made, desired, before)

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Call the operation that changes a resource, with all that it is to be but its tags."""
        client = desired.services.client(self.service)
        wanted = self._renamed(self.defaults) | change.after
        if self.tagging:
            wanted.pop(self.tags, None)
        which = _known(client, self.changes, self.keys(made, desired))
        getattr(client, self.changes)(**{**input_of(client, self.changes, wanted), **which, **self.fixed})

    def remove(self, made: Made, desired: Desired) -> None:
        """Call the operation that deletes a resource."""
        if self.removes:
            client = desired.services.client(self.service)
            getattr(client, self.removes)(**_known(client, self.removes, self.keys(made, desired)))

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        path = self.paths[name]
        return found(self.read(made, desired), path, name) if path else made.physical_id

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        """How the operations find a resource."""
        del desired
        return {self.key: made.physical_id}

    def read(self, made: Made, desired: Desired) -> Any:
        """Call the operation that describes a resource."""
        client = desired.services.client(self.service)
        return getattr(client, self.reads)(**_known(client, self.reads, self.keys(made, desired)))

    def given(self, desired: Desired) -> Properties:
        """The properties by the names of the operations, with the name of the resource."""
        properties = dict(desired.properties)
        if self.name and properties.get(self.name) is None:
            properties[self.name] = desired.name
        return self._renamed(properties)

    def _makes_with_tags(self, desired: Desired) -> bool:
        members = members_of(desired.services.client(self.service), self.makes)
        wanted = self.renamed.get(self.tags, self.tags).lower()
        return any(name.lower() == wanted for name in members)

    def tag(self, made: Made, desired: Desired, change: Change) -> None:
        """Give a resource the tags that change."""
        if self.tagging:
            which = str(self.attribute(made, desired, self.tagged)) if self.tagged else made.physical_id
            self.tagging.change(desired.services.client(self.service), which, change, self.tags)

    def _renamed(self, properties: Mapping[str, Any]) -> Properties:
        return {self.renamed.get(name, name): value for name, value in properties.items()}


def found(answer: Any, path: str, name: str = "") -> Any:
    """What is at a path such as ``Table.TableArn`` of an answer; a `KeyError` with the name when nothing is."""
    for step in path.split("."):
        if not isinstance(answer, Mapping) or step not in answer:
            raise KeyError(name or path)
        answer = answer[step]
    return answer


def _known(client: Any, operation: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that an operation has; some have them inside another member."""
    return {name: value for name, value in keys.items() if name in members_of(client, operation)}
