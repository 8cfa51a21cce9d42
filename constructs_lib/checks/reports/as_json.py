"""Findings for programs."""

from collections.abc import Sequence
from typing import Any

from constructs_lib.checks.rule import Finding
from constructs_lib.terminal import json_text


def report(findings: Sequence[Finding]) -> str:
    """An object with the list ``findings``."""
    return json_text({"findings": [_entry(finding) for finding in findings]}, indent=2) + "\n"


def _entry(finding: Finding) -> dict[str, Any]:
    rule, resource = finding.rule, finding.resource
    return {
        "rule": rule.id,
        "severity": rule.severity,
        "title": rule.title,
        "template": resource.stack.file.shown,
        "line": finding.line,
        "path": finding.pointer,
        "stack": resource.stack.file.stack,
        "resource": resource.logical_id,
        "type": resource.type,
        "construct": resource.stack.file.paths.get(resource.logical_id),
        "got": finding.got,
        "allowed": finding.allowed,
        "otherwise": rule.otherwise,
        "fix": finding.fix,
        "source": rule.source,
        "address": rule.address,
    }
