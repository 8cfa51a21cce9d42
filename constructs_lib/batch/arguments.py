"""Checks of arguments that several constructs share. Unresolved tokens pass: their value is not known yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Token
from constructs import Construct

from constructs_lib.errors import ConfigurationError


def where(kind: str, scope: Construct, construct_id: str, parameter: str | None = None) -> str:
    """Name a construct that is being made, as in ``JobQueue 'Stack/Bulk'``, and one of its parameters."""
    path = "/".join(part for part in (scope.node.path, construct_id) if part)
    return f"{kind} '{path}'" + (f" {parameter}" if parameter else "")


def resolved(value: object) -> bool:
    """Whether a value is given and known while the app is being built."""
    return value is not None and not Token.is_unresolved(value)


def check_range(place: str, value: float | None, lowest: float, highest: float, *, code: str, unit: str = "") -> None:
    """Refuse a number outside a range that AWS sets."""
    if value is not None and resolved(value) and not lowest <= value <= highest:
        raise ConfigurationError(
            code=code,
            where=place,
            got=f"{value:g}{unit}",
            expected=f"AWS Batch allows {lowest:g} to {highest:g}{unit}",
            fix="Choose a value in this range.",
        )


def check_count(
    place: str, values: Sequence[Any] | None, highest: int, *, code: str, what: str, per: str, fix: str
) -> None:
    """Refuse a list that is longer than AWS allows."""
    if values is not None and len(values) > highest:
        raise ConfigurationError(
            code=code,
            where=place,
            got=f"{len(values)} {what}",
            expected=f"AWS Batch allows {highest} per {per}",
            fix=fix,
        )


def check_environment(place: str, environment: Mapping[str, Any] | None) -> None:
    """Refuse names of environment variables that AWS Batch keeps for itself."""
    for name in environment or {}:
        if name.startswith("AWS_BATCH"):
            raise ConfigurationError(
                code="BATCH014",
                where=place,
                got=f"an environment variable {name}",
                expected="AWS Batch reserves names that start with AWS_BATCH",
                fix="Choose another name.",
            )
