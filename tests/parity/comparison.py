"""What was seen beside what is expected: pure, and told so that a person sees at once what differs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


class _NotSeen:
    def __repr__(self) -> str:
        return "(nothing)"


NOTHING: Final = _NotSeen()
"""Stands where one side has no value: null is one."""


@dataclass(frozen=True)
class Expected:
    """A value that is expected.

    Args:
        value: JSON.
        source: the page that says so, or the recording.
    """

    value: Any
    source: str


@dataclass(frozen=True)
class Difference:
    """One thing that is not as expected.

    Args:
        what: its path, such as ``run.status``.
        expected: the value; `NOTHING` for what the recording does not have.
        got: the value; `NOTHING` if it was not seen.
        source: of the expected value.
    """

    what: str
    expected: Any
    got: Any
    source: str

    def __str__(self) -> str:
        """What, expected and got, each on a line of its own."""
        sides = f"  expected: {_shown(self.expected)}\n  got:      {_shown(self.got)}"
        return f"{self.what}\n{sides}\n  source:   {self.source}"


def flat(seen: Mapping[str, Any], *, above: str = "") -> dict[str, Any]:
    """The values of nested objects by their path, such as ``run.status``; lists are values."""
    found: dict[str, Any] = {}
    for key, value in seen.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            found |= flat(value, above=f"{path}.")
        else:
            found[path] = value
    return found


def compare(expected: Mapping[str, Expected], seen: Mapping[str, Any]) -> list[Difference]:
    """What is not as expected, in the order of the expectations; what nothing is expected of is not judged.

    Args:
        expected: by path.
        seen: by path, as `flat` has it.
    """
    return [
        Difference(path, wanted.value, seen.get(path, NOTHING), wanted.source)
        for path, wanted in expected.items()
        if path not in seen or seen[path] != wanted.value
    ]


def compare_with_recording(recorded: Mapping[str, Any], seen: Mapping[str, Any], source: str) -> list[Difference]:
    """What differs from a recording: what is otherwise or missing here, then what the recording does not have.

    Args:
        recorded: by path, as `flat` has it.
        seen: the same.
        source: what the recording is called.
    """
    missing = [Difference(path, NOTHING, value, source) for path, value in seen.items() if path not in recorded]
    return compare({path: Expected(value, source) for path, value in recorded.items()}, seen) + missing


def _shown(value: Any) -> str:
    return repr(value) if value is NOTHING else json.dumps(value, ensure_ascii=False)
