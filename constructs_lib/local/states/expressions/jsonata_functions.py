"""The functions that Step Functions adds to JSONata: $partition, $range, $hash, $random, $uuid and $parse.

And those of JSONata that tell the time.

Arguments that are missing or out of range give nothing (undefined), not an error.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from jsonata.functions import Functions

from constructs_lib.local.states.expressions.jsonata_values import into_jsonata

_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_LONGS = range(-(2**63), 2**63)


def _partition(array: Any = None, size: Any = None, *_: Any) -> Any:
    if array is None or not _is_number(size) or int(size) < 1:
        return None
    items = array if isinstance(array, list) else [array]
    length = int(size)
    return [items[start : start + length] for start in range(0, len(items), length)] or None


def _range(first: Any = None, last: Any = None, step: Any = None, *_: Any) -> Any:
    if not (_is_number(first) and _is_number(last) and _is_number(step)) or int(step) == 0:
        return None
    stride = int(step)
    values = list(range(int(first), int(last) + (1 if stride > 0 else -1), stride))
    return (values[0] if len(values) == 1 else values) if values else None


def _hash(text: Any = None, algorithm: Any = None, *_: Any) -> Any:
    if text is None or algorithm is None:
        return None
    if not isinstance(text, str) or algorithm not in _ALGORITHMS:
        raise ValueError(f"$hash takes a string and one of {', '.join(_ALGORITHMS)}")
    return hashlib.new(_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _random(seed: Any = None, *_: Any) -> float:
    return random.random() if seed is None else _java_random(int(seed))  # noqa: S311 as JSONata's, no secret


def _uuid(*_: Any) -> str:
    return str(uuid.uuid4())


def _parse(text: Any = None, *_: Any) -> Any:
    return None if text is None else into_jsonata(json.loads(text, parse_int=_long_or_double))


def _java_random(seed: int) -> float:
    """Return java.util.Random's first double for a seed, which is what AWS returns."""
    state = (seed ^ 0x5DEECE66D) & (1 << 48) - 1
    drawn = []
    for bits in (26, 27):
        state = (state * 0x5DEECE66D + 0xB) & (1 << 48) - 1
        drawn.append(state >> (48 - bits))
    return float((drawn[0] << 27) + drawn[1]) / (1 << 53)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _long_or_double(digits: str) -> float:
    number = int(digits)
    return number if number in _LONGS else float(number)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": _uuid,
    "parse": _parse,
}


def functions_of_time(seconds: float) -> dict[str, Callable[..., Any]]:
    """Return $now and $millis for a moment in seconds since the epoch; both stand still during an evaluation."""
    milliseconds = int(seconds * 1000)

    def now(picture: Any = None, timezone: Any = None, *_: Any) -> Any:
        return Functions.datetime_from_millis(milliseconds, picture, timezone)

    return {"now": now, "millis": lambda *_: milliseconds}
