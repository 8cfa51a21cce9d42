"""One self-contained page about a run: how it ended, the timeline, its jobs, and the logs of those that failed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup

from constructs_lib.local.runs.report.bars import Bar, Outcome
from constructs_lib.local.runs.report.drawing import Steps, timeline_svg
from constructs_lib.local.runs.report.scales import duration
from constructs_lib.local.runs.report.templates import TEMPLATES

MOST_ROWS = 1_000
"""The table lists so many jobs, the failed ones first, and says how many it leaves out."""

_COLUMNS = ("job", "queue", "attempts", "outcome", "waited", "ran", "reason")
_FAILED_FIRST: tuple[Outcome, ...] = ("failed", "running", "waiting", "retried", "succeeded")


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that failed, and what it wrote.

    Args:
        title: which one, and why.
        log: the end of its output.
    """

    title: str
    log: str


@dataclass(frozen=True)
class Report:
    """What the page tells.

    Args:
        title: what ran.
        status: ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT`` or ``ABORTED``.
        bars: the attempts of its jobs.
        error: the name of the execution's error, if any.
        cause: its cause.
        failures: jobs that failed, with their logs.
        limits: the most vCPUs of each queue, as steps of time and vCPUs.
        notes: what else a reader should know, such as faults that were injected.
    """

    title: str
    status: str
    bars: Sequence[Bar]
    error: str = ""
    cause: str = ""
    failures: Sequence[Failure] = ()
    limits: Mapping[str, Steps] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def timeline(self) -> Markup:
        """The picture."""
        return Markup(timeline_svg(self.bars, self.limits))  # noqa: S704 the template of the picture escapes

    @cached_property
    def _jobs(self) -> list[list[Bar]]:
        jobs: dict[str, list[Bar]] = {}
        for bar in self.bars:
            jobs.setdefault(bar.job, []).append(bar)
        return sorted(jobs.values(), key=lambda attempts: _FAILED_FIRST.index(attempts[-1].outcome))

    @property
    def figures(self) -> dict[str, str]:
        """The run in numbers."""
        outcomes = Counter(attempts[-1].outcome for attempts in self._jobs)
        ran = [bar for bar in self.bars if bar.started is not None]
        begin = min((bar.waited_from for bar in self.bars), default=0.0)
        end = max((bar.stopped for bar in self.bars), default=0.0)
        return {
            "jobs": str(len(self._jobs)),
            **{outcome: str(count) for outcome in _FAILED_FIRST if (count := outcomes[outcome])},
            "attempts": str(len(ran)),
            "vCPU time": duration(sum(bar.vcpus * (bar.stopped - bar.began) for bar in ran)),
            "from first to last": duration(end - begin),
        }

    @property
    def columns(self) -> Sequence[str]:
        """The head of the table."""
        return _COLUMNS

    @property
    def rows(self) -> list[dict[str, str]]:
        """The table of jobs."""
        return [_row(attempts) for attempts in self._jobs[:MOST_ROWS]]

    @property
    def left_out(self) -> int:
        """How many jobs the table does not list."""
        return max(len(self._jobs) - MOST_ROWS, 0)


def render(report: Report) -> str:
    """Write the page as one HTML document that loads nothing."""
    return TEMPLATES.get_template("page.html.j2").render(report=report)


def _row(attempts: list[Bar]) -> dict[str, str]:
    last = attempts[-1]
    name = last.name if ":" not in last.job else f"{last.name} [{last.job.rpartition(':')[2]}]"
    values = (
        name,
        last.queue,
        str(sum(bar.started is not None for bar in attempts)),
        last.outcome,
        duration(sum(bar.began - bar.waited_from for bar in attempts)),
        duration(sum(bar.stopped - bar.began for bar in attempts)),
        last.reason,
    )
    return dict(zip(_COLUMNS, values, strict=True))
