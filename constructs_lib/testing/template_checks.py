"""The checks of docs/checks.md in a test: of a stack, an app, a template, or a cloud assembly."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from constructs_lib.checks.checking import PLUGIN, SEVERITIES, find
from constructs_lib.checks.model.files import TemplateFile, read_files, read_template
from constructs_lib.checks.reports import as_text
from constructs_lib.checks.rule import Finding, Severity
from constructs_lib.checks.rules import rules
from constructs_lib.testing.synthesis import synthesized_at
from constructs_lib.testing.synthesized import SynthesizedTemplate

if TYPE_CHECKING:
    from aws_cdk import App, Stack


def check_template(
    source: "Stack | App | Mapping[str, Any] | str | Path",
    *,
    fail_on: Severity = "error",
    acknowledged: Collection[str] = (),
) -> list[Finding]:
    """Fail the test if a template has what AWS Batch would refuse or get stuck on; pytest has it as a fixture, too.

    Args:
        source: a stack, which is checked with all stacks of its app around it, or an app: both are synthesized once, as
            by `synthesize`; a template as a mapping; or the path of a template or of a cloud assembly.
        fail_on: the least severity that fails: ``error``, ``warning`` or ``note``.
        acknowledged: the ids of rules that are accepted here, such as ``CHECK502``; a mapping has the reasons as its
            values. What the app itself acknowledges is accepted where the source is a stack, an app or an assembly.

    Returns:
        What was found and is not accepted: of less severity than ``fail_on``.

    Raises:
        AssertionError: something was found that fails; its text is what the command ``constructs-lib check`` tells.
        CheckError: the source is no template, or it cannot be evaluated.
        TypeError: the source is none of these.
        ValueError: there is no such severity or no such rule.
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    if fail_on not in SEVERITIES:
        raise ValueError(f"fail_on: got {fail_on!r}, expected one of {', '.join(SEVERITIES)}")
    accepted = {name.removeprefix(f"{PLUGIN}::") for name in _names(acknowledged)}
    if unknown := sorted(accepted - {rule.id for rule in rules()}):
        raise ValueError(f"acknowledged: there is no rule {', '.join(unknown)}: docs/checks.md lists them")
    with TemporaryDirectory() as folder:
        found = [finding for finding in _found(source, Path(folder)) if finding.rule.id not in accepted]
        failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        told = as_text.report([finding for finding in found if finding.rule.severity in failing])
    if any(finding.rule.severity in failing for finding in found):
        raise AssertionError(told)
    return found


def _names(acknowledged: Collection[str]) -> Collection[str]:
    return [acknowledged] if isinstance(acknowledged, str) else acknowledged


def _found(source: Any, folder: Path) -> list[Finding]:
    if isinstance(source, Mapping):
        return _found_in_mapping(source, folder / "template.json")
    if isinstance(source, str | Path):
        return find(read_files([Path(source)]))
    if hasattr(source, "template_file"):
        return _found_in_stack(source)
    if hasattr(source, "synth"):
        return find(read_files([Path(source.synth().directory)]))
    expected = "a Stack, an App, a template (a dict), or the path of a template or of a cloud assembly"
    raise TypeError(f"cannot check {source!r}: expected {expected}")


def _found_in_mapping(template: Mapping[str, Any], path: Path) -> list[Finding]:
    path.write_text(json.dumps(template, indent=1), encoding="utf-8")
    paths = template.paths if isinstance(template, SynthesizedTemplate) else {}
    file = TemplateFile(path, read_template(path).template, paths=paths)
    file.place(())  # the file is gone when somebody asks a finding for its line
    return find([file])


def _found_in_stack(stack: "Stack") -> list[Finding]:
    directory, path = synthesized_at(stack)
    files = read_files([directory])
    within = [each for file in files for each in file.with_nested if each.path.resolve() == path.resolve()]
    own = {each.path for file in within for each in file.with_nested}
    return [finding for finding in find(files) if finding.resource.stack.file.path in own]
