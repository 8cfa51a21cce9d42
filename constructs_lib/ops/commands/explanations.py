"""How an explanation looks: a heading, the cause in words, what shows it, and what to do."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from constructs_lib.ops.reasons.explanations import Explanation, Finding
from constructs_lib.terminal import visible

_STEP = 2


def show(shown: Console, explanation: Explanation) -> None:
    """Print an explanation, what else is wrong, what it comes from, and what could not be asked."""
    _explain(shown, explanation, 0)
    for line in explanation.not_asked:
        _print(shown, f"not asked: {line}", 0, "yellow")


def _explain(shown: Console, explanation: Explanation, indent: int) -> None:
    kind = explanation.kind[:1].upper() + explanation.kind[1:]
    known = explanation.id if explanation.id.endswith(explanation.name) else f"{explanation.name} ({explanation.id})"
    _print(shown, f"{kind} {known}: {explanation.status}", indent, "bold")
    _show(shown, explanation.finding, indent)
    for finding in explanation.also:
        _print(shown, "Also:", indent, "bold")
        _show(shown, finding, indent)
    for below in explanation.below:
        _print(shown, "Comes from:", indent, "bold")
        _explain(shown, below, indent + _STEP)


def _show(shown: Console, finding: Finding, indent: int) -> None:
    _print(shown, f"{finding.sentence} [{finding.cause}]", indent, "")
    if finding.evidence:
        _print(shown, "What shows it", indent, "dim")
    for line in finding.evidence:
        _print(shown, f"- {line}", indent + _STEP, "")
    if finding.fixes:
        _print(shown, "What to do", indent, "dim")
    for number, fix in enumerate(finding.fixes, start=1):
        _print(shown, f"{number}. {fix.text}", indent + _STEP, "")
        if fix.command:
            _print(shown, fix.command, indent + _STEP + 3, "cyan", is_command=True)
    if finding.source:
        _print(shown, f"Source: {finding.source}", indent, "dim", is_command=True)


def _print(shown: Console, text: str, indent: int, style: str, *, is_command: bool = False) -> None:
    """A paragraph; commands and addresses are not broken, so that they can be copied, and nothing is in a pipe."""
    paragraph = Text(visible(text), style=style)
    whole = is_command or not shown.is_terminal
    if whole:
        shown.print(Text(" " * indent) + paragraph, soft_wrap=True, markup=False)
    else:
        shown.print(Padding(paragraph, (0, 0, 0, indent)), markup=False)
