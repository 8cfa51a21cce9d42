"""docs/other-tools.md has all rules as they are; `make others` runs the tools and writes it."""

import re

from benchmarks.other_tools import OTHER_CAUSES, PAGE, TOOLS
from constructs_lib.checks.rules import rules

TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| [CHECK")
]


def test_every_rule_has_its_row() -> None:
    told = [(re.sub(r"\[(\w+)\].*", r"\1", row[0]), row[1], row[2]) for row in ROWS]
    assert told == [(rule.id, rule.severity, rule.title) for rule in rules()], "run `make others`"
    assert {len(row) for row in ROWS} == {3 + len(TOOLS)}


def test_the_numbers_above_the_table_are_those_of_the_table() -> None:
    nobody = sum(not any(row[3:]) for row in ROWS)
    counts = ", ".join(f"{tool} {sum(bool(row[3 + index]) for row in ROWS)}" for index, tool in enumerate(TOOLS))
    assert f"Of {len(ROWS)} rules, {nobody} are found by none of them. The others: {counts}." in TEXT


def test_the_page_names_the_version_of_each_tool_and_the_day() -> None:
    assert re.search(
        r"Measured on \d{4}-\d\d-\d\d with " + ", ".join(rf"{tool} [\d.]+\d" for tool in TOOLS) + ":", TEXT
    )


def test_what_is_not_counted_is_empty_in_the_table_and_told_below_it() -> None:
    by_id = {rule.id: row for rule, row in zip(rules(), ROWS, strict=True)}
    for (rule, tool), reason in OTHER_CAUSES.items():
        assert by_id[rule][3 + TOOLS.index(tool)] == ""
        assert f"- {rule}: {tool} {reason}." in TEXT
