"""The rules of composite alarms: ``ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))``.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>[^\s()"']+))\s*\)
    |(?P<word>AND|OR|NOT|TRUE|FALSE|\(|\)))""",
    re.VERBOSE,
)
_AFTER_NAME: Final = ":alarm:"

States = Mapping[str, str]
Test = Callable[[States], bool]


class RuleError(ValueError):
    """A text that is no rule; the message says what is wrong."""


@dataclass(frozen=True)
class Rule:
    """A rule, read.

    Args:
        holds: whether it does, by the states of alarms.
        names: the alarms that it names.
    """

    holds: Test
    names: frozenset[str]


@lru_cache(maxsize=256)
def rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        RuleError: it is none.
    """
    reader = _Reader(text)
    holds = reader.either()
    if reader.left:
        raise RuleError(f"AlarmRule: unexpected {reader.left[0][0]!r}")
    return Rule(holds, frozenset(reader.names))


class _Reader:
    def __init__(self, text: str) -> None:
        self.left: list[tuple[str, str]] = []
        self.names: set[str] = set()
        place, end = 0, len(text.rstrip())
        while place < end:
            token = _TOKEN.match(text, place)
            if token is None:
                raise RuleError(f"AlarmRule: unexpected {text[place:].strip()[:20]!r}")
            name = token["quoted"] or token["single"] or token["plain"] or ""
            self.left.append((token["state"] or token["word"], name.rpartition(_AFTER_NAME)[2]))
            place = token.end()

    def _take(self, *words: str) -> tuple[str, str] | None:
        return self.left.pop(0) if self.left and self.left[0][0] in words else None

    def either(self) -> Test:
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return lambda states: any(part(states) for part in parts)

    def _all(self) -> Test:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return lambda states: all(part(states) for part in parts)

    def _one(self) -> Test:
        if self._take("NOT"):
            inner = self._one()
            return lambda states: not inner(states)
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise RuleError("AlarmRule: a parenthesis is not closed")
            return inner
        if word := self._take("TRUE", "FALSE"):
            return lambda _: word[0] == "TRUE"
        if found := self._take("ALARM", "OK", "INSUFFICIENT_DATA"):
            state, name = found
            self.names.add(name)
            return lambda states: states.get(name) == state
        raise RuleError("AlarmRule: expected ALARM(…), OK(…), INSUFFICIENT_DATA(…), TRUE or FALSE")
