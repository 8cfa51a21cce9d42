"""The difference of the templates as snapshots show them, for those who want to see below the words."""

from collections.abc import Iterable, Iterator
from typing import Final

from constructs_lib.review.changes import StackChange
from constructs_lib.review.stacks import Stack
from constructs_lib.testing.differences import differences
from constructs_lib.testing.layout import laid_out
from constructs_lib.testing.normalization import normalize

LONGEST: Final = 30_000
"""Characters that are read at most."""
_MORE: Final = 40


def snapshot_diff(stacks: Iterable[StackChange], room: int = LONGEST) -> str:
    """What differs, each change below its resource; of a long one the beginning, and how many lines are left out.

    Args:
        stacks: both sides.
        room: how many characters there may be at most. Default: `LONGEST`.
    """
    lines = [line for stack in stacks for line in _of(stack)]
    shown: list[str] = []
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > min(room, LONGEST) - _MORE:
            return "\n".join([*shown, f"… and {len(lines) - len(shown)} more lines"])
        shown.append(line)
    return "\n".join(shown)


def _of(stack: StackChange) -> Iterator[str]:
    before, after = stack.before.stack, stack.after.stack
    if after and (before is None or before.template != after.template):
        found = [f"{line.mark}{line.text}" for line in differences(_text(before), _text(after))]
        if found:
            yield from (f"@@ {stack.name} @@", *found)


def _text(stack: Stack | None) -> str:
    return laid_out(normalize(stack.template, full=False), stack.paths) if stack else ""
