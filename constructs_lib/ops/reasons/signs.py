"""Tables of what AWS writes: a pattern of its text, and what it means, in words."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, shortened

_LONGEST_WORD: Final = 300
"""Characters of what a sentence repeats: the cause of an execution may have 32,768."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a text means.

    Sentences and commands have the named groups of the pattern and the words of the reader in braces; in a command each
    is quoted for a shell.

    Attributes:
        pattern: of a text of AWS.
        cause: its name.
        sentence: in words.
        fixes: what to do about it.
        source: the page of AWS that explains it.
    """

    pattern: re.Pattern[str]
    cause: Cause
    sentence: str
    fixes: tuple[Fix, ...]
    source: str


def sign(cause: Cause, pattern: str, sentence: str, *fixes: Fix, source: str) -> Sign:
    """A row of a table."""
    return Sign(re.compile(pattern), cause, sentence, fixes, source)


def read(signs: Iterable[Sign], texts: Iterable[str], words: Mapping[str, object]) -> Finding | None:
    """What texts mean by the first row that knows one of them; None where none does.

    Args:
        signs: the table, in the order in which it is read.
        texts: of AWS.
        words: what sentences and commands of the table name, beside the groups of its patterns.
    """
    known = list(texts)
    for row in signs:
        for text in known:
            if match := row.pattern.search(text):
                return _finding(
                    row,
                    text,
                    {**words, **{key: value for key, value in match.groupdict().items() if value is not None}},
                )
    return None


def _finding(row: Sign, text: str, words: Mapping[str, object]) -> Finding:
    told = _Words({key: str(value) for key, value in words.items()})
    if "role" in told:
        told["role_name"] = told["role"].rpartition("/")[2]
    quoted = _Words({key: shlex.quote(value) for key, value in told.items()})
    said = _Words({key: shortened(value, _LONGEST_WORD) for key, value in told.items()})
    fixes = tuple(
        Fix(fix.text.format_map(said), fix.command.format_map(quoted) if fix.command else None) for fix in row.fixes
    )
    return Finding(row.cause, row.sentence.format_map(said), (shortened(text),), fixes, row.source)


class _Words(dict[str, str]):
    """What sentences name; what is not known is left as it is called."""

    def __missing__(self, key: str) -> str:
        return key.replace("_", " ").upper()
