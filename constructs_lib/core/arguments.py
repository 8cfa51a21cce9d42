"""Checks of arguments that several constructs share. Unresolved tokens pass: their value is not known yet."""

from collections.abc import Sequence
from typing import Any, TypeVar

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import readable
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_T = TypeVar("_T")


def as_list(values: Sequence[_T] | None) -> list[_T] | None:
    """Any sequence as a list, which is the only one that jsii takes."""
    return None if values is None else list(values)


def check_range(
    place: ArgumentPath,
    value: float | None,
    lowest: float,
    highest: float,
    *,
    rule: Rule,
    unit: str = "",
    service: str = "AWS Batch",
) -> None:
    """Refuse a number outside a range that AWS sets."""
    if value is not None and resolved(value) and not lowest <= value <= highest:
        bounds = (
            f"{readable(lowest)} to {readable(highest)}" if highest < float("inf") else f"{readable(lowest)} or more"
        )
        raise rule.error(
            place,
            got=f"{readable(value)}{unit}",
            expected=f"{service} allows {bounds}{unit}",
            fix="Choose a value in this range.",
        )


def check_count(
    place: ArgumentPath,
    values: Sequence[Any] | None,
    highest: int,
    *,
    rule: Rule,
    what: str,
    per: str,
    fix: str,
) -> None:
    """Refuse a list that is longer than AWS allows."""
    if values is not None and len(values) > highest:
        raise rule.error(
            place,
            got=f"{len(values)} {what}",
            expected=f"AWS Batch allows {highest} per {per}",
            fix=fix,
        )
