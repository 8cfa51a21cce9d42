"""How answers look: tables for people at a terminal, plain lines in a pipe, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from constructs_lib.terminal import visible

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def console(*, stderr: bool = False) -> Console:
    """The console of an answer; in a pipe it has no colors, and lines are as long as they are."""
    return Console(stderr=stderr, emoji=False, highlight=False, soft_wrap=not sys.stdout.isatty())


def plain(text: object) -> str:
    """What others wrote, as it may stand in the markup of a table."""
    return escape(visible(str(text)))


def show_table(shown: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a title: as a table at a terminal, and as lines of cells with tabs between them in a pipe.

    Args:
        shown: where.
        title: what the rows are.
        columns: their heads; one that ends with ``>`` is of numbers, on the right.
        rows: of as many cells; markup of rich is heeded, so texts of others pass `plain` first.
    """
    heads = [head.removesuffix(">") for head in columns]
    if not shown.is_terminal:
        for row in rows:
            shown.print("\t".join(map(str, row)), soft_wrap=True)
        return
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for head, column in zip(heads, columns, strict=True):
        table.add_column(head, justify="right" if column.endswith(">") else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    shown.print(table)


def age(seconds: float) -> str:
    """A time in two units at most: ``45 s``, ``3 min 20 s``, ``2 h 5 min``, ``4 d 3 h``."""
    whole = round(seconds)
    for number, (unit, name) in enumerate(_UNITS):
        if whole >= unit:
            rest, (smaller, word) = whole % unit, (*_UNITS, (1, "s"))[number + 1]
            return f"{whole // unit} {name}" + (f" {rest // smaller} {word}" if rest // smaller else "")
    return f"{whole} s"


def moment(time: datetime) -> str:
    """A moment in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(begin: datetime, end: datetime) -> str:
    """The time between two moments, as `age` has it."""
    return age((end - begin) / timedelta(seconds=1))
