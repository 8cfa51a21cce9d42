"""docs/tried.md tells of rules that there are, and of no error but in the one template that AWS refuses."""

import re
from pathlib import Path

from constructs_lib.checks.rules import rules

PAGE = Path(__file__).parents[3] / "docs" / "tried.md"
ROWS = re.findall(
    r"^\| \[(CHECK\d+)\]\(checks\.md#(check\d+)\) \| (\w+) \| (\d+) \| (\d+) \| (.+) \|$",
    PAGE.read_text(),
    re.MULTILINE,
)


def test_each_row_is_of_a_rule_as_it_is() -> None:
    severities = {rule.id: rule.severity for rule in rules()}
    assert {name: severity for name, _, severity, *_ in ROWS} == {name: severities[name] for name, *_ in ROWS}
    assert [anchor for _, anchor, *_ in ROWS] == [name.lower() for name, *_ in ROWS]


def test_nothing_that_deploys_has_an_error() -> None:
    assert [name for name, _, severity, *_ in ROWS if severity == "error"] == ["CHECK208"]
    assert "[CHECK208]" in PAGE.read_text()
    assert "shared-fallback-state-jsonata/template.yaml | AWS: `QueryLanguage` among the states |" in PAGE.read_text()
