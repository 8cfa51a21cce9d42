"""The call to write in place of a wrong argument, as far as the wrong value tells what was meant."""

import json
import math
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from os import PathLike
from typing import Any, Final, get_args, get_origin

from constructs_lib.core.checked.calls import call_for
from constructs_lib.core.checked.fitting import fits, options_of
from constructs_lib.core.checked.words import named, short_name
from constructs_lib.core.tokens import is_number_token

_IN_GIBIBYTES: Final = frozenset({"capacity", "ephemeral_storage", "root_volume", "size"})
"""Arguments whose sizes AWS counts in GiB; all others are MiB."""
_AMOUNT: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")
_SIZES: Final = {"k": "kibibytes", "m": "mebibytes", "g": "gibibytes", "t": "tebibytes"}
_TIMES: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_YES: Final = frozenset({"true", "yes", "on", "1"})
_NO: Final = frozenset({"false", "no", "off", "0", ""})


def suggestion(wanted: Any, value: object, argument: str, default: object = None) -> str | None:
    """Python for what was probably meant; None if the value does not tell it.

    Args:
        wanted: the annotation.
        value: what was passed.
        argument: its name, which says in which unit a bare number is.
        default: of the argument, which says whether a text is an expression.
    """
    for option in options_of(wanted):
        found = _for_option(option, value, argument, default)
        if found is not None:
            return found
    return None


def _for_option(wanted: Any, value: object, argument: str, default: object) -> str | None:
    origin = get_origin(wanted)
    if origin is tuple and get_args(wanted)[-1] is not Ellipsis:
        return _pair(get_args(wanted), value)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _list(get_args(wanted)[0], value, argument)
    if wanted is str:
        return _text(value, expression=isinstance(default, str) and default.startswith("{%"))
    if wanted in _PLAIN:
        return _PLAIN[wanted](value)
    return _made(wanted, value, argument) if isinstance(wanted, type) else None


def _made(wanted: type[Any], value: object, argument: str) -> str | None:
    if issubclass(wanted, Enum):
        return _member(wanted, value)
    if wanted.__name__ == "Size":
        return _amount("Size", _SIZES, "gibibytes" if argument in _IN_GIBIBYTES else "mebibytes", value)
    return _duration(value) if wanted.__name__ == "Duration" else call_for(wanted, value)


def _list(inside: Any, value: object, argument: str) -> str | None:
    if isinstance(value, str) and inside is str:
        return repr(_words(value)) if value.strip() else None
    if fits(inside)(value):
        return f"[{named(value)}]"
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return f"{'sorted' if isinstance(value, set | frozenset) else 'list'}({argument})"
    entry = suggestion(inside, value, argument)
    return None if entry is None or value is None else f"[{entry}]"


def _pair(inside: tuple[Any, ...], value: object) -> str | None:
    """Both ends of a range from one value, or a key and its value from a text."""
    if isinstance(value, str):
        first, sign, second = value.partition("=")
        return f"({first!r}, {second!r})" if sign and inside == (str, str) else None
    one = named(value)
    return f"({one}, {one})" if all(fits(kind)(value) for kind in inside) else None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote without its other one
        return text.split()


def _text(value: object, *, expression: bool) -> str | None:
    if isinstance(value, bool):
        return repr(str(value).lower())
    if isinstance(value, int | float):
        return _text_of_number(value)
    if isinstance(value, list | tuple | dict):
        return _json(value, expression=expression)
    if isinstance(value, bytes):
        return repr(value.decode("utf-8", "replace"))
    name = short_name(value)
    return {"CfnParameter": f"{name}.value_as_string"}.get(type(value).__name__) or (
        f"str({name})" if isinstance(value, PathLike) else None
    )


def _text_of_number(value: float) -> str | None:
    if is_number_token(value):
        return "Token.as_string(…)"
    return repr(str(value)) if fits(float)(value) else None


def _json(value: object, *, expression: bool) -> str | None:
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        return None
    return repr(f"{{% {text} %}}") if expression else None


def _whole(value: object) -> str | None:
    number = _known_number(value)
    return str(math.ceil(number)) if number is not None else _of_parameter(value)


def _number(value: object) -> str | None:
    number = _known_number(value)
    return f"{number:.15g}" if number is not None else _of_parameter(value)


def _known_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if fits(float)(number) and not is_number_token(number) else None


def _of_parameter(value: object) -> str | None:
    return f"{short_name(value)}.value_as_number" if type(value).__name__ == "CfnParameter" else None


def _flag(value: object) -> str | None:
    text = str(value).lower()
    if not isinstance(value, str | int) and value is not None:
        return None
    return "True" if text in _YES else "False" if text in _NO | {"none"} else None


def _member(wanted: type[Enum], value: object) -> str | None:
    def plain(text: object) -> str:
        return re.sub(r"[^a-z0-9]", "", str(text).lower())

    names = [member.name for member in wanted]
    if isinstance(value, str | Enum):
        asked = plain(value.name if isinstance(value, Enum) else value.rpartition(".")[2])
        names = [member.name for member in wanted if asked in {plain(member.name), plain(member.value)}] or names
    few = names[:3]
    listed = " or ".join(f"{wanted.__name__}.{name}" for name in few)
    return listed if len(names) == len(few) else f"{listed} or another {wanted.__name__}"


def _duration(value: object) -> str | None:
    if isinstance(value, timedelta):
        return f"Duration.seconds({value.total_seconds():.0f})"
    if isinstance(value, str) and re.fullmatch(r"P[0-9DT][0-9DTHMS]*", value):
        return f"Duration.parse({value!r})"
    return _amount("Duration", _TIMES, "seconds", value)


def _amount(kind: str, units: Mapping[str, str], usual: str, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return f"{kind}.{usual}({value!r})" if fits(float)(value) and not is_number_token(value) else None
    match = _AMOUNT.fullmatch(value)
    unit = match and (units.get(match[2][:1].lower()) if match[2] else usual)
    return f"{kind}.{unit}({match[1]})" if match and unit else None


_PLAIN: Final[Mapping[type[Any], Callable[[object], str | None]]] = {int: _whole, float: _number, bool: _flag}
