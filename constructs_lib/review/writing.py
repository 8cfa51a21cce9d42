"""A review as Markdown for a pull request, as text for a terminal, and as a document for programs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import accumulate, groupby
from textwrap import wrap
from typing import Any, Final

from constructs_lib.review.findings import Kind, Section
from constructs_lib.review.report import Review
from constructs_lib.review.snapshot_diff import snapshot_diff

NOTHING: Final = "Nothing changes."
"""What a review without findings says."""
MARK: Final = "<!-- constructs-lib review -->"
"""The first line of the Markdown, by which the comment of a pull request is found again."""

LONGEST: Final = 65_000
"""Characters; GitHub takes 65,536 for a comment."""
_FOLD: Final = 200
"""Characters around what is folded."""
Picture = tuple[str, str]
_CODE: Final = re.compile(r"``? ?(.+?) ?``?")
_SEVERE: Final = (
    Kind.FAIL,
    Kind.LOSE_DATA,
    Kind.REPLACE_STATEFUL,
    Kind.INTERRUPT,
    Kind.PUBLIC,
    Kind.WIDEN,
    Kind.NETWORK,
    Kind.CHECK_ERROR,
)
_WORDS: Final = {
    Kind.FAIL: "the deployment fails, or may",
    Kind.LOSE_DATA: "data is lost",
    Kind.REPLACE_STATEFUL: "something with data is replaced or deleted",
    Kind.INTERRUPT: "jobs or executions that run may be ended",
    Kind.PUBLIC: "something becomes public",
    Kind.WIDEN: "rights are or may be wider",
    Kind.NETWORK: "the network is opened",
    Kind.CHECK_ERROR: "a check finds a new error",
}


def markdown(review: Review, *, diff: bool = False) -> str:
    """For a pull request, no longer than a comment may be.

    What does not fit is counted: first of the difference of the templates, then pictures, then sentences.

    Args:
        review: what is told.
        diff: whether the difference of the templates is folded below it. Default: it is not.
    """
    if review.is_empty:
        return f"{MARK}\n{NOTHING}\n"
    head = [MARK, "## What this change does", "", _summary(review)]
    room = LONGEST - _FOLD - _length([*head, *_markdown_sections(review, ())])
    drawn = [*_fitting((picture for section in review.sections for picture in section.pictures), room)]
    lines = _cut([*head, *_markdown_sections(review, drawn)])
    room = LONGEST - _length(lines) - _FOLD
    if diff and room > _FOLD and (found := snapshot_diff(review.stacks, room)):
        lines += ["", "<details><summary>Snapshot diff</summary>", "", *_fenced("diff", found), "", "</details>"]
    return "\n".join(lines) + "\n"


def text(review: Review, width: int | None = None) -> str:
    """For a terminal, without marks of Markdown.

    Args:
        review: what is told.
        width: how many characters a line has at most, where words allow it. Default: each sentence is a line.
    """
    if review.is_empty:
        return f"{NOTHING}\n"
    lines = [*_wrapped(_plain(_summary(review)), width)]
    for section in review.sections:
        lines += ["", section.title]
        for stack, texts in _by_stack(section):
            lines += [f"  {stack}", *(line for item in texts for line in _wrapped(f"    - {_plain(item)}", width))]
        if count := len(section.pictures):
            lines.append(f"  ({_counted(count)} drawn in the Markdown)")
    return "\n".join(lines) + "\n"


def document(review: Review) -> dict[str, Any]:
    """For programs: the sections with their findings, and what happens to each resource."""
    return {
        "summary": {**review.counts},
        "kinds": sorted(review.kinds),
        "sections": [
            {
                "title": section.title,
                "findings": [
                    {
                        "text": item.text,
                        "stack": item.stack,
                        "logicalId": item.logical_id,
                        "kinds": sorted(item.kinds),
                    }
                    for item in section.findings
                ],
                "pictures": dict(section.pictures),
            }
            for section in review.sections
        ],
    }


def _summary(review: Review) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in review.counts.items())
    warned = [_WORDS[kind] for kind in _SEVERE if kind in review.kinds]
    changed = sum(bool(stack.changes) for stack in review.stacks)
    of = f"{changed} stack{'s' * (changed != 1)}"
    return f"In {of}: {counts or 'no resource changes'}." + (f" **Mind: {'; '.join(warned)}.**" if warned else "")


def _markdown_sections(review: Review, drawn: Sequence[Picture]) -> Iterator[str]:
    for section in review.sections:
        yield from ("", f"### {section.title}")
        for stack, texts in _by_stack(section):
            yield from ("", f"`{stack}`", "")
            yield from (f"- {item}" for item in texts)
        for picture in section.pictures:
            if picture in drawn:
                yield from _drawing(picture)
        if left := sum(picture not in drawn for picture in section.pictures):
            yield from ("", f"{_counted(left)} not drawn here: a comment takes no more.")


def _drawing(picture: Picture) -> Iterator[str]:
    name, drawing = picture
    yield from ("", f"<details><summary>{escape(name)}</summary>", "")
    yield from (*_fenced("mermaid", drawing.rstrip()), "", "</details>")


def _counted(number: int) -> str:
    return f"{number} state machine{'s are' if number > 1 else ' is'}"


def _fitting(pictures: Iterable[Picture], room: int) -> Iterator[Picture]:
    for picture in pictures:
        length = _length(_drawing(picture))
        if length <= room:
            room -= length
            yield picture


def _cut(lines: list[str]) -> list[str]:
    """The first of many lines, and how many there are more."""
    room = LONGEST - _FOLD
    kept = [
        line for line, length in zip(lines, accumulate(len(line) + 1 for line in lines), strict=True) if length <= room
    ]
    if len(kept) == len(lines):
        return lines
    return [*kept, "", f"… and {len(lines) - len(kept)} more lines: a comment takes no more, `--format text` has all."]


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _fenced(language: str, text: str) -> list[str]:
    """A block, by a fence that is longer than any in it."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", text, fence]


def _wrapped(line: str, width: int | None) -> list[str]:
    """A sentence as lines; those after the first are below its text."""
    if not width or len(line) <= width:
        return [line]
    indent = " " * 6 if line.startswith(" ") else ""
    return wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _by_stack(section: Section) -> Iterator[tuple[str, list[str]]]:
    for stack, findings in groupby(section.findings, key=lambda finding: finding.stack):
        yield stack, [finding.text for finding in findings]


def _plain(marked: str) -> str:
    return _CODE.sub(r"\1", marked).replace("**", "")
