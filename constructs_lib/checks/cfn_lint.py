"""The rules as rules of cfn-lint: ``cfn-lint --append-rules constructs_lib.checks.cfn_lint template.yaml``.

``CHECK101`` of severity error is ``E9101`` there, one of severity warning ``W9…``, and a note ``I9…``: the numbers from
9000 are for rules of users.

Source: https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/getting_started/rules.md
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from constructs_lib.checks.checking import find
from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import read_files, read_template
from constructs_lib.checks.rule import Finding, Rule
from constructs_lib.checks.rules import rules
from constructs_lib.local.apps.assembly import is_assembly

_LETTERS: Final = {"error": "E", "warning": "W", "note": "I"}


class _Checked:
    """What is found in the template that cfn-lint is at: all of its rules ask for the same one, one after the other."""

    def __init__(self) -> None:
        self._template: Template | None = None
        self._findings: Sequence[Finding] = ()
        self._error = ""

    def findings(self, template: Template) -> Sequence[Finding]:
        """What is found in a template."""
        self._look(template)
        return self._findings

    def error(self, template: Template) -> str:
        """Why nothing can be found in it, if that is so."""
        self._look(template)
        return self._error

    def _look(self, template: Template) -> None:
        if template is self._template:
            return
        self._template, self._findings, self._error = template, (), ""
        try:
            self._findings = _found(template)
        except CheckError as error:
            self._error = str(error)


def _found(template: Template) -> list[Finding]:
    path = _file(template)
    if path is None:
        return _found_in_text(template)
    around = path.parent
    if is_assembly(around):
        found = _found_in_assembly(around, (around / "manifest.json").stat().st_mtime_ns)
        if path.resolve() in found:
            return found[path.resolve()]
    return [finding for finding in find([read_template(path)]) if finding.resource.stack.file.path == path]


def _found_in_text(template: Template) -> list[Finding]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.json"
        path.write_text(json.dumps(template.template, default=str), encoding="utf-8")
        return [finding for finding in find([read_template(path)]) if finding.resource.stack.file.path == path]


@lru_cache(maxsize=1)  # all templates of an assembly are checked together, and linted one by one
def _found_in_assembly(directory: Path, written: int) -> dict[Path, list[Finding]]:  # noqa: ARG001 - see its caller
    try:
        files = read_files([directory])
        findings = find(files)
    except CheckError:  # of another template than the one that is linted, maybe: that is read by itself
        return {}
    found: dict[Path, list[Finding]] = {each.path.resolve(): [] for file in files for each in file.with_nested}
    for finding in findings:
        found[finding.resource.stack.file.path.resolve()].append(finding)
    return found


def _file(template: Template) -> Path | None:
    path = Path(template.filename) if template.filename else None  # none: it was read from the standard input
    return path if path and path.is_file() else None


def _location(finding: Finding) -> tuple[int, int, int, int]:
    """Where it begins and ends in the file, from 0: cfn-lint itself knows the places after its transforms only."""
    place = finding.resource.stack.file.place(finding.template_path)
    line, column = (place.line - 1, place.column - 1) if place else (0, 0)
    return line, column, line, column + len(str(finding.template_path[-1]))


_CHECKED: Final = _Checked()


class Unreadable(CloudFormationLintRule):  # type: ignore[misc] # cfn-lint has no types
    """What cannot be checked, such as a template whose nested stack is missing."""

    id = "E9000"
    shortdesc = "CHECK000: the template can be checked"
    description = (
        "A template that cannot be evaluated, or that lacks a file, is not checked by the rules E9…, W9… and I9…."
    )
    tags: Final = ["batch"]

    def match(self, cfn: Template) -> list[RuleMatch]:
        """One match, if it cannot be checked."""
        error = _CHECKED.error(cfn)
        return [RuleMatch(["Resources"], error)] if error else []


class _Appended(CloudFormationLintRule):  # type: ignore[misc] # cfn-lint has no types
    """A rule of this library."""

    rule: Rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What it finds in a template."""
        return [_match(each, cfn) for each in _CHECKED.findings(cfn) if each.rule is self.rule]


def _match(finding: Finding, template: Template) -> RuleMatch:
    located: dict[str, Any] = {"location": _location(finding)} if _file(template) else {}
    message = f"{finding.resource.shown}: {finding.message}. {finding.fix}"
    return RuleMatch(list(finding.template_path), message, **located)


def _appended(rule: Rule) -> type[_Appended]:
    return type(
        rule.id,
        (_Appended,),
        {
            "__doc__": f"{rule.title}.",
            "rule": rule,
            "id": f"{_LETTERS[rule.severity]}9{rule.id.removeprefix('CHECK')}",
            "shortdesc": f"{rule.id}: {rule.title}",
            "description": f"{rule.otherwise} {rule.fix}",
            "source_url": rule.source,
            "tags": ["batch"],
        },
    )


# cfn-lint takes the classes of the module.
globals().update({rule.id: _appended(rule) for rule in rules()})
