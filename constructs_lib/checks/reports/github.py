"""Findings as annotations of GitHub Actions.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Sequence
from typing import Final

from constructs_lib.checks.rule import Finding
from constructs_lib.terminal import visible

_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def report(findings: Sequence[Finding]) -> str:
    """One workflow command a line; nothing if there are no findings."""
    return visible("".join(f"{_command(finding)}\n" for finding in findings))


def _command(finding: Finding) -> str:
    file = _property(finding.resource.stack.file.shown)
    title = _property(f"{finding.rule.id} {finding.resource.shown}")
    message = _data(f"{finding.pointer}: {finding.message}. {finding.fix} See {finding.rule.source}")
    return f"::{_LEVELS[finding.rule.severity]} file={file},line={finding.line},title={title}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
