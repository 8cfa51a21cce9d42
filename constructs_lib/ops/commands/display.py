"""How answers look: tables for people at a terminal, plain lines in a pipe, JSON for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from constructs_lib.ops import times
from constructs_lib.terminal import json_text, visible

_COLORS = {
    "RUNNABLE": "yellow",
    "RUNNING": "blue",
    "SUCCEEDED": "green",
    "FAILED": "red",
    "TIMED_OUT": "red",
    "ABORTED": "red",
}
age = times.age


def console(*, stderr: bool = False) -> Console:
    """The console of an answer; in a pipe it has no colors, and lines are as long as they are."""
    made = Console(stderr=stderr, emoji=False, highlight=False)
    made.soft_wrap = not made.is_terminal
    return made


def plain(text: object) -> str:
    """What others wrote, as it may stand in the markup of a table."""
    return escape(visible(str(text)))


def state_shown(state: str) -> str:
    """A state of a job or an execution, in markup, in its color."""
    color = _COLORS.get(state)
    return f"[{color}]{state}[/]" if color else state


def show_table(shown: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a title: as a table at a terminal, and as lines of cells with tabs between them in a pipe.

    Args:
        shown: where.
        title: what the rows are.
        columns: their heads; one that ends with ``>`` is of numbers, on the right, and one that ends with ``!`` is not
            broken, as ids that are copied.
        rows: of as many cells; markup of rich is heeded, so texts of others pass `plain` first.
    """
    if not shown.is_terminal:
        for row in rows:
            # Written as it is: rich makes spaces of tabs.
            shown.file.write("\t".join(_cell(cell) for cell in row) + "\n")
        return
    shown.print(Text(title, style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.endswith(">") else "left"
        table.add_column(column.rstrip(">!"), justify=justify, overflow="fold", no_wrap=column.endswith("!"))
    for row in rows:
        table.add_row(*map(str, row))
    shown.print(table)


def show_lines(shown: Console, lines: Iterable[tuple[str, str]]) -> None:
    """Print what there is of one thing, a line each; those without a value are left out.

    Args:
        shown: where.
        lines: word and value of each, in markup.
    """
    known = [(word, value) for word, value in lines if value]
    if not shown.is_terminal:
        for word, value in known:
            shown.file.write(f"{word}\t{_cell(value)}\n")
        return
    width = max((len(word) for word, _ in known), default=0)
    for word, value in known:
        # Not broken into lines here, so that an ARN can be copied as a whole.
        shown.print(f"[dim]{word:<{width}}[/]  {value}", soft_wrap=True)


def _cell(cell: object) -> str:
    """A cell of a line, without markup, tabs and ends of lines."""
    return " ".join(Text.from_markup(str(cell)).plain.split())


def moment(time: datetime) -> str:
    """A moment in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(begin: datetime, end: datetime) -> str:
    """The time between two moments, as `age` has it."""
    return age((end - begin) / timedelta(seconds=1))


def show_json(value: Any) -> None:
    """Print one JSON value for programs: members of dataclasses in camelCase, times in ISO 8601, in UTC."""
    click.echo(json_text(_json(value), indent=2))


def _json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel_case(item.name): _json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
