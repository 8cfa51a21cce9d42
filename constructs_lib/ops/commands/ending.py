"""How an execution ended, at a terminal and as JSON."""

import json
from typing import Any

from rich.console import Console

from constructs_lib.local.runs.causes import sentence
from constructs_lib.ops.commands.display import console, plain, show_json
from constructs_lib.ops.commands.progress_view import failure_words, show_stages
from constructs_lib.ops.executions.progress import Progress
from constructs_lib.terminal import visible

_OUTPUT_CHARACTERS = 2_000
"""As many of the output are shown; --json has all of them."""


def show_ending(ended: Progress, *, as_json: bool) -> None:
    """Print it on standard output; what failed, and what to do next, on standard error.

    Args:
        ended: the execution.
        as_json: whether standard output gets one JSON object and nothing else.
    """
    errors = console(stderr=True)
    if as_json:
        show_json(record(ended))
    shown = errors if as_json else console()
    show_stages(shown, ended)
    color = "green" if ended.status == "SUCCEEDED" else "red"
    error = f": {plain(ended.error)}" if ended.error else ""
    shown.print(f"execution [bold {color}]{plain(ended.status)}[/]{error}", soft_wrap=True)
    if ended.output is not None:
        shown.print(f"output    {plain(visible(ended.output, _OUTPUT_CHARACTERS))}", soft_wrap=True)
    if ended.status != "SUCCEEDED":
        _show_failure(errors, ended)


def record(ended: Progress) -> dict[str, Any]:
    """The same as a JSON object."""
    return {
        "execution": ended.execution,
        "status": ended.status,
        "output": _value(ended.output),
        "error": ended.error or None,
        "cause": ended.cause or None,
        "stages": [
            {"name": stage.name, "status": stage.status, "total": stage.total, "counts": stage.counts}
            for stage in ended.stages
        ],
        "failures": ended.failures,
    }


def _show_failure(errors: Console, ended: Progress) -> None:
    said = sentence(ended.cause) or " ".join(ended.cause.split())
    if said:
        errors.print(f"[red]{plain(said)}[/]", soft_wrap=True)
    for failure in ended.failures:
        errors.print(f"[red]✘[/] {plain(failure_words(failure))}", soft_wrap=True)
    if ended.stages and ended.status != "ABORTED":
        name = plain(ended.execution)
        errors.print(f"[dim]constructs-lib logs {name} --failed   # what the failed jobs wrote[/]", soft_wrap=True)
        errors.print(f"[dim]constructs-lib why {name}   # what to do about it[/]", soft_wrap=True)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
