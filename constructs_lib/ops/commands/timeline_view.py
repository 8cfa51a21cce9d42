"""The timeline of an execution in the characters of a terminal: a bar for each job, or how many ran of very many."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.text import Text

from constructs_lib.local.runs.report import Bar
from constructs_lib.local.runs.report.scales import duration, time_ticks
from constructs_lib.ops.commands.display import age, moment
from constructs_lib.ops.histories.course import FAILED, SUCCEEDED
from constructs_lib.ops.reports.timelines import Lane, Span, Timeline
from constructs_lib.terminal import visible

MOST_JOBS = 12
"""A stage with more of them is one bar."""

_STATE, _WAITS, _RUNS, _AGAIN, _FAILS = "━", "░", "█", "▒", "▓"
_DENSITY = " ▁▂▃▄▅▆▇█"
_COLORS = {"succeeded": "green", "failed": "red", "retried": "yellow", "running": "blue", "waiting": "dim"}
_STATUS_COLORS = {SUCCEEDED: "green", FAILED: "red"}
_CHARACTERS = {"succeeded": _RUNS, "failed": _FAILS, "retried": _AGAIN, "running": _RUNS}
_LEAST_NAME, _LEAST_BARS, _BESIDE = 12, 16, 22
_TICK_CHARACTERS = 12

Cells = list[tuple[str, str]]
"""A character and its style, for each column."""


class TimelineView:
    """Draws a timeline.

    Args:
        timeline: what happened.
        width: of the terminal, in characters.
        most_jobs: a stage with more jobs is one bar. Default: 12.
    """

    def __init__(self, timeline: Timeline, width: int, *, most_jobs: int = MOST_JOBS) -> None:
        self._timeline = timeline
        self._most_jobs = most_jobs
        names = [len(name) for lane in timeline.lanes for name in self._names(lane)]
        self._name_width = min(max([*names, _LEAST_NAME]), max(width // 3, _LEAST_NAME))
        self._columns = max(width - self._name_width - _BESIDE, _LEAST_BARS)
        self._seconds = max(timeline.ended - timeline.began, 1e-3)

    def lines(self) -> Iterator[Text]:
        """The picture, line by line."""
        yield self._head()
        for lane in self._timeline.lanes:
            yield self._lane(lane)
            if self._is_folded(lane):
                yield self._folded(lane)
            else:
                yield from (self._job(attempts) for attempts in _by_job(lane.attempts))
        yield self._axis()
        if any(lane.attempts for lane in self._timeline.lanes):
            yield self._legend()

    def _names(self, lane: Lane) -> Iterator[str]:
        yield lane.name
        if self._is_folded(lane):
            yield f"  {lane.jobs:,} jobs"
        else:
            yield from (f"  {_job_name(bar)}" for bar in lane.attempts)

    def _is_folded(self, lane: Lane) -> bool:
        return lane.jobs > self._most_jobs

    def _head(self) -> Text:
        *_, machine, name = self._timeline.execution.split(":")
        text = Text(visible(f"{machine}:{name}"), style="bold", overflow="fold")
        began = moment(datetime.fromtimestamp(self._timeline.began, UTC))
        took = age(self._timeline.ended - self._timeline.began)
        text.append(f"  {self._timeline.status}", style=_STATUS_COLORS.get(self._timeline.status, "yellow"))
        return text.append(f"  {began}, {took}", style="not bold dim")

    def _lane(self, lane: Lane) -> Text:
        cells: Cells = [(" ", "")] * self._columns
        for span in lane.spans:
            style = _STATUS_COLORS.get(lane.status, "blue")
            self._fill(cells, span.began, span.ended, _STATE, style)
        took = sum(span.ended - span.began for span in lane.spans)
        return self._line(lane.name, cells, duration(took), bold=True)

    def _job(self, attempts: Sequence[Bar]) -> Text:
        cells: Cells = [(" ", "")] * self._columns
        for bar in attempts:
            self._fill(cells, bar.waited_from, bar.began, _WAITS, "dim")
        for bar in attempts:
            if bar.started is not None:
                self._fill(cells, bar.started, bar.stopped, _CHARACTERS[bar.outcome], _COLORS[bar.outcome])
        ran = sum(bar.stopped - bar.began for bar in attempts)
        tries = f", {len(attempts)} tries" if len(attempts) > 1 else ""
        sign = "✘ " if attempts[-1].outcome == "failed" else ""
        is_waiting = attempts[-1].outcome == "waiting"
        beside = "waits" if is_waiting else f"{sign}{duration(ran)}{tries}"
        return self._line(f"  {_job_name(attempts[-1])}", cells, beside)

    def _folded(self, lane: Lane) -> Text:
        """Very many jobs: how high a column is says how many ran then."""
        running = self._counts((bar.began, bar.stopped) for bar in lane.attempts if bar.started is not None)
        waiting = self._counts((bar.waited_from, bar.began) for bar in lane.attempts)
        failing = self._counts((bar.stopped, bar.stopped) for bar in lane.attempts if bar.outcome == "failed")
        most = max([*running, 1e-9])
        cells: Cells = []
        for runs, waits, fails in zip(running, waiting, failing, strict=True):
            height = min(max(round(runs / most * 8), 1), 8) if runs > 0 else 0
            if height:
                cells.append((_DENSITY[height], "red" if fails else "green"))
            else:
                cells.append((_WAITS if waits > 0 else " ", "dim"))
        failed = len({bar.job for bar in lane.attempts if bar.outcome == "failed"})
        text = self._line(f"  {lane.jobs:,} jobs", cells, f"≤ {_at_once(lane.attempts):,} at once")
        return text.append(f", ✘ {failed:,}", style="red") if failed else text

    def _line(self, name: str, cells: Cells, beside: str, *, bold: bool = False) -> Text:
        shown = visible(name)
        if len(shown) > self._name_width:
            shown = f"{shown[: self._name_width - 1]}…"
        text = Text(f"{shown:<{self._name_width}} ", style="bold" if bold else "", no_wrap=True, end="\n")
        for character, style in cells:
            text.append(character, style=f"not bold {style}".strip())
        return text.append(f" {beside}", style="not bold dim")

    def _column(self, moment_: float) -> int:
        share = (moment_ - self._timeline.began) / self._seconds
        return min(max(int(share * self._columns), 0), self._columns - 1)

    def _fill(self, cells: Cells, began: float, ended: float, character: str, style: str) -> None:
        if ended <= began and character == _WAITS:
            return
        first = self._column(began)
        # What ends where the next begins leaves that its column, but has one at least.
        last = max(self._column(ended - 1e-6), first)
        for column in range(first, last + 1):
            cells[column] = (character, style)

    def _counts(self, spans: Iterable[tuple[float, float]]) -> list[float]:
        """How many there are in each column, those that are there for a part of it as that part of one."""
        changes = [0.0] * (self._columns + 1)
        parts = [0.0] * self._columns
        width = self._seconds / self._columns
        for began, ended in spans:
            first, last = self._column(began), self._column(ended)
            if first == last:
                parts[first] += max((ended - began) / width, 1e-6)
                continue
            parts[first] += 1 - (began - self._timeline.began) / width % 1
            parts[last] += (ended - self._timeline.began) / width - last
            changes[first + 1] += 1
            changes[last] -= 1
        level, found = 0.0, []
        for change, part in zip(changes, parts, strict=False):
            level += change
            found.append(level + part)
        return found

    def _axis(self) -> Text:
        line = [" "] * (self._name_width + 1 + self._columns + _BESIDE)
        ticks = time_ticks(self._seconds, max(self._columns // _TICK_CHARACTERS, 1))
        for tick in ticks:
            place = self._name_width + 1 + self._column(self._timeline.began + tick)
            label = f"╵{duration(tick)}"
            line[place : place + len(label)] = label
        return Text("".join(line).rstrip(), style="dim", no_wrap=True)

    def _legend(self) -> Text:
        kinds = {bar.outcome for lane in self._timeline.lanes for bar in lane.attempts}
        parts = [(_WAITS, "waits in the queue", "dim"), (_RUNS, "runs", "green")]
        parts += [(_AGAIN, "tried again", "yellow")] if "retried" in kinds else []
        parts += [(_FAILS, "failed", "red")] if "failed" in kinds else []
        text = Text()
        for character, word, style in parts:
            text.append(character, style=style).append(f" {word}   ", style="dim")
        text.rstrip()
        return text


def plain_rows(timeline: Timeline) -> Iterator[tuple[str, ...]]:
    """The same as rows for a pipe: what it is, its name, its state, and when it waited, ran and ended."""
    for lane in timeline.lanes:
        for span in lane.spans:
            yield "stage", visible(lane.name), _status(span, lane), "", _time(span.began), _time(span.ended)
        for bar in lane.attempts:
            started = _time(bar.started) if bar.started is not None else ""
            ended = "" if bar.outcome in ("running", "waiting") else _time(bar.stopped)
            name = visible(f"{_job_name(bar)} {bar.job}")
            yield "job", name, bar.outcome, _time(bar.waited_from), started, ended


def _status(span: Span, lane: Lane) -> str:
    return lane.status if span is lane.spans[-1] else span.status


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _job_name(bar: Bar) -> str:
    child = bar.job.partition(":")[2] if not bar.job.startswith("arn:") else ""
    return f"{bar.name}[{child}]" if child else bar.name


def _by_job(attempts: Iterable[Bar]) -> Iterator[list[Bar]]:
    found: dict[str, list[Bar]] = {}
    for bar in attempts:
        found.setdefault(bar.job, []).append(bar)
    yield from found.values()


def _at_once(attempts: Iterable[Bar]) -> int:
    """The most that ran at the same time."""
    changes = sorted(
        (moment_, change)
        for bar in attempts
        if bar.started is not None
        for moment_, change in ((bar.began, 1), (bar.stopped, -1))
    )
    level = most = 0
    for _, change in changes:
        level += change
        most = max(most, level)
    return most
