"""Findings for GitHub code scanning and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Sequence
from typing import Any, Final

from constructs_lib.checks.rule import Finding, Rule
from constructs_lib.terminal import json_text

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def report(findings: Sequence[Finding]) -> str:
    """A log with one run."""
    rules = list(dict.fromkeys(finding.rule for finding in findings))
    driver = {"name": "constructs-lib", "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.otherwise},
        "help": {"text": rule.fix},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    file = finding.resource.stack.file.shown
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": finding.rule.severity,
        "message": {"text": f"{finding.resource.shown}: {finding.message}. {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": finding.line}},
                "logicalLocations": [{"fullyQualifiedName": finding.pointer, "kind": "resource"}],
            }
        ],
    }
