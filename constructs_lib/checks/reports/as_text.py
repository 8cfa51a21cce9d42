"""Findings for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from constructs_lib.checks.rule import Finding
from constructs_lib.terminal import visible


def report(findings: Sequence[Finding]) -> str:
    """Each finding as a paragraph, and their number."""
    paragraphs = ["\n".join(_lines(finding)) for finding in findings]
    return visible("\n\n".join([*paragraphs, _summary(findings)]) + "\n")


def _lines(finding: Finding) -> Iterator[str]:
    rule, resource = finding.rule, finding.resource
    yield f"{rule.severity} {rule.id}: {resource.shown} ({resource.type})"
    yield f"  at       {resource.stack.file.shown}:{finding.line} {finding.pointer}"
    yield f"  got      {finding.got}"
    yield f"  allowed  {finding.allowed}"
    yield f"  or else  {rule.otherwise}"
    yield f"  fix      {finding.fix}"
    yield f"  source   {rule.source}"
    yield f"  see      {rule.address}"


def _summary(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.rule.severity for finding in findings)
    if not counts:
        return "Nothing found."
    parts = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items()]
    return f"{', '.join(parts)}."
