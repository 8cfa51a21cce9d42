"""Changes of the ready stacks, as somebody might make them, to be reviewed."""

import copy
from collections.abc import Callable
from typing import Any

from constructs_lib.review.report import Review, reviewed
from constructs_lib.review.stacks import Stack

Template = dict[str, Any]
Edit = Callable[[Template], object]


def reviewed_edit(template: Template, edit: Edit) -> Review:
    """The review of a stack before and after a change."""
    edited = copy.deepcopy(template)
    edit(edited)
    return reviewed({"Stack": Stack("Stack", template)}, {"Stack": Stack("Stack", edited)})


def entry(template: Template, prefix: str) -> Template:
    """The one resource whose logical id is a prefix and a hash."""
    found = [name for name in template["Resources"] if name.startswith(prefix) and len(name) == len(prefix) + 8]
    assert len(found) == 1, (prefix, found)
    resource: Template = template["Resources"][found[0]]
    return resource


def logical_id(template: Template, prefix: str) -> str:
    """Its logical id."""
    return next(name for name, each in template["Resources"].items() if each is entry(template, prefix))


def put(prefix: str, path: str, value: Any) -> Edit:
    """Sets a property of a resource, by the keys to it with dots between them."""

    def edit(template: Template) -> None:
        *keys, last = path.split(".")
        place = entry(template, prefix)["Properties"]
        for key in keys:
            place = place.setdefault(key, {})
        place[last] = value

    return edit


def attribute(prefix: str, name: str, value: Any) -> Edit:
    """Sets an attribute of a resource beside its properties."""
    return lambda template: entry(template, prefix).update({name: value})


def drop(prefix: str) -> Edit:
    """Takes a resource away."""
    return lambda template: template["Resources"].pop(logical_id(template, prefix))


def rename(prefix: str, name: str) -> Edit:
    """Gives a resource another logical id, also where others refer to it."""

    def edit(template: Template) -> None:
        old = logical_id(template, prefix)
        template["Resources"] = renamed(template["Resources"], old, name)

    return edit


def renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {new if key == old else key: renamed(member, old, new) for key, member in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return new if value == old else value


def several(*edits: Edit) -> Edit:
    """Changes one after the other."""

    def edit(template: Template) -> None:
        for one in edits:
            one(template)

    return edit
