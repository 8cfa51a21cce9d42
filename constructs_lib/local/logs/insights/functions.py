"""The functions of queries.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

import ipaddress
import json
import math
from collections.abc import Callable
from typing import Any, Final

from constructs_lib.local.logs.insights.values import Moment, number, order, text

Function = Callable[..., Any]


def _numeric(function: Callable[[float], float]) -> Function:
    def made(value: Any) -> Any:
        own = number(value)
        try:
            return None if own is None else function(own)
        except ValueError:
            return None

    return made


def _of_text(function: Function) -> Function:
    def made(value: Any, *others: Any) -> Any:
        return None if value is None else function(text(value), *others)

    return made


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _substr(value: str, start: Any, length: Any = None) -> str:
    begin = int(start)
    return value[begin:] if length is None else value[begin : begin + int(length)]


def _from_millis(value: Any) -> Any:
    own = number(value)
    return None if own is None else Moment(own)


def _to_millis(value: Any) -> Any:
    own = number(value)
    return None if own is None else int(own)


def _json_parse(value: Any) -> Any:
    try:
        found = json.loads(text(value))
    except ValueError:
        return None
    return found


def _is_ip(version: int | None) -> Function:
    def made(value: Any) -> bool:
        try:
            found = ipaddress.ip_address(text(value))
        except ValueError:
            return False
        return version is None or found.version == version

    return made


def _is_in_subnet(value: Any, subnet: Any) -> bool:
    try:
        return ipaddress.ip_address(text(value)) in ipaddress.ip_network(text(subnet), strict=False)
    except ValueError:
        return False


def _stripped(strip: Callable[[str, str | None], str]) -> Function:
    def made(value: str, characters: Any = None) -> str:
        return strip(value, None if characters is None else text(characters))

    return _of_text(made)


_MANY: Final = 99

FUNCTIONS: Final[dict[str, tuple[Function, int, int]]] = {
    "abs": (_numeric(abs), 1, 1),
    "ceil": (_numeric(math.ceil), 1, 1),
    "floor": (_numeric(math.floor), 1, 1),
    "log": (_numeric(math.log), 1, 1),
    "sqrt": (_numeric(math.sqrt), 1, 1),
    "greatest": (lambda *values: max((each for each in values if each is not None), key=order, default=None), 1, _MANY),
    "least": (lambda *values: min((each for each in values if each is not None), key=order, default=None), 1, _MANY),
    "ispresent": (lambda value: value is not None, 1, 1),
    "coalesce": (_coalesce, 1, _MANY),
    "isempty": (lambda value: value is None or not text(value), 1, 1),
    "isblank": (lambda value: value is None or not text(value).strip(), 1, 1),
    "concat": (lambda *values: "".join(text(value) for value in values if value is not None), 1, _MANY),
    "trim": (_stripped(str.strip), 1, 2),
    "ltrim": (_stripped(str.lstrip), 1, 2),
    "rtrim": (_stripped(str.rstrip), 1, 2),
    "strlen": (_of_text(len), 1, 1),
    "toupper": (_of_text(str.upper), 1, 1),
    "tolower": (_of_text(str.lower), 1, 1),
    "substr": (_of_text(_substr), 2, 3),
    "replace": (_of_text(lambda value, old, new: value.replace(text(old), text(new))), 3, 3),
    "strcontains": (_of_text(lambda value, part: int(text(part) in value)), 2, 2),
    "frommillis": (_from_millis, 1, 1),
    "tomillis": (_to_millis, 1, 1),
    "jsonparse": (_json_parse, 1, 1),
    "jsonstringify": (lambda value: None if value is None else json.dumps(value), 1, 1),
    "isvalidip": (_is_ip(None), 1, 1),
    "isvalidipv4": (_is_ip(4), 1, 1),
    "isvalidipv6": (_is_ip(6), 1, 1),
    "isipinsubnet": (_is_in_subnet, 2, 2),
    "isipv4insubnet": (_is_in_subnet, 2, 2),
    "isipv6insubnet": (_is_in_subnet, 2, 2),
}
"""By name in small letters: the function, and how many arguments it takes at least and at most."""
