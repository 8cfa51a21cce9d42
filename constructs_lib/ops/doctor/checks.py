"""What a check of `doctor` says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import explained


class Verdict(StrEnum):
    """How something is; the value is the word for it."""

    OK = "ok"
    ATTENTION = "attention"
    """It works, and will not for long, or not for everything."""
    BROKEN = "broken"
    UNKNOWN = "not known"
    """It could not be asked for."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        verdict: how it is.
        found: what was found, in words.
        fix: what to do; None if there is nothing to do.
    """

    name: str
    verdict: Verdict
    found: str
    fix: str | None = None


def guarded(name: str, look: Callable[[], Sequence[Check]]) -> list[Check]:
    """What a look finds; what AWS refuses to tell is not known, and keeps nothing else from being told."""
    try:
        return list(look())
    except (BotoCoreError, ClientError) as error:
        return [Check(name, Verdict.UNKNOWN, explained(error))]
