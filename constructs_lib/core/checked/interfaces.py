"""Whether a class provides an interface, of aws-cdk-lib or of this library: told by the classes, without any call.

``isinstance`` would ask the object for each of its members, and each of them crosses to another process and back.
"""

from collections.abc import Iterator
from functools import cache
from inspect import getattr_static
from typing import Any, Final, Generic, Protocol

from jsii import _reference_map

_NOTHING: Final = object()


def is_interface(kind: object) -> bool:
    """Whether a class is one that others provide without being derived from it."""
    return isinstance(kind, type) and bool(getattr(kind, "_is_protocol", False))


def provides(value: object, interface: type[Any]) -> bool:
    """Whether an object has what an interface asks for."""
    if isinstance(value, type):
        return False
    if _is_jsii(interface):
        wanted: Any = interface
        kinds: list[Any] = [type(part) for part in parts_of(value)]
        return any(_class_provides(kind, wanted) for kind in kinds)
    return all(hasattr(value, name) for name in _members(interface))


def parts_of(value: object) -> list[object]:
    """What jsii puts together when an object of a class that is not exported has interfaces; else the object."""
    if isinstance(value, _reference_map.InterfaceDynamicProxy):
        return list(vars(value)["_delegates"])
    return [value]


@cache
def _class_provides(kind: type[Any], interface: type[Any]) -> bool:
    declared = (each for base in kind.__mro__ for each in vars(base).get("__jsii_ifaces__", ()))
    if any(interface in each.__mro__ for each in declared):
        return True
    members = set(_members(interface))
    return bool(members) and all(getattr_static(kind, name, _NOTHING) is not _NOTHING for name in members)


def _members(interface: type[Any]) -> Iterator[str]:
    """The names that an interface asks for, those of the interfaces that it extends among them."""
    for base in interface.__mro__:
        if is_interface(base) and base not in (Protocol, Generic):
            names = {*vars(base), *vars(base).get("__annotations__", ())}
            yield from (name for name in names if not name.startswith("_"))


def _is_jsii(interface: type[Any]) -> bool:
    return hasattr(interface, "__jsii_type__")
