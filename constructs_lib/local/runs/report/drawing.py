"""The timeline as SVG: for each queue its waiting jobs, and below them the attempts as bars over vCPUs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from constructs_lib.local.runs.report.bars import Bar
from constructs_lib.local.runs.report.layout import Placed, held, stacked, waiting
from constructs_lib.local.runs.report.scales import Scale, duration, ticks, time_ticks
from constructs_lib.local.runs.report.templates import TEMPLATES

Steps = Sequence[tuple[float, float]]

WIDTH, LEFT, RIGHT = 960, 58, 16
TITLE, WAITING, GAP, AXIS = 30, 46, 16, 34
LEAST_CHART, MOST_CHART, PER_VCPU = 60, 360, 18
_LEGEND = ("succeeded", "failed", "retried", "running")
MOST_BARS = 2_000
"""More attempts than this are drawn as one area: nobody can tell them apart, and the page stays small."""


def timeline_svg(bars: Iterable[Bar], limits: Mapping[str, Steps] | None = None) -> str:
    """Draw the attempts of jobs over the vCPUs of each queue, and above them how many jobs wait.

    Args:
        bars: what `bars` made of the jobs.
        limits: by the name of a queue, the most vCPUs that its environments allow, as steps of time and vCPUs; drawn
            as a line.

    Returns:
        One SVG element that needs nothing else; it follows the reader's light or dark theme.
    """
    every = list(bars)
    queues = list(dict.fromkeys(bar.queue for bar in every))
    first = min((bar.waited_from for bar in every), default=0.0)
    last = max((bar.stopped for bar in every), default=first)
    panels: list[Panel] = []
    top = 0.0
    for queue in queues:
        own = [bar for bar in every if bar.queue == queue]
        panels.append(Panel(queue, own, first, last, (limits or {}).get(queue, ()), top))
        top = panels[-1].bottom
    return TEMPLATES.get_template("timeline.svg.j2").render(panels=panels, width=WIDTH, height=top, empty=not every)


@dataclass(frozen=True)
class Panel:
    """One queue of the picture.

    Args:
        queue: its name.
        bars: its attempts, and its jobs that wait.
        first: the time at the left edge.
        last: the time at the right edge.
        limits: the vCPUs that it may have, as steps.
        top: the pixel where it begins.
    """

    queue: str
    bars: list[Bar]
    first: float
    last: float
    limits: Steps
    top: float

    @cached_property
    def _stacked(self) -> tuple[list[Placed], float]:
        if len(self.bars) > MOST_BARS:
            return [], max((vcpus for _, vcpus in held(self.bars)), default=0.0)
        return stacked(self.bars)

    @cached_property
    def _most(self) -> float:
        return max(self._stacked[1], *(vcpus for _, vcpus in self.limits), 1.0)

    @cached_property
    def _time(self) -> Scale:
        return Scale(self.first, self.last, LEFT, WIDTH - RIGHT)

    @cached_property
    def _vcpus(self) -> Scale:
        height = min(max(self._most * PER_VCPU, LEAST_CHART), MOST_CHART)
        start = self.waiting_base + GAP
        return Scale(0, self._most, start + height, start)

    @property
    def waiting_base(self) -> float:
        """Where nobody waits."""
        return self.top + TITLE + WAITING

    @property
    def base(self) -> float:
        """Where no vCPU is held."""
        return self._vcpus.start

    @property
    def bottom(self) -> float:
        """The pixel where it ends."""
        return self.base + AXIS

    @property
    def title(self) -> str:
        """What the panel says of itself."""
        jobs = len({bar.job for bar in self.bars})
        count = "1 job" if jobs == 1 else f"{jobs} jobs"
        retried = sum(bar.outcome == "retried" for bar in self.bars)
        more = f", {retried} attempts again" if retried else ""
        return f"{self.queue}: {count} in {duration(self.last - self.first)}{more}"

    @cached_property
    def rectangles(self) -> list[dict[str, object]]:
        """The attempts."""
        return [self._rectangle(item) for item in self._stacked[0]]

    def _rectangle(self, item: Placed) -> dict[str, object]:
        left, right = self._time(item.bar.began), self._time(item.bar.stopped)
        high, low = self._vcpus(item.offset + item.bar.vcpus), self._vcpus(item.offset)
        return {
            "x": left,
            "y": high,
            "width": round(max(right - left - 0.5, 0.5), 2),
            "height": round(max(low - high - 0.5, 0.5), 2),
            "kind": item.bar.outcome,
            "title": _tooltip(item.bar),
        }

    @cached_property
    def area(self) -> str:
        """The vCPUs held, where there are too many attempts for bars."""
        if len(self.bars) <= MOST_BARS:
            return ""
        return self._outline(held(self.bars), self._vcpus)

    @cached_property
    def queue_length(self) -> str:
        """The jobs that wait."""
        return self._outline(waiting(self.bars), Scale(0, self.most_waiting, self.waiting_base, self.top + TITLE))

    @cached_property
    def most_waiting(self) -> int:
        """How many jobs waited at most."""
        return int(max((count for _, count in waiting(self.bars)), default=0))

    @property
    def limit(self) -> str:
        """The most vCPUs allowed, as a line."""
        points = [(max(moment, self.first), vcpus) for moment, vcpus in self.limits if moment <= self.last]
        path = ""
        for moment, vcpus in points:
            x, y = self._time(moment), self._vcpus(vcpus)
            path += f"H{x}V{y}" if path else f"M{x} {y}"
        return f"{path}H{WIDTH - RIGHT}" if path else ""

    def _outline(self, series: Steps, scale: Scale) -> str:
        path = f"M{LEFT} {scale(0)}"
        for moment, value in series:
            path += f"H{self._time(moment)}V{scale(value)}"
        return f"{path}H{WIDTH - RIGHT}V{scale(0)}Z"

    @property
    def times(self) -> list[tuple[float, str]]:
        """Pixels and labels of the time axis."""
        return [(self._time(self.first + tick), duration(tick)) for tick in time_ticks(self.last - self.first, 8)]

    @property
    def legend(self) -> list[tuple[float, str]]:
        """Pixels and names of the colors in use."""
        used = [kind for kind in _LEGEND if any(bar.outcome == kind for bar in self.bars)]
        return [(WIDTH - RIGHT - 82 * (len(used) - place), kind) for place, kind in enumerate(used)]

    @property
    def sizes(self) -> list[tuple[float, str]]:
        """Pixels and labels of the vCPU axis."""
        return [(self._vcpus(tick), f"{tick:g}") for tick in ticks(self._most, 5)]


def _tooltip(bar: Bar) -> str:
    lines = [
        f"{bar.name} ({bar.job})",
        f"attempt {bar.attempt}: {bar.outcome}, {bar.vcpus:g} vCPUs",
        f"waited {duration(bar.began - bar.waited_from)}, ran {duration(bar.stopped - bar.began)}",
        bar.reason,
    ]
    return "\n".join(line for line in lines if line)
