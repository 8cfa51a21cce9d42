"""Lines of jobs, as they are printed: with the name of who wrote each, as they are, or as JSON."""

from datetime import UTC

import click

from constructs_lib.ops.logs.job_logs import LogLine, LogSource
from constructs_lib.terminal import json_text, visible

_COLORS = ("cyan", "yellow", "magenta", "green", "blue", "bright_red", "bright_cyan", "bright_yellow")
_WIDEST = 40


class LinePrinter:
    """Prints lines.

    Args:
        raw: unchanged, without prefix.
        as_json: an object for each.
    """

    def __init__(self, *, raw: bool = False, as_json: bool = False) -> None:
        self._raw = raw
        self._as_json = as_json
        self._colors: dict[str, str] = {}
        self._width = 0
        self.has_prefix = False

    @property
    def is_for_people(self) -> bool:
        """Whether headings may stand between lines."""
        return not (self._raw or self._as_json)

    def know(self, sources: list[LogSource]) -> None:
        """Take in who may write: lines of one attempt of one job need no prefix."""
        self.has_prefix = self.has_prefix or len(sources) > 1
        self._width = min(max([self._width, *(len(source.shown) for source in sources)]), _WIDEST)

    def heading(self, text: str) -> None:
        """Print what the next lines are of."""
        if self.is_for_people:
            click.secho(visible(text), bold=True)

    def print(self, line: LogLine) -> None:
        """Print a line."""
        if self._as_json:
            click.echo(json_text(record(line)))
        elif self._raw:
            click.echo(line.text, color=True)  # click takes colors away
        elif self.has_prefix:
            click.echo(f"{self._prefix(line.source)} {visible(line.text)}")
        else:
            click.echo(visible(line.text))

    def note(self, text: str) -> None:
        """Say on standard error what is not there."""
        click.secho(visible(text), fg="yellow", err=True)

    def _prefix(self, source: LogSource) -> str:
        name = visible(source.shown)
        color = self._colors.setdefault(source.shown, _COLORS[len(self._colors) % len(_COLORS)])
        again = f" #{source.attempt}" if source.attempt > 1 else ""
        return click.style(f"{name:<{self._width}}{again} |", fg=color)


def record(line: LogLine) -> dict[str, object]:
    """A line as a JSON object."""
    time = line.time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    source = line.source
    return {
        "time": time,
        "job": source.job,
        "name": source.name,
        "index": source.index,
        "attempt": source.attempt,
        "container": source.container,
        "line": line.text,
    }
