"""Prints and saves the results of an execution."""

import dataclasses
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from constructs_lib.local.files import write_text
from constructs_lib.local.paths import below
from constructs_lib.local.runs.causes import sentence
from constructs_lib.ops.account import Account
from constructs_lib.ops.commands.display import console, plain, show_json, show_lines, show_table, state_shown
from constructs_lib.ops.reports.outcomes import (
    NO_RESULT,
    ExecutionOutcome,
    FanOutOutcome,
    ItemOutcome,
    look_at_items,
    look_at_outcome,
)
from constructs_lib.ops.reports.result_objects import ResultsGoneError
from constructs_lib.terminal import json_text, visible

_FIRST = 10
"""So many results of each fan-out are shown where no table is asked for."""
_CHARACTERS = 200
_OUTPUT_CHARACTERS = 2_000
_ROWS = 200
"""At a terminal the rows of so many items are one table; the next ones have widths of their own."""


@dataclass
class ResultsShown:
    """Shows the results of an execution.

    Args:
        account: where it is.
        as_json: whether programs read what is printed.
        check: raises when somebody wants it to end.
    """

    account: Account
    as_json: bool
    check: Callable[[], None]

    def show(self, execution: str, directory: Path | None, *, table: bool) -> None:
        """Print them, and write them into a directory if there is one."""
        self._errors = console(stderr=True)
        outcome = self._outcome(execution)
        if self.as_json and not table:
            show_json(_record(outcome))
        elif not self.as_json:
            self._show_head(outcome)
        if directory:
            write_text(directory / "execution.json", json_text(_record(outcome), indent=2, default=str) + "\n")
        for fan_out in outcome.fan_outs:
            self._show_fan_out(outcome, fan_out, directory, table=table)
        if directory:
            self._errors.print(f"written to {plain(directory)}", soft_wrap=True)

    def _outcome(self, execution: str) -> ExecutionOutcome:
        if not self._errors.is_terminal:
            return look_at_outcome(self.account, execution)
        with self._errors.status("reading the history") as status:
            return look_at_outcome(
                self.account,
                execution,
                seen=lambda seen: status.update(f"reading the history: {seen:,} events"),
            )

    def _show_head(self, outcome: ExecutionOutcome) -> None:
        shown = console()
        cause = outcome.cause if outcome.cause and not outcome.fan_outs else None
        has_output = outcome.status == "SUCCEEDED"
        output = visible(json_text(outcome.output), _OUTPUT_CHARACTERS) if has_output else ""
        show_lines(
            shown,
            [
                ("execution", plain(":".join(outcome.execution.split(":")[-2:]))),
                ("state", state_shown(outcome.status)),
                ("error", plain(outcome.error or "")),
                ("cause", plain(sentence(cause) or cause) if cause else ""),
                ("output", plain(output)),
            ],
        )
        rows = [
            (plain(item.name), *(_number(value) for value in (item.total, item.succeeded, item.failed)))
            for item in outcome.fan_outs
        ]
        if rows:
            _table(shown, "fan-out", "Fan-outs", ("fan-out", "items>", "succeeded>", "failed>"), rows)

    def _show_fan_out(
        self, outcome: ExecutionOutcome, fan_out: FanOutOutcome, directory: Path | None, *, table: bool
    ) -> None:
        if not (fan_out.results_uri or table):
            return
        if fan_out.results_uri and not self.as_json:
            show_lines(console(), [("results", plain(fan_out.results_uri))])
        if self.as_json and not (table or directory):
            return
        try:
            items = self._items(outcome, fan_out, with_bar=bool(directory and not table))
            if directory:
                items = _saved(items, below(directory, fan_out.name.replace("/", "-")))
            if table or not directory:
                self._print(fan_out, items, table=table)
            else:
                for _ in items:
                    pass
        except ResultsGoneError as error:
            self._errors.print(f"[yellow]{plain(fan_out.name)}: {plain(error)}[/]", soft_wrap=True)

    def _items(
        self, outcome: ExecutionOutcome, fan_out: FanOutOutcome, *, with_bar: bool
    ) -> Generator[ItemOutcome, None, None]:
        with _bar(self._errors, is_shown=with_bar) as progress:
            task = progress.add_task(visible(fan_out.name), total=fan_out.total)
            for item in look_at_items(self.account, outcome, fan_out):
                self.check()
                progress.advance(task)
                yield item

    def _print(self, fan_out: FanOutOutcome, items: Generator[ItemOutcome, None, None], *, table: bool) -> None:
        if self.as_json:
            for item in items:
                click.echo(json_text(_item_record(fan_out, item)))
            return
        shown = console()
        columns = ("item>", "state", "result, or why it failed")
        if table:
            title = plain(fan_out.name)
            while rows := [_row(item) for item in islice(items, _ROWS)]:
                _table(shown, "item", title, columns, rows)
                title = ""
            return
        _table(shown, "item", plain(fan_out.name), columns, [_row(item) for item in islice(items, _FIRST)])
        items.close()
        left = (fan_out.total or 0) - _FIRST
        if left > 0 and shown.is_terminal:
            shown.print(f"[dim]… and {left:,} more: --table prints all, --output DIRECTORY saves them[/]")


def _table(shown: Console, kind: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows; in a pipe the first cell says what each is."""
    if shown.is_terminal:
        show_table(shown, title, columns, rows)
    else:
        show_table(shown, "", (), [(kind, *row) for row in rows])


def _saved(items: Iterator[ItemOutcome], directory: Path) -> Generator[ItemOutcome, None, None]:
    for item in items:
        if item.result is not NO_RESULT:
            write_text(directory / f"{item.index}.json", json_text(item.result) + "\n")
        yield item


def _row(item: ItemOutcome) -> tuple[str, str, str]:
    told = item.reason or "" if item.result is NO_RESULT else json_text(item.result)
    if item.result is NO_RESULT and item.status == "SUCCEEDED":
        told = "-"
    return str(item.index), state_shown(item.status), plain(visible(told, _CHARACTERS))


def _record(outcome: ExecutionOutcome) -> dict[str, Any]:
    names = ("name", "total", "succeeded", "failed", "results_uri", "summary")
    return {
        "execution": outcome.execution,
        "status": outcome.status,
        "output": outcome.output,
        "error": outcome.error,
        "cause": outcome.cause,
        "fanOuts": [
            {_camel(name): value for name, value in dataclasses.asdict(item).items() if name in names}
            for item in outcome.fan_outs
        ],
    }


def _item_record(fan_out: FanOutOutcome, item: ItemOutcome) -> dict[str, Any]:
    result = {} if item.result is NO_RESULT else {"result": item.result}
    return {
        _camel("fan_out"): fan_out.name,
        "index": item.index,
        "status": item.status,
        **result,
        "reason": item.reason,
        "job": item.job,
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _bar(shown: Console, *, is_shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=shown,
        transient=True,
        disable=not (is_shown and shown.is_terminal),
    )
