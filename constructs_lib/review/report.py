"""A review: what a change does, section by section."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from constructs_lib.review import behaviour, checked, data, money, network, obstacles, resources, running
from constructs_lib.review.changes import StackChange, changes_between
from constructs_lib.review.findings import Finding, Kind, Section
from constructs_lib.review.outcomes import Outcome, outcome
from constructs_lib.review.rights import words as rights
from constructs_lib.review.stacks import Stack, stacks_of

_Stacks = Sequence[StackChange]


def _each(in_words: Callable[[StackChange], Iterable[Finding]]) -> Callable[[_Stacks], Iterable[Finding]]:
    """What is said of each stack by itself, if it is not the same."""
    return lambda stacks: (finding for stack in stacks if not stack.is_same for finding in in_words(stack))


_DRAWN: Final = "Behaviour"
_SECTIONS: Final[tuple[tuple[str, Callable[[_Stacks], Iterable[Finding]]], ...]] = (
    ("Obstacles", _each(obstacles.in_words)),
    ("Running jobs", _each(running.in_words)),
    ("Data", _each(data.in_words)),
    ("Rights", _each(rights.in_words)),
    ("Network", _each(network.in_words)),
    (_DRAWN, _each(behaviour.in_words)),
    ("Money", _each(money.in_words)),
    ("Checks", checked.in_words),
    ("Resources", _each(resources.in_words)),
)


@dataclass(frozen=True)
class Review:
    """What a change does.

    Args:
        stacks: both sides, stack by stack.
        sections: those that have something to say.
    """

    stacks: tuple[StackChange, ...]
    sections: tuple[Section, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.sections

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """What the sentences warn of."""
        return frozenset(kind for section in self.sections for finding in section.findings for kind in finding.kinds)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many resources are created, updated, replaced and deleted."""
        return Counter(_outcomes(self.stacks))

    def of(self, title: str) -> tuple[Finding, ...]:
        """The sentences of a section; none if it has nothing to say."""
        return next((section.findings for section in self.sections if section.title == title), ())


def review(old: str | Path, new: str | Path) -> Review:
    """Say what a change of templates will do when it is deployed.

    Args:
        old: what is there: a cloud assembly (cdk.out), or a template file.
        new: what is to be there.

    Raises:
        ReviewError: one of them is neither, or a template is broken.
    """
    return reviewed(stacks_of(Path(old)), stacks_of(Path(new)))


def reviewed(old: Mapping[str, Stack], new: Mapping[str, Stack]) -> Review:
    """The same of stacks that have been read.

    Raises:
        ReviewError: a template cannot be evaluated.
    """
    stacks = tuple(changes_between(old, new))
    drawn = tuple(picture for stack in stacks for picture in behaviour.pictures(stack))
    sections = (
        Section(title, tuple(in_words(stacks)), drawn if title == _DRAWN else ()) for title, in_words in _SECTIONS
    )
    return Review(stacks, tuple(section for section in sections if section.findings or section.pictures))


def _outcomes(stacks: Iterable[StackChange]) -> Iterator[Outcome]:
    for stack in stacks:
        for change in stack.changes:
            yield outcome(change, stack.new(change.logical_id))
