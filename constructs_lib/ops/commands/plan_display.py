"""A plan as people read it at a terminal."""

from collections.abc import Iterator
from typing import Final

from rich.table import Table
from rich.text import Text

from constructs_lib.ops.commands.display import age, console, plain
from constructs_lib.ops.planning.dollars import Bill, Item
from constructs_lib.ops.planning.plan import Choice, Plan

_BAR: Final = "█▏▎▍▌▋▊▉"
_BAR_WIDTH: Final = {80: 14, 100: 24}
"""How wide bars are on a console of at least so many characters."""

_LEFT_OUT: Final = "data transfer, storage, networks, taxes and discounts"


def show(plan: Plan) -> None:
    """Print a plan: a table with bars at a terminal, lines of cells with tabs between them in a pipe."""
    shown = console()
    if not shown.is_terminal:
        for choice in plan.choices:
            shown.file.write("\t".join(["choice", *_cells(choice)]) + "\n")  # rich makes spaces of tabs
        return
    shown.print(f"[bold]{plain(title(plan))}[/]")
    shown.print(_table(plan, shown.width))
    for sentence in sentences(plan):
        shown.print(plain(sentence))


def sentences(plan: Plan, *, bill: bool = True) -> Iterator[str]:
    """What a plan rests on, and what it leaves out.

    Args:
        plan: the plan.
        bill: whether the lines of the bill are among it.
    """
    outcome, items = plan.outcome, plan.choices[0].bill.items
    if plan.start_seconds >= 1:
        yield f"As it is, {age(plan.start_seconds)} of the time is waiting for instances and images."
    if outcome.usage.reclaimed:
        yield f"{outcome.usage.reclaimed:,.0f} of {outcome.usage.attempts:,.0f} attempts are reclaimed, and run again."
    for choice in plan.choices:
        if choice.refused:
            yield f"Refused: {choice.refused}."
    yield from plan.notes
    starts = plan.starts
    yield (
        f"Assumed: {starts.instance:g} s until an instance takes jobs, {starts.image:g} s for an image, "
        f"{starts.fargate:g} s for a task on Fargate; {plan.reclaim_rate:.0%} of Spot attempts reclaimed in an hour."
    )
    if any(item.estimated and item.what.startswith("EC2") for choice in plan.choices for item in choice.bill.items):
        yield f"~ Spot Instances at {plan.prices.spot_share:.0%} of the price on demand, which is an assumption."
    if any(item.estimated and item.what.startswith("Fargate") for choice in plan.choices for item in choice.bill.items):
        yield "~ Fargate Spot at its price of the date below; it moves."
    if unknown := list(dict.fromkeys(what for choice in plan.choices for what in choice.bill.unknown)):
        yield f"Not in the sums, as the prices in {plan.region} are not known: {', '.join(unknown)}."
    dates = ", ".join(f"{source.what} of {source.date}" for source in plan.prices.sources)
    yield f"Prices in US dollars: {dates or 'none are known for this region'}; without {_LEFT_OUT}."
    if bill and items:
        yield f"As it is: {'; '.join(_line(item) for item in items if item.dollars)}."


def money(dollars: float) -> str:
    """Dollars with as many digits as say something."""
    return f"{dollars:,.2f}" if dollars >= 1 or not dollars else f"{dollars:.4f}"


def cost_of(bill: Bill) -> str:
    """The sum of a bill, with a sign where it is an estimate, or lacks the price of what jobs run on."""
    return f"{'~' if bill.estimated else ''}{money(bill.dollars)}{'+?' if _lacks_capacity(bill) else ''}"


def quantity(item: Item) -> str:
    """How much of something is charged for."""
    return f"{item.quantity:,.1f}" if item.quantity < 100 and item.quantity % 1 else f"{item.quantity:,.0f}"  # noqa: PLR2004


def title(plan: Plan) -> str:
    """What is planned."""
    what = f"{plan.stack}, {plan.machine}" if plan.machine else plan.stack
    items = f"{plan.work.items:,} items" if plan.work.items != 1 else "1 item"
    return f"Plan of {what}: {items} of {age(plan.work.seconds)} each in {plan.region}"


def _cells(choice: Choice) -> list[str]:
    """What it is, seconds, dollars, jobs at a time, the maximum of vCPUs; or why it would be refused."""
    vcpus = most_vcpus_of(choice).replace(",", "")
    if choice.outcome is None:
        return [choice.name, "", "", "", vcpus, choice.refused or ""]
    outcome = choice.outcome
    dollars = f"{choice.bill.dollars:.6f}"
    return [choice.name, f"{outcome.seconds:.0f}", dollars, f"{outcome.most_running:.0f}", vcpus]


def _table(plan: Plan, width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("choice", overflow="fold")
    for head in ("takes", "dollars", "at a time", "max vCPUs"):
        table.add_column(head, justify="right")
    bar_width = max((size for least, size in _BAR_WIDTH.items() if width >= least), default=0)
    if bar_width:
        table.add_column("")
    longest = max(choice.outcome.seconds for choice in plan.choices if choice.outcome) or 1.0
    for choice in plan.choices:
        if choice.outcome is None:
            table.add_row(plain(choice.name), Text("refused", style="red"), "", "", most_vcpus_of(choice))
            continue
        row = [
            plain(choice.name),
            age(choice.outcome.seconds),
            cost_of(choice.bill),
            f"{choice.outcome.most_running:,.0f}",
            most_vcpus_of(choice),
        ]
        bar = [Text(_bar(choice.outcome.seconds / longest, bar_width), style="cyan")] if bar_width else []
        table.add_row(*row, *bar, style="bold" if choice is plan.choices[0] else "")
    return table


def _bar(share: float, width: int) -> str:
    eighths = max(1, round(share * width * 8))
    whole, rest = divmod(eighths, 8)
    return _BAR[0] * whole + (_BAR[rest] if rest else "")


def _lacks_capacity(bill: Bill) -> bool:
    """Whether the price of an instance type or of Fargate is not known, so that the sum says little."""
    return any(what.startswith(("EC2", "Fargate")) or what.endswith("capacity") for what in bill.unknown)


def most_vcpus_of(choice: Choice) -> str:
    """The maximum of vCPUs of a choice; nothing where there is none."""
    return "" if choice.max_vcpus == float("inf") else f"{choice.max_vcpus:,.0f}"


def _line(item: Item) -> str:
    return f"{quantity(item)} {item.unit} of {item.what} {'~' if item.estimated else ''}{money(item.dollars or 0.0)}"
