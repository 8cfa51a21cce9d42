"""Selectors of JSON: ``$.detail.container.exitCode``, ``$.attempts[0]``, ``$.['a.b']``, ``$.items[*].id``."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from constructs_lib.local.logs.patterns.errors import PatternError
from constructs_lib.local.logs.patterns.pattern import MISSING

_STEP: Final = re.compile(
    r"""\.(?P<name>[\w\-]+|\*) | \[(?P<index>\d+|\*)\] | \.?\['(?P<single>[^']+)'\] | \.?\["(?P<double>[^"]+)"\]""",
    re.VERBOSE,
)
SELECTOR: Final = re.compile(r"""\$(?:\.(?:[\w\-]+|\*)|\[(?:\d+|\*)\]|\.?\['[^']+'\]|\.?\["[^"]+"\])+""")

Step = str | int | None
"""A member, an element, or all of them."""


@lru_cache(maxsize=1024)
def steps(selector: str) -> tuple[Step, ...]:
    """The steps of a selector.

    Raises:
        PatternError: it is none.
    """
    place, found = 1, list[Step]()
    while selector.startswith("$") and place < len(selector):
        step = _STEP.match(selector, place)
        if step is None:
            break
        place = step.end()
        found.append(_step(step))
    if not found or place < len(selector):
        raise PatternError(f"{selector!r} is no selector, such as $.detail.status or $.attempts[0]")
    return tuple(found)


def _step(step: re.Match[str]) -> Step:
    if quoted := step["single"] or step["double"]:
        return quoted
    if step["index"] is not None:
        return None if step["index"] == "*" else int(step["index"])
    return None if step["name"] == "*" else step["name"]


def values(document: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    """All values at a path: several where it has a wildcard, none where it leads nowhere."""
    if not path:
        yield document
        return
    step, rest = path[0], path[1:]
    if step is None:
        inside = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
        for each in inside:
            yield from values(each, rest)
    elif isinstance(step, int):
        if isinstance(document, list) and step < len(document):
            yield from values(document[step], rest)
    elif isinstance(document, dict) and step in document:
        yield from values(document[step], rest)


def value(document: Any, selector: str) -> Any:
    """The first value at a selector; `MISSING` when there is none."""
    return next(values(document, steps(selector)), MISSING)
