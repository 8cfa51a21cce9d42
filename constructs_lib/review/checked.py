"""What the checks find in the new templates and not in the old ones, and what they no longer find.

What the app acknowledges is not found. A finding is the same one as long as its rule, its resource and its place are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from constructs_lib.checks.checking import SEVERITIES, find
from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.rule import Finding as Found
from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.errors import ReviewError
from constructs_lib.review.findings import Finding, Kind, code

_KINDS: Final = dict(zip(SEVERITIES, (Kind.CHECK_ERROR, Kind.CHECK_WARNING, Kind.CHECK_NOTE), strict=True))

_Place = tuple[str, str, str, tuple[str | int, ...]]


def in_words(stacks: Sequence[StackChange]) -> Iterator[Finding]:
    """A sentence for each finding that is new, the worst first, and then for each that is gone.

    Raises:
        ReviewError: a template cannot be checked.
    """
    before = _found([(stack.name, stack.before) for stack in stacks])
    after = _found([(stack.name, stack.after) for stack in stacks])
    new, gone = _more(after, before), _more(before, after)
    for stack in stacks:
        for found in (each for name, each in new if name == stack.name):
            yield _new(stack, found)
        if stack.after.stack:
            for found in (each for name, each in gone if name == stack.name):
                yield Finding(f"no longer: {_told(stack, found)}.", stack.name, found.resource.logical_id)


def _found(sides: Iterable[tuple[str, Side]]) -> list[tuple[str, Found]]:
    """What is found in the stacks of one side, each with the name of the stack."""
    there = [(name, side.file, side.stack.is_nested) for name, side in sides if side.stack and side.file]
    try:
        found = find([file for _, file, is_nested in there if not is_nested])
    except CheckError as error:
        raise ReviewError(" ".join(str(error).split())) from None
    return [(name, each) for each in found for name, file, _ in there if file is each.resource.stack.file]


def _more(found: list[tuple[str, Found]], others: list[tuple[str, Found]]) -> list[tuple[str, Found]]:
    """What is found here and not there; of several at one place, as many as there are more."""
    left = Counter(_place(*each) for each in others)
    more = []
    for name, each in found:
        place = _place(name, each)
        if left[place]:
            left[place] -= 1
        else:
            more.append((name, each))
    return more


def _place(name: str, found: Found) -> _Place:
    return name, found.rule.id, found.resource.logical_id, found.path


def _new(stack: StackChange, found: Found) -> Finding:
    rule = found.rule
    text = f"**new {_told(stack, found)}**: {found.message}. {found.fix} ({rule.address})"
    warned = {kind for severity, kind in _KINDS.items() if _is_as_bad(rule.severity, severity)}
    return Finding(text, stack.name, found.resource.logical_id, frozenset(warned))


def _told(stack: StackChange, found: Found) -> str:
    at = f" at {code('.'.join(map(str, found.path)))}" if found.path else ""
    return f"{found.rule.severity} {found.rule.id} of {stack.shown(found.resource.logical_id)}{at}"


def _is_as_bad(severity: str, least: str) -> bool:
    return SEVERITIES.index(severity) <= SEVERITIES.index(least)
