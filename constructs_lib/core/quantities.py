"""Sizes, times and numbers as AWS counts and writes them."""

from collections.abc import Callable
from decimal import Decimal

from aws_cdk import Duration, Size, SizeRoundingBehavior, Token

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import is_number_token, resolved
from constructs_lib.rules import Rule

Where = ArgumentPath | str
"""An argument, for the message: of a construct, or in words."""


def as_text(number: float) -> str:
    """A number in digits, as AWS takes it where it wants text: 2,097,152 is neither 2.09715e+06 nor 2097152.0."""
    if is_number_token(number):
        return Token.as_string(float(number))
    return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")


def readable(number: float) -> str:
    """A number in digits with thousands apart, and six digits of a fraction, for messages."""
    if resolved(number) and number == int(number):
        return f"{int(number):,}"
    return as_text(float(f"{number:.6g}")) if resolved(number) else as_text(number)


def in_mebibytes(where: Where, size: Size) -> float:
    """A size in MiB, whole or not, or a token for it."""
    return _counted(where, "Size.mebibytes", lambda: size.to_mebibytes(rounding=SizeRoundingBehavior.NONE))


def in_gibibytes(where: Where, size: Size) -> float:
    """A size in GiB, whole or not, or a token for it."""
    return _counted(where, "Size.gibibytes", lambda: size.to_gibibytes(rounding=SizeRoundingBehavior.NONE))


def in_seconds(where: Where, time: Duration) -> float:
    """A time in seconds, whole or not, or a token for it."""
    return _counted(where, "Duration.seconds", lambda: time.to_seconds(integral=False))


def in_minutes(where: Where, time: Duration) -> float:
    """A time in minutes, whole or not, or a token for it."""
    return _counted(where, "Duration.minutes", lambda: time.to_minutes(integral=False))


def in_days(where: Where, time: Duration) -> float:
    """A time in days, whole or not, or a token for it."""
    return _counted(where, "Duration.days", lambda: time.to_days(integral=False))


def check_whole(where: Where, number: float | None, *, unit: str, rule: Rule) -> None:
    """Refuse a part of what AWS counts in whole ones."""
    if number is not None and resolved(number) and number != int(number):
        raise rule.error(
            where,
            got=f"{readable(number)} {unit}",
            expected=f"AWS counts in whole {unit}",
            fix="Round it up.",
        )


def known(where: Where, number: float, why: str) -> float:
    """Refuse a token where this app itself calculates with the number.

    Args:
        where: the argument.
        number: that has to be known.
        why: what it is needed for, as a clause.
    """
    if not resolved(number):
        raise Rule.KNOWN_NUMBER.error(
            where,
            got="a number that is known when the app is deployed",
            expected=why,
            fix="Pass a number that is known when the app is built, such as one from the context.",
        )
    return number


def _counted(where: Where, wanted: str, count: Callable[[], float]) -> float:
    try:
        return count()
    except RuntimeError as error:  # of tokens alone: CloudFormation cannot multiply
        raise Rule.KNOWN_NUMBER.error(
            where,
            got="a value that is known when the app is deployed, in another unit than AWS counts in",
            expected="CloudFormation cannot convert it",
            fix=f"Let the parameter be in that unit, and write {wanted}(parameter.value_as_number).",
        ) from error
