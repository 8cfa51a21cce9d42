"""Following an execution at a terminal: a picture that moves, lines in a pipe, and what Ctrl-C may mean."""

import sys
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import click
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from constructs_lib.local.signals import StoppedError, orderly
from constructs_lib.ops.commands.progress_view import plain_line, progress_view
from constructs_lib.ops.executions.following import follow
from constructs_lib.ops.executions.progress import Progress, Watch
from constructs_lib.ops.histories.course import SUCCEEDED
from constructs_lib.terminal import visible

_SECONDS_A_LINE = 10.0
"""In a pipe, a line is written when something has changed, and no sooner than after so many seconds."""
_INTERRUPTED = 130


class Picture:
    """Shows how far an execution is.

    Args:
        console: where; one that is no terminal gets lines.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._trouble = ""
        self._line, self._written = "", 0.0
        self._live = Live(
            console=console, get_renderable=self._render, transient=True, refresh_per_second=4, redirect_stdout=False
        )

    def __enter__(self) -> Self:
        """Begin."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        if self._console.is_terminal:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        """Show it as it is now."""
        self._progress, self._trouble = progress, ""
        line = plain_line(progress)
        if self._console.is_terminal or line == self._line or time.monotonic() - self._written < _SECONDS_A_LINE:
            return
        self._line, self._written = line, time.monotonic()
        self._console.print(f"{datetime.now(UTC):%H:%M:%S} {line}", markup=False, soft_wrap=True)

    def trouble(self, text: str) -> None:
        """Say why nothing is heard of AWS."""
        self._trouble = visible(text)
        if not self._console.is_terminal:
            self._console.print(self._trouble, markup=False, soft_wrap=True)

    def _render(self) -> RenderableType:
        if self._progress is None:
            return Text("starting")
        shown = progress_view(self._progress, datetime.now(UTC), self._console.width)
        if not self._trouble:
            return shown
        from rich.console import Group  # noqa: PLC0415 - as rarely as AWS is away

        return Group(shown, Text(self._trouble, style="yellow"))


def follow_at_terminal(watch: Watch, console: Console) -> tuple[Progress, int]:
    """Follow an execution to its end, unless a signal ends that.

    Ctrl-C at a terminal asks whether to stop the execution or to leave it running, which a second Ctrl-C means, too.
    Any other signal, and Ctrl-C where nobody can be asked, leaves it running.

    Args:
        watch: looks at the execution.
        console: where the picture and the question go.

    Returns:
        How it ended, and the exit code of the command: 0 if it succeeded, 130 if it was stopped, or else 1.

    Raises:
        SystemExit: the execution was left running; with the code of the signal.
    """
    try:
        ended = _follow(watch, console)
    except StoppedError as stopped:
        if stopped.code != _INTERRUPTED or not _asks_to_stop(watch, console):
            _say(console, "it runs on", watch)
            raise SystemExit(stopped.code) from None
    else:
        return ended, 0 if ended.status == SUCCEEDED else 1
    watch.account.client("stepfunctions").stop_execution(executionArn=watch.execution, cause="stopped by Ctrl-C")
    try:
        return _follow(watch, console), _INTERRUPTED
    except StoppedError as stopped:
        _say(console, "it is being stopped", watch)
        raise SystemExit(stopped.code) from None


def _follow(watch: Watch, console: Console) -> Progress:
    with orderly() as stop, Picture(console) as picture:
        return follow(watch, picture.show, on_trouble=picture.trouble, pause=stop.pause)


def _asks_to_stop(watch: Watch, console: Console) -> bool:
    if not (console.is_terminal and sys.stdin is not None and sys.stdin.isatty()):
        return False
    name = visible(watch.execution.rpartition(":")[2])
    console.print(f"\n{name} is running. Ctrl-C again detaches.", markup=False)
    answer: str = click.prompt(
        "Detach and leave it running, or stop it?",
        type=click.Choice(["detach", "stop"]),
        default="detach",
        err=True,
    )
    return answer == "stop"


def _say(console: Console, what: str, watch: Watch) -> None:
    name = visible(watch.execution)
    console.print(
        f"{what}: `constructs-lib status {name}` shows it, `constructs-lib stop {name}` stops it",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
