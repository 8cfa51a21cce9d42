"""Which kind of pattern a text is."""

from functools import lru_cache

from constructs_lib.local.logs.patterns.documents import DocumentPattern
from constructs_lib.local.logs.patterns.fields import FieldsPattern
from constructs_lib.local.logs.patterns.pattern import Pattern
from constructs_lib.local.logs.patterns.terms import TermsPattern

_KINDS: dict[str, type[DocumentPattern | FieldsPattern]] = {"{": DocumentPattern, "[": FieldsPattern}


@lru_cache(maxsize=256)
def parsed(text: str | None) -> Pattern:
    """Read a pattern; none, or an empty one, fits each message.

    Raises:
        PatternError: it is none.
    """
    stripped = (text or "").strip()
    return _KINDS.get(stripped[:1], TermsPattern)(stripped)
