"""docs/why.md has every cause, so that a search for its name leads there."""

import re
from pathlib import Path

from constructs_lib.ops import Cause

PAGE = Path(__file__).parents[4] / "docs" / "why.md"


def test_the_page_has_every_cause_and_no_other() -> None:
    told = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", PAGE.read_text()))
    assert told == set(Cause)
