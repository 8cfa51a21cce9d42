"""Every rule over its own three examples."""

from pathlib import Path

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.rule import Finding, Rule
from constructs_lib.checks.rules import rules
from constructs_lib.rules import Rule as Arguments
from tests.unit.checks.page import FILE, written

BY_ID = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


def found(folder: Path, text: str) -> list[Finding]:
    """What is found in a template."""
    path = folder / "template.yaml"
    path.write_text(text)
    return find([read_template(path)])


@BY_ID
def test_the_wrong_value_is_found_once_and_is_the_worst_in_its_example(rule: Rule, tmp_path: Path) -> None:
    findings = found(tmp_path, rule.example.with_value(rule.example.wrong))
    [finding] = [finding for finding in findings if finding.rule is rule]
    others = {finding.rule.id for finding in findings if finding.rule.severity == "error"} - {rule.id}
    assert others == set(), "another rule says it, too"
    assert finding.pointer.startswith(f"/Resources/{finding.resource.logical_id}")
    assert finding.line > 1
    assert "Unknown(" not in finding.message


@BY_ID
@pytest.mark.parametrize("kind", ["right", "unknown"])
def test_the_right_value_and_the_unknown_one_are_not(rule: Rule, kind: str, tmp_path: Path) -> None:
    findings = found(tmp_path, rule.example.with_value(getattr(rule.example, kind)))
    assert [finding.message for finding in findings if finding.rule is rule or finding.rule.severity == "error"] == []


def test_each_rule_has_an_id_of_its_own_that_no_argument_has() -> None:
    ids = [rule.id for rule in rules()]
    assert sorted({*ids}) == ids
    assert {*ids} & {rule.code for rule in Arguments} == set()


@BY_ID
def test_a_rule_says_what_it_is_as_a_clause_and_the_rest_in_sentences(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.otherwise.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.source.startswith("https://docs.aws.amazon.com/")


def test_the_page_is_what_the_rules_say() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run `make checks`"
