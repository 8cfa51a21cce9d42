"""Pictures of libraries: what stands in their modules, classes and tables, to be compared with later ones."""

import sys
from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any

LIBRARIES = ("antlr4", "boto3", "botocore", "flask", "jsonata", "jsonpath_ng", "moto", "responses", "werkzeug")

CACHES = {
    "boto3.DEFAULT_SESSION": "the session of boto3.client, which is made when it is first called",
    "moto.core.authorization.ActionAuthenticatorMixin.request_count": "how many requests it has seen",
    "moto.core.base_backend.BackendDict._instances": "which services have been asked for",
    "moto.moto_api._internal.models.moto_api_backend.proxy_": "what its proxy lets through, which its reset empties",
    "moto.moto_api._internal.moto_api_backend.proxy_": "the same under another name",
    "moto.s3.urls.": "which moto loads again whenever S3 is first asked for",
    "botocore._xform_cache": "names that were translated",
}
"""What libraries themselves keep between calls, by the beginning of its place, and what it is."""
_DATA = ("moto.batch.models.EC2_INSTANCE_TYPES", "moto.ec2.models.instance_types.INSTANCE_TYPES")
"""What EC2 sells, read from a file: five of six places that there are. Only that it is the same table is looked at."""
_OF_CLASSES = {
    "__abstractmethods__",
    "_abc_impl",  # which classes it was asked about
    "__annotations__",  # made when they are first asked for
    "__dict__",
    "__doc__",
    "__slotnames__",  # what copying has looked up
    "__weakref__",
    "instances_tracked",  # the objects that moto has made of a class, which its reset forgets
}
_PLAIN = (bool, bytes, float, int, str, type(None))

Picture = dict[str, dict[str, object]]


def picture() -> Picture:
    """Each module of the libraries, and what stands at each place in it: a plain value, or an object itself."""
    modules = {name: module for name, module in sorted(sys.modules.items()) if name.partition(".")[0] in LIBRARIES}
    return {name: dict(_module(name, module, set())) for name, module in modules.items()}


def differences(before: Picture, after: Picture) -> list[str]:
    """Where two pictures differ; a module that was imported meanwhile is no difference."""
    found = []
    for module, places in before.items():
        now = after[module]
        for place in sorted(places.keys() | now.keys()):
            old, new = places.get(place, "nothing"), now.get(place, "nothing")
            if old is not new and not (isinstance(old, _PLAIN) and type(old) is type(new) and old == new):
                found.append(f"{place}: {_short(old)} is now {_short(new)}")
    return found


def _module(name: str, module: Any, seen: set[int]) -> Iterator[tuple[str, object]]:
    for attribute, value in list(vars(module).items()):
        place = f"{name}.{attribute}"
        if attribute.startswith("__") or sys.modules.get(place) is value:
            continue
        yield from _value(place, value, name, seen)


def _value(place: str, value: Any, module: str, seen: set[int]) -> Iterator[tuple[str, object]]:
    if place.startswith(tuple(CACHES)):
        return
    yield place, value
    if place in _DATA or isinstance(value, (*_PLAIN, ModuleType, FunctionType, MethodType)) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, list | set | frozenset | tuple):
        items = list(map(_short, value))
        yield f"{place} has", repr(items if isinstance(value, list | tuple) else sorted(items))
    for name, inner in _inside(place, value, module):
        yield from _value(f"{place}{name}", inner, module, seen)


def _inside(place: str, value: Any, module: str) -> list[tuple[str, Any]]:
    """What is inside of a class that a module has made, a table, or an object that stands in a module by itself."""
    if isinstance(value, type):
        own = vars(value).items() if value.__module__ == module else ()
        return [(f".{name}", inner) for name, inner in own if name not in _OF_CLASSES]
    found = [(f"[{key!r}]", inner) for key, inner in value.items()] if isinstance(value, Mapping) else []
    if place.rpartition(".")[0] == module and type(value).__module__.partition(".")[0] in LIBRARIES:
        found += [(f".{name}", inner) for name, inner in _own(value).items()]
    return found


def _own(value: object) -> dict[str, Any]:
    try:
        own: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return own


def _short(value: object) -> str:
    return repr(value)[:200] if isinstance(value, _PLAIN) else f"{type(value).__name__} at {id(value):x}"
