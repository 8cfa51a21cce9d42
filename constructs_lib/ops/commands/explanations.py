"""How an explanation looks: a heading, the cause in words, what shows it, and what to do."""

from textwrap import wrap

from rich.console import Console
from rich.text import Text

from constructs_lib.ops.reasons.explanations import Explanation, Finding
from constructs_lib.terminal import visible

_STEP = 2
_NARROWEST = 40


def show(shown: Console, explanation: Explanation) -> None:
    """Print an explanation, what else is wrong, what it comes from, and what could not be asked."""
    _explain(shown, explanation, 0)
    for line in explanation.not_asked:
        _paragraph(shown, f"Not asked: {line}", 0, style="yellow")


def _explain(shown: Console, explanation: Explanation, indent: int) -> None:
    kind = explanation.kind[:1].upper() + explanation.kind[1:]
    known = explanation.id if explanation.id.endswith(explanation.name) else f"{explanation.name} ({explanation.id})"
    _whole(shown, f"{kind} {known}: {explanation.status}", indent, style="bold")
    is_of_below = bool(explanation.below) and explanation.finding.fixes == explanation.root.fixes
    _show(shown, explanation.finding, indent, with_fixes=not is_of_below)
    for finding in explanation.also:
        _paragraph(shown, "Also:", indent, style="bold")
        _show(shown, finding, indent)
    for below in explanation.below:
        _paragraph(shown, "Comes from:", indent, style="bold")
        _explain(shown, below, indent + _STEP)


def _show(shown: Console, finding: Finding, indent: int, *, with_fixes: bool = True) -> None:
    _paragraph(shown, f"{finding.sentence} [{finding.cause}]", indent)
    if finding.evidence:
        _paragraph(shown, "What shows it:", indent, style="dim")
    for line in finding.evidence:
        _paragraph(shown, line, indent + _STEP, mark="- ")
    if not with_fixes:
        return
    if finding.fixes:
        _paragraph(shown, "What to do:", indent, style="dim")
    for number, fix in enumerate(finding.fixes, start=1):
        mark = f"{number}. "
        _paragraph(shown, fix.text, indent + _STEP, mark=mark)
        for copied in filter(None, (fix.command, fix.statement)):
            _whole(shown, copied, indent + _STEP + len(mark), style="cyan")
    if finding.source:
        _whole(shown, f"Source: {finding.source}", indent, style="dim")


def _paragraph(shown: Console, text: str, indent: int, *, mark: str = "", style: str = "") -> None:
    """Words within the width of a terminal, below each other after a mark; one line in a pipe."""
    if not shown.is_terminal:
        _whole(shown, mark + text, indent, style=style)
        return
    first, others = " " * indent + mark, " " * (indent + len(mark))
    width = max(shown.width, _NARROWEST)
    for line in visible(text).splitlines():
        lines = wrap(
            line,
            width,
            initial_indent=first,
            subsequent_indent=others,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for each in lines:
            shown.print(Text(each, style=style), soft_wrap=True)
        first = others


def _whole(shown: Console, text: str, indent: int, *, style: str = "") -> None:
    """A line that is not broken, so that it can be copied."""
    shown.print(Text(" " * indent + visible(text), style=style), soft_wrap=True)
