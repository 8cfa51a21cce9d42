"""Conditions with ``&&``, ``||`` and parentheses, whatever they are about."""

from collections.abc import Callable
from typing import TypeVar

from constructs_lib.local.logs.patterns.reader import Reader

Subject = TypeVar("Subject")


def either(reader: Reader, single: Callable[[Reader], Callable[[Subject], bool]]) -> Callable[[Subject], bool]:
    """Read conditions of which one has to hold: ``||`` binds less than ``&&``.

    Args:
        reader: the text.
        single: reads one condition.
    """
    parts = [_all(reader, single)]
    while reader.take("||"):
        parts.append(_all(reader, single))
    return parts[0] if len(parts) == 1 else lambda subject: any(part(subject) for part in parts)


def _all(reader: Reader, single: Callable[[Reader], Callable[[Subject], bool]]) -> Callable[[Subject], bool]:
    parts = [_one(reader, single)]
    while reader.take("&&"):
        parts.append(_one(reader, single))
    return parts[0] if len(parts) == 1 else lambda subject: all(part(subject) for part in parts)


def _one(reader: Reader, single: Callable[[Reader], Callable[[Subject], bool]]) -> Callable[[Subject], bool]:
    if not reader.take("("):
        return single(reader)
    inner = either(reader, single)
    reader.expect(")")
    return inner
