"""Values and annotations in words, for messages."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from inspect import isroutine
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from constructs import Construct

from constructs_lib.core.checked.fitting import options_of
from constructs_lib.core.tokens import is_number_token, is_ruined_token

_LONGEST: Final = 100
_FEW: Final = 3
_VOWELS: Final = set("AEIOaeio")
_PLAIN: Final[dict[Any, tuple[str, str]]] = {
    bool: ("True or False", "True or False"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("text", "texts"),
    NoneType: ("None", "None"),
}
"""One and several of them."""


def got(value: object) -> str:
    """What was passed: a literal with its type, or what it is; never where it is in memory, or how a token looks."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, str | bytes | list | tuple | dict | set | frozenset) and not isinstance(value, Enum):
        return f"{_shown(value)} ({type(value).__name__})"
    return _shown(value)


def needed(wanted: Any) -> str:
    """What an annotation asks for."""
    return _or(_one(option) for option in options_of(wanted) if option is not NoneType)


def path_of(value: object) -> str:
    """Where a construct is in its app; empty for everything else."""
    return str(value.node.path) if isinstance(value, Construct) else ""


def short_name(value: object) -> str:
    """What somebody could call an object: ``environment`` for a FargateComputeEnvironment."""
    name = type(value).__name__.strip("_").removesuffix("Proxy")
    start = max((index for index, letter in enumerate(name) if letter.isupper()), default=0)
    return name[start:].lower() or "value"


def named(value: object) -> str:
    """Python for a value: itself, if it is short to write, or what somebody could call it."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, int | float) and is_number_token(value):
        return "number"
    return repr(value) if isinstance(value, str | int | float) else short_name(value)


def _or(words: Iterable[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last


def _one(option: Any) -> str:
    origin, inside = get_origin(option), get_args(option)
    if origin is Literal:
        return _or(repr(each) for each in inside)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"a dict from {needed(inside[0])} to {needed(inside[1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence):
        if origin is not tuple or inside[-1] is Ellipsis:
            return f"a list of {_several(inside[0])}"
        one_kind = len(set(inside)) == 1
        return f"a pair of {_several(inside[0]) if one_kind else ' and '.join(map(needed, inside))}"
    return _PLAIN[option][0] if option in _PLAIN else _class(option, article=True)


def _several(wanted: Any) -> str:
    return _or(
        _PLAIN[option][1] if option in _PLAIN else _class(option, article=False) for option in options_of(wanted)
    )


def _class(option: Any, *, article: bool) -> str:
    if not isinstance(option, type) or option is Callable:
        return "a function" if article else "functions"
    library, _, module = option.__module__.rpartition(".")
    of = f" of {module}" if library.startswith("aws_cdk") else ""
    return f"{_article(option.__name__) if article else option.__name__}{of}"


def _article(name: str) -> str:
    name = name.strip("_").removesuffix("Proxy")
    return f"{'an' if name[:1] in _VOWELS else 'a'} {name}"


def _number(value: float) -> str:
    if is_number_token(value):
        kind = "int() of a number" if isinstance(value, int) else "a number"
        return f"{kind} that is known when the app is deployed"
    if is_ruined_token(value):
        return "a number calculated from one that is known when the app is deployed"
    return repr(value) if math.isnan(value) or math.isinf(value) else f"{value!r} ({type(value).__name__})"


def _shown(value: object) -> str:
    if value is None or (isinstance(value, bool | str | bytes) and not isinstance(value, Enum)):
        return repr(value) if len(repr(value)) <= _LONGEST else f"{value!r:.{_LONGEST}}…"
    if isinstance(value, int | float):
        return _number(value).partition(" (")[0]
    if isinstance(value, dict):
        return f"{{{_few(f'{_shown(key)}: {_shown(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple | set | frozenset):
        return f"[{_few(map(_shown, value))}]"
    return _object(value)


def _few(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(listed[:_FEW]) + (", …" if len(listed) > _FEW else "")


def _object(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isroutine(value):
        return f"the function {getattr(value, '__name__', '')}".strip()
    path = path_of(value)
    return f"the {type(value).__name__} '{path}'" if path else _article(type(value).__name__)
