"""A plan as a page: its picture, a table of the choices, what each costs line by line, and what all that rests on."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from constructs_lib.ops.commands.display import age
from constructs_lib.ops.commands.plan_display import cost_of, money, most_vcpus_of, quantity, sentences, title
from constructs_lib.ops.commands.plan_picture import drawn
from constructs_lib.ops.planning.dollars import Bill
from constructs_lib.ops.planning.plan import Choice, Plan

_CHOICES: Final = ("choice", "takes", "dollars", "at a time", "max vCPUs", "jobs", "attempts", "reclaimed")
_BILL: Final = ("what", "quantity", "unit", "dollars")
_STYLE: Final = (
    ":root{color-scheme:light dark;--faint:light-dark(#d0d7de,#30363d)}"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.scroll{overflow-x:auto}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}summary{cursor:pointer}"
    "th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--faint);vertical-align:top}"
    "th:first-child,td:first-child{text-align:left}td{overflow-wrap:anywhere}td.refused{color:#cf222e;text-align:left}"
)
_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'"


def plan_page(plan: Plan) -> str:
    """Write the page about a plan.

    Args:
        plan: the plan.

    Returns:
        One HTML document that loads nothing.
    """
    shown = escape(title(plan))
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{shown}</title>",
        f"<style>{_STYLE}</style></head>",
        f"<body><h1>{shown}</h1>",
        drawn(plan).rstrip(),
        "<h2>Choices</h2>",
        *_table(_CHOICES, (_choice(choice) for choice in plan.choices)),
        "<h2>What it costs</h2>",
        *_bills(plan.choices),
        "<h2>What this rests on</h2><ul>",
        *(f"<li>{escape(sentence)}</li>" for sentence in sentences(plan, bill=False)),
        "</ul><h2>Sources of the prices</h2>",
        *_table(("prices", "date", "source"), (_row(*source) for source in plan.prices.sources)),
        "</body></html>",
    ]
    return "\n".join(lines) + "\n"


def _choice(choice: Choice) -> str:
    if choice.outcome is None:
        columns = len(_CHOICES) - 1
        return f'{_cell(choice.name)}<td class="refused" colspan="{columns}">{escape(choice.refused or "")}</td>'
    outcome, usage = choice.outcome, choice.outcome.usage
    counts = (f"{number:,.0f}" for number in (outcome.jobs, usage.attempts, usage.reclaimed))
    at_a_time = f"{outcome.most_running:,.0f}"
    return _row(choice.name, age(outcome.seconds), cost_of(choice.bill), at_a_time, most_vcpus_of(choice), *counts)


def _bills(choices: Sequence[Choice]) -> Iterator[str]:
    for number, choice in enumerate(choices):
        if choice.outcome is not None:
            summary = f"{escape(choice.name)}: {cost_of(choice.bill)} dollars"
            yield f"<details{'' if number else ' open'}><summary>{summary}</summary>"
            yield from _table(_BILL, _lines(choice.bill))
            yield "</details>"


def _lines(bill: Bill) -> Iterator[str]:
    for item in bill.items:
        about = "~" if item.estimated else ""
        dollars = "not known" if item.dollars is None else f"{about}{money(item.dollars)}"
        yield _row(item.what, quantity(item), item.unit, dollars)


def _table(heads: Sequence[str], rows: Iterator[str]) -> Iterator[str]:
    yield f'<div class="scroll"><table><thead><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr></thead><tbody>'
    yield from (f"<tr>{row}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _row(*cells: str) -> str:
    return "".join(map(_cell, cells))


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"
