"""JSON text as AWS writes it: compact, with unescaped UTF-8, whole numbers without a fraction."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-6, 1e21  # JavaScript writes an exponent outside of these
_LARGEST_EXACT = 10**15


def json_text(value: Any) -> str:
    """Return compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def json_size(value: Any) -> int:
    """Return what counts against payload quotas: the bytes of the value's JSON text."""
    return len(json_text(value).encode("utf-8", "surrogatepass"))


def copy_json(value: Any) -> Any:
    """Return a copy of JSON; what is no dict or list is shared."""
    if isinstance(value, dict):
        return {key: copy_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy_json(item) for item in value]
    return value


def timestamp_text(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds, such as ``2026-01-31T12:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_text(number: float) -> str:
    """Return a finite number as JSONata's ``$string`` does: 15 digits, in JavaScript's notation.

    Source: https://docs.jsonata.org/string-functions#string.
    """
    if isinstance(number, int) and abs(number) < _LARGEST_EXACT:
        return str(number)
    digits = Decimal(repr(float(f"{number:.15g}"))).normalize()
    is_plain = digits == 0 or _SMALLEST_PLAIN <= abs(digits) < _LARGEST_PLAIN
    return format(abs(digits) if digits == 0 else digits, "f" if is_plain else "e")


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return timestamp_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
