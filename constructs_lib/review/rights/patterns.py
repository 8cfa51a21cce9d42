"""Patterns of policies as pieces, of which some are not known: whether one covers all that another one does.

A proof that holds whatever the unknown pieces will be. That none is found says nothing.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from constructs_lib.templates.unknown import Source, Unknown

_FIELDS: Final = 6
_PIECE: Final = re.compile(r"\$\{[*?$]\}|\$\{[^}]*\}|.", re.DOTALL)
_WITHOUT_COLON: Final = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix")


class Piece(NamedTuple):
    """A part of a pattern.

    Args:
        kind: ``text`` (one character), ``one`` (any character), ``any`` (any text), ``open`` (not known yet).
        text: the character, or what is not known.
    """

    kind: str
    text: str = ""


Pattern = tuple[Piece, ...]

ANY: Final = Piece("any")
_ONE: Final = Piece("one")
_COLON: Final = Piece("text", ":")
EVERYTHING: Final[Pattern] = (ANY,)


def pattern(value: Any, *, lower: bool = False) -> Pattern:
    """The pieces of a text of a policy.

    Args:
        value: a text, or what is known of it.
        lower: whether letters of any case are the same, as in actions.
    """
    parts = value.parts if isinstance(value, Unknown) else (str(value),)
    return tuple(piece for part in parts for piece in _pieces(part, lower=lower))


def _pieces(part: "str | Source", *, lower: bool) -> Iterator[Piece]:
    if isinstance(part, Source):
        yield Piece("open", part.text)
        return
    for match in _PIECE.finditer(part):
        text = match[0]
        if text in ("*", "?"):
            yield ANY if text == "*" else _ONE
        elif text.startswith("${"):
            yield Piece("text", text[2]) if text in ("${*}", "${?}", "${$}") else Piece("open", text)
        else:
            yield Piece("text", text.lower() if lower else text)


@cache
def covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether each text that is like one pattern is like the other, too."""
    reached = {0}
    for piece in narrow:
        reached = _closed(wide, reached)
        after = set()
        for place in reached:
            if place == len(wide):
                continue
            other = wide[place]
            if other == ANY:
                after.add(place)
            elif other == piece or (other == _ONE and piece.kind == "text"):
                after.add(place + 1)
        reached = after
    return len(wide) in _closed(wide, reached)


@cache
def covers_arn(wide: Pattern, narrow: Pattern) -> bool:
    """The same of ARNs, where ``*`` does not reach over the colons of the first five fields."""
    if wide in (EVERYTHING, narrow):
        return True
    if narrow == EVERYTHING:
        return False
    fields, others = _fields(wide), _fields(narrow)
    if fields and others:
        return all(map(covers, fields, others))
    same = next((place for place, (one, other) in enumerate(zip(wide, narrow, strict=False)) if one != other), None)
    same = min(len(wide), len(narrow)) if same is None else same
    rest, other_rest = wide[same:], narrow[same:]
    if any(piece == _COLON or _may_have_colon(piece) for piece in (*rest, *other_rest)):
        return False
    return covers(rest, other_rest)


@cache
def meets(one: Pattern, other: Pattern) -> bool:
    """Whether a text may be like both; what is not known may be any text."""
    reached = {(0, 0)}
    seen: set[tuple[int, int]] = set()
    while reached:
        place = reached.pop()
        if place in seen:
            continue
        seen.add(place)
        left, right = place
        if left == len(one) and right == len(other):
            return True
        here = one[left] if left < len(one) else None
        there = other[right] if right < len(other) else None
        if here and here.kind in ("any", "open"):
            reached |= {(left + 1, right), *([(left, right + 1)] if there else [])}
        if there and there.kind in ("any", "open"):
            reached |= {(left, right + 1), *([(left + 1, right)] if here else [])}
        if (here and there and "one" in (here.kind, there.kind)) or here == there:
            reached.add((left + 1, right + 1))
    return False


def meets_arn(one: Pattern, other: Pattern) -> bool:
    """The same of ARNs, of which a pattern need not have all fields."""
    return meets(_padded(one), _padded(other))


def _padded(found: Pattern) -> Pattern:
    return (*found, ANY) if found.count(_COLON) < _FIELDS - 1 else found


def _closed(wide: Pattern, places: set[int]) -> set[int]:
    """Places in a pattern, with those behind each ``*`` that is no text at all."""
    found = set(places)
    for place in sorted(places):
        at = place
        while at < len(wide) and wide[at] == ANY:
            at += 1
            found.add(at)
    return found


def _fields(found: Pattern) -> list[Pattern] | None:
    """The fields of an ARN; None if what is not known may have some of the colons."""
    fields: list[list[Piece]] = [[]]
    for piece in found:
        if len(fields) < _FIELDS and piece == _COLON:
            fields.append([])
        elif len(fields) < _FIELDS and _may_have_colon(piece):
            return None
        else:
            fields[-1].append(piece)
    return [*map(tuple, fields), *[EVERYTHING] * (_FIELDS - len(fields))]


def _may_have_colon(piece: Piece) -> bool:
    return piece.kind == "open" and piece.text not in _WITHOUT_COLON


def example(found: Pattern) -> Pattern:
    """One of the texts that are like a pattern, which is like as few others as can be."""
    if found == EVERYTHING:
        return _texts("zq:zq:zq:zq:zq:zq")
    return tuple(other for piece in found for other in (_texts("zq") if piece in (ANY, _ONE) else (piece,)))


def _texts(text: str) -> Pattern:
    return tuple(Piece("text", character) for character in text)
