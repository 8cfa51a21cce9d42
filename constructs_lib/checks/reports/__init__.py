"""How findings are told: to people, to programs, to GitHub."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from constructs_lib.checks.reports import as_json, as_text, github, sarif
from constructs_lib.checks.rule import Finding

REPORTS: Final[Mapping[str, Callable[[Sequence[Finding]], str]]] = {
    "text": as_text.report,
    "json": as_json.report,
    "sarif": sarif.report,
    "github": github.report,
}
"""The reports by their names: each makes one text of findings."""
