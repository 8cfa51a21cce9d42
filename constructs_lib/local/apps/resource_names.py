"""Which resource of a stack a person means by a name: what a construct is called in the app, or a resource in AWS."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

_HASH = re.compile(r"[0-9A-F]{8}$")
_REVISION = re.compile(r":[0-9]+$")
_HIDDEN = ("Resource", "Default")
"""The ids of the constructs that are a resource and no more; the one around them has its name."""


class Resource(NamedTuple):
    """A deployed resource.

    Args:
        key: its logical id; behind that of its nested stack and a slash for one in there.
        physical_id: as CloudFormation knows it, such as an ARN.
        path: of its construct; empty where it is not known.
    """

    key: str
    physical_id: str
    path: str = ""

    @property
    def logical_id(self) -> str:
        """Its id in its own template."""
        return self.key.rpartition("/")[2]

    @property
    def construct(self) -> list[str]:
        """The ids on the way to its construct."""
        ids = self.path.split("/") if self.path else []
        return ids[:-1] if len(ids) > 1 and ids[-1] in _HIDDEN else ids

    @property
    def names(self) -> set[str]:
        """What it is called in AWS: its physical id, and of an ARN its name, with and without a revision."""
        last = self.physical_id.rpartition("/")[2]
        unrevised = _REVISION.sub("", last)
        return {self.physical_id, last, unrevised, unrevised.rpartition(":")[2]}

    @property
    def shown(self) -> str:
        """What a person may call it, and will know it by."""
        return "/".join(self.construct[1:]) or self.key


def find(wanted: str, resources: Iterable[Resource]) -> list[Resource]:
    """The resources that a name means, by the nearest way to read it that finds any; empty when none does.

    In this order: a logical id, or a physical id or name; the path of a construct, or its end, such as its id; a
    logical id without its hash; a construct around the resource; the beginning of one of these names; the end of a
    logical id without its hash, for templates that name no constructs.
    """
    known = list(resources)
    path = [part for part in wanted.split("/") if part]
    letters = re.sub(r"[^A-Za-z0-9]", "", wanted)
    readings: list[Callable[[Resource], bool]] = [
        lambda item: wanted in {item.key, item.logical_id, *item.names},
        lambda item: bool(path) and item.construct[-len(path) :] == path,
        lambda item: bool(letters) and _HASH.sub("", item.logical_id) == letters,
        lambda item: bool(path) and _has(item.construct, path),
        lambda item: any(name.startswith(wanted) for name in (item.logical_id, *item.names, *item.construct[-1:])),
        lambda item: bool(letters) and _HASH.sub("", item.logical_id).endswith(letters),
    ]
    return next((found for reading in readings if (found := [item for item in known if reading(item)])), [])


def one(wanted: str, resources: Iterable[Resource], where: str, what: str) -> Resource:
    """The one resource that a name means.

    Args:
        wanted: the name.
        resources: those that it may mean.
        where: whose they are, such as ``stack Words``.
        what: what they are, such as ``state machine``.

    Raises:
        LookupError: there is none, or several are meant.
    """
    known = list(resources)
    found = find(wanted, known)
    if len(found) == 1:
        return found[0]
    if found:
        raise LookupError(f"{where}: several {what}s are called {wanted!r}: {listed(found)}")
    names = {name: item.shown for item in known for name in (item.shown.rpartition("/")[2], item.shown)}
    near = get_close_matches(wanted, names, n=1)
    hint = f". Did you mean {names[near[0]]}?" if near else ""
    raise LookupError(f"{where} has no {what} {wanted!r}, it has: {listed(known) or 'none'}{hint}")


def listed(resources: Iterable[Resource]) -> str:
    """What resources are called, for a message."""
    return ", ".join(sorted(item.shown for item in resources))


def named(resources: Mapping[str, tuple[str, str]], paths: Mapping[str, str], kind: str | None) -> list[Resource]:
    """The resources of a type, or all, of those with their type and physical id by key."""
    return [Resource(key, item[1], paths.get(key, "")) for key, item in resources.items() if kind in (None, item[0])]


def _has(ids: list[str], path: list[str]) -> bool:
    return any(ids[start : start + len(path)] == path for start in range(len(ids) - len(path)))
