"""What a review says: sentences in sections, each with what a build may fail on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a sentence warns of, by the name that ``--fail-on`` has for it."""

    REPLACE = "replace"
    """A resource is made anew, or may be."""
    REPLACE_STATEFUL = "replace-stateful"
    """Something that has data is deleted or made anew, whatever its policy keeps of it."""
    LOSE_DATA = "lose-data"
    """Data is gone afterwards."""
    INTERRUPT = "interrupt"
    """Jobs or executions that run are ended, or may be."""
    FAIL = "fail"
    """The deployment will fail, or may."""
    WIDEN = "widen"
    """Somebody may do more than before, or that cannot be ruled out."""
    PUBLIC = "public"
    """Something can be reached or used by everybody."""
    NETWORK = "network"
    """Somebody can be reached from more addresses, or on more ports."""
    CHECK_ERROR = "check-error"
    """A check finds what it did not find before, of severity error."""
    CHECK_WARNING = "check-warning"
    """The same of severity warning, or worse."""
    CHECK_NOTE = "check-note"
    """The same of any severity."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for a reviewer.

    Args:
        text: it, with names as code of Markdown.
        stack: what it is about.
        logical_id: the resource of the stack; empty if it is about the stack.
        kinds: what it warns of.
    """

    text: str
    stack: str
    logical_id: str = ""
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """The sentences about one thing.

    Args:
        title: such as ``Running jobs``.
        findings: in the order of the stacks.
        pictures: Mermaid flowcharts below them, by the name of what they show.
    """

    title: str
    findings: tuple[Finding, ...]
    pictures: tuple[tuple[str, str], ...] = ()


def kinds(*found: Kind | None) -> frozenset[Kind]:
    """The kinds that are there."""
    return frozenset(kind for kind in found if kind)


def listed(items: Iterable[str], longest: int = 8) -> str:
    """Texts in a row; of many the first ones, and how many more there are."""
    texts = [*items]
    shown, more = texts[:longest], len(texts) - longest
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def code(text: object) -> str:
    """A name as code of Markdown, whatever is in it, on one line."""
    plain = " ".join(str(text).split())
    fence = "``" if "`" in plain else "`"
    space = " " if "`" in plain else ""
    return f"{fence}{space}{plain}{space}{fence}"
