"""What changes between the properties of a resource before and after, and whether that replaces it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from constructs_lib.templates.errors import pointer
from constructs_lib.templates.schemas import Schema, schema
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import is_known

Recreation = Literal["Never", "Conditionally", "Always"]
"""Whether a change of a property makes a new resource."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""What a property is that is not there."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """A property that is not the same any more.

    Args:
        path: such as ``/Properties/Tags`` or ``/Properties/ComputeResources/MaxvCpus``; a list changes as a whole.
        before: its value, or ``ABSENT``.
        after: its value, or ``ABSENT``.
        requires: whether the resource is made anew.
    """

    path: str
    before: Any
    after: Any
    requires: Recreation

    @property
    def name(self) -> str:
        """The property of the resource that it is, or is part of; of another attribute, the attribute."""
        keys = self.path.split("/")
        return keys[2] if keys[1] == "Properties" else keys[1]

    @property
    def kind(self) -> Literal["Add", "Modify", "Remove"]:
        """What happens to the property."""
        return "Add" if self.before is ABSENT else "Remove" if self.after is ABSENT else "Modify"

    @property
    def is_certain(self) -> bool:
        """Whether it changes in any case; not if one of the values is known only to the deployment."""
        return is_known(self.before) and is_known(self.after)


def difference(
    resource_type: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    region: str = "us-east-1",
) -> tuple[PropertyChange, ...]:
    """What of a resource's properties changes, in the order of before, then of after.

    Args:
        resource_type: its type; of one without a schema, every change is made in place.
        before: its properties, evaluated.
        after: its properties, evaluated.
        region: of the schema.
    """
    found = schema(resource_type, region)
    return tuple(
        PropertyChange(pointer(("Properties", *path)), old, new, _requires(found, path, old, new))
        for path, old, new in _changes((), before, after)
    )


def same(before: Any, after: Any) -> bool:
    """Whether CloudFormation takes two values for one: ``"1"`` is 1, and ``"true"`` is true."""
    if before is after:
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same, before, after))
    if is_scalar(before) and is_scalar(after):
        return text_of(before) == text_of(after)
    return bool(before == after)


def _changes(
    path: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    for key in (*before, *(key for key in after if key not in before)):
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        if same(old, new):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes((*path, key), old, new)
        else:
            yield (*path, key), old, new


def _requires(found: Schema | None, path: tuple[str, ...], before: Any, after: Any) -> Recreation:
    if not found:
        return "Never"
    touched = [pointer(path), *_below(path, before, after)]
    if _any(found.create_only, touched):
        return "Always"
    return "Conditionally" if _any(found.conditional_create_only, touched) else "Never"


def _any(paths: frozenset[str], touched: list[str]) -> bool:
    """Whether one of the touched places is a path of the schema, or is in one."""
    return any(fnmatchcase(place, path) or fnmatchcase(place, f"{path}/*") for path in paths for place in touched)


def _below(path: tuple[str, ...], before: Any, after: Any) -> Iterator[str]:
    """The places in a value that comes, goes or is another, where both are not the same."""
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = before if isinstance(before, dict) else {}, after if isinstance(after, dict) else {}
        for key in {**old, **new}:
            one, other = old.get(key, ABSENT), new.get(key, ABSENT)
            if not same(one, other):
                yield pointer((*path, key))
                yield from _below((*path, key), one, other)
    elif isinstance(before, list) or isinstance(after, list):
        one, other = before if isinstance(before, list) else [], after if isinstance(after, list) else []
        for index in range(max(len(one), len(other))):
            left = one[index] if index < len(one) else ABSENT
            right = other[index] if index < len(other) else ABSENT
            if not same(left, right):
                yield pointer((*path, str(index)))
                yield from _below((*path, str(index)), left, right)
