"""The difference of two laid out templates: each change stands below its resource and the keys that lead there.

pytest shows eight lines of a failed comparison unless it is told to show all: the keys are one line.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

_CONTEXT: Final = 1


class DiffLine(NamedTuple):
    """A line of a difference; the mark is ``-``, ``+``, or a space for what is the same in both."""

    mark: str
    text: str


def differences(kept: str, received: str) -> Iterator[DiffLine]:
    """The changes from one text to another, each below the header of its block.

    Args:
        kept: in the snapshot.
        received: in the test.
    """
    before, after = kept.split("\n"), received.split("\n")
    header = None
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        above, keys = _way_to(before, group[0][1])
        if above is not None and above != header:
            yield DiffLine(" ", before[above])
        if keys:
            yield DiffLine(" ", keys)
        for change, start, end, new_start, new_end in group:
            if change == "equal":
                yield from (DiffLine(" ", line) for line in before[start:end] if line)
                continue
            yield from (DiffLine("-", line) for line in before[start:end])
            yield from (DiffLine("+", line) for line in after[new_start:new_end])
        header = _way_to(before, group[-1][2])[0]


def _way_to(lines: Sequence[str], number: int) -> tuple[int | None, str]:
    """The number of the header above a line, if it is in a block, and the keys that lead from there to the line."""
    keys: list[str] = []
    # An empty line is between blocks, or one of a text: the line after it tells.
    number = next((at for at in range(number, len(lines)) if lines[at]), number)
    indent = _indent(lines[number]) if number < len(lines) else 0
    for above in range(number - 1, -1, -1):
        if not indent:
            break
        if _is_header(lines[above]):
            return above, f"  {' '.join(keys)}" if keys else ""
        if lines[above] and _indent(lines[above]) < indent:
            indent = _indent(lines[above])
            keys.insert(0, lines[above].strip())
    return None, ""


def _is_header(line: str) -> bool:
    return bool(line) and not line.startswith(" ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
