"""Whether a value is what an annotation says, and which part of it is not.

Stricter than Python, as AWS and jsii are: a bool is no number, a text is no list of texts, not-a-number is no number.
Tokens pass, as text and as numbers: they are known later. ``int`` of a token is none for aws-cdk-lib within a text.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeGuard, Union, get_args, get_origin

from constructs_lib.core.checked.interfaces import is_interface, parts_of, provides
from constructs_lib.core.tokens import is_number_token, is_ruined_token

Fits = Callable[[Any], bool]

_TEXTS: Final = (str, bytes, bytearray)
"""Sequences that are meant as one thing."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """The innermost part of a value that does not fit.

    Args:
        path: to the part: keys and indexes.
        wanted: the annotation of the part.
        value: the part.
        is_key: whether it is a key of the mapping that the path leads to.
    """

    path: tuple[object, ...]
    wanted: Any
    value: object
    is_key: bool = False


@cache
def fits(wanted: Any) -> Fits:
    """What tells whether a value is what an annotation says."""
    if wanted in _PLAIN:
        return _PLAIN[wanted]
    origin = get_origin(wanted)
    make = next((make for kind, make in _COMPOSED if origin is kind or _is_a(origin, kind)), None)
    return make(get_args(wanted)) if make else _instance(wanted)


def misfit(wanted: Any, value: object, path: tuple[object, ...] = ()) -> Misfit:
    """The innermost part of a value that does not fit: the value itself, or something in a mapping or a sequence."""
    for option in options_of(wanted):
        origin, inside = get_origin(option), get_args(option)
        if _is_a(origin, Mapping) and isinstance(value, Mapping):
            for key in value:
                if not fits(inside[0])(key):
                    return Misfit(path, inside[0], key, is_key=True)
            pairs: Iterable[Any] = ((key, item, inside[1]) for key, item in value.items())
        elif _is_a(origin, Sequence) and _is_listing(value):
            pairs = zip(range(len(value)), value, _kinds(inside, len(value)), strict=False)
        else:
            continue
        for step, item, kind in pairs:
            if not fits(kind)(item):
                return misfit(kind, item, (*path, step))
    return Misfit(path, wanted, value)


def options_of(wanted: Any) -> tuple[Any, ...]:
    """What a union is made of; everything else is its one option."""
    return get_args(wanted) if get_origin(wanted) in {Union, UnionType} else (wanted,)


def _is_a(origin: object, kind: object) -> bool:
    return isinstance(origin, type) and isinstance(kind, type) and issubclass(origin, kind)


def _is_listing(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, _TEXTS)


def _kinds(inside: tuple[Any, ...], length: int) -> tuple[Any, ...]:
    """The annotations of the entries of a list or a tuple."""
    return inside if len(inside) > 1 and inside[1] is not Ellipsis else inside[:1] * length


def _one_of(options: tuple[Any, ...]) -> Fits:
    tests = [fits(option) for option in options]
    return lambda value: any(test(value) for test in tests)


def _literal(options: tuple[Any, ...]) -> Fits:
    return lambda value: any(type(value) is type(option) and value == option for option in options)


def _sequence(inside: tuple[Any, ...]) -> Fits:
    entry = fits(inside[0])
    return lambda value: _is_listing(value) and all(map(entry, value))


def _tuple(inside: tuple[Any, ...]) -> Fits:
    def test(value: Any) -> bool:  # a list will do: nobody can tell them apart in a template
        if not _is_listing(value):
            return False
        kinds = _kinds(inside, len(value))
        return len(kinds) == len(value) and all(fits(kind)(item) for kind, item in zip(kinds, value, strict=True))

    return test


def _mapping(inside: tuple[Any, ...]) -> Fits:
    key, entry = map(fits, inside)
    return lambda value: isinstance(value, Mapping) and all(map(key, value)) and all(map(entry, value.values()))


def _instance(wanted: Any) -> Fits:
    if is_interface(wanted):
        return lambda value: provides(value, wanted)
    return lambda value: isinstance(value, wanted) or any(isinstance(part, wanted) for part in parts_of(value))


def _whole(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return not is_number_token(value) and not is_ruined_token(value)
    return isinstance(value, float) and is_number_token(value)


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    of_token = is_number_token(value) and isinstance(value, int)
    return abs(value) < math.inf and not is_ruined_token(value) and not of_token


_PLAIN: Final[dict[Any, Fits]] = {
    Any: lambda _: True,
    object: lambda _: True,
    None: lambda value: value is None,
    NoneType: lambda value: value is None,
    bool: lambda value: isinstance(value, bool),
    int: _whole,
    float: _number,
    str: lambda value: isinstance(value, str),
}
_COMPOSED: Final[list[tuple[object, Callable[[tuple[Any, ...]], Fits]]]] = [
    (Union, _one_of),
    (UnionType, _one_of),
    (Literal, _literal),
    (tuple, _tuple),
    (Mapping, _mapping),
    (Sequence, _sequence),
    (Callable, lambda _: callable),
]
