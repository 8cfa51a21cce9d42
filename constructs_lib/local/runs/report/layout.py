"""Where bars go: stacked over the vCPUs that they hold, and how many jobs wait at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from constructs_lib.local.runs.report.bars import Bar


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar, and the vCPUs below it."""

    bar: Bar
    offset: float


def stacked(bars: Iterable[Bar]) -> tuple[list[Placed], float]:
    """Give every attempt that ran the lowest free vCPUs for as long as it ran; also the most that were used at once."""
    placed: list[Placed] = []
    active: list[Placed] = []
    for bar in sorted((bar for bar in bars if bar.started is not None), key=lambda bar: (bar.began, bar.job)):
        active = [item for item in active if item.bar.stopped > bar.began]
        item = Placed(bar, _lowest_gap(active, bar.vcpus))
        # Kept in the order of their offsets, which is what the search for a gap walks along.
        active.append(item)
        active.sort(key=lambda other: other.offset)
        placed.append(item)
    return placed, max((item.offset + item.bar.vcpus for item in placed), default=0.0)


def _lowest_gap(active: Sequence[Placed], vcpus: float) -> float:
    offset = 0.0
    for item in active:
        if item.offset - offset >= vcpus:
            return offset
        offset = max(offset, item.offset + item.bar.vcpus)
    return offset


def steps(changes: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Add changes up: the value from each moment on, at which it is another."""
    totals: dict[float, float] = {}
    for moment, change in changes:
        totals[moment] = totals.get(moment, 0.0) + change
    level, series = 0.0, []
    for moment in sorted(totals):
        if totals[moment]:
            level += totals[moment]
            series.append((moment, level))
    return series


def waiting(bars: Iterable[Bar]) -> list[tuple[float, float]]:
    """How many jobs wait for vCPUs, as steps."""
    return steps(change for bar in bars for change in ((bar.waited_from, 1.0), (bar.began, -1.0)))


def held(bars: Iterable[Bar]) -> list[tuple[float, float]]:
    """How many vCPUs are held, as steps."""
    ran = (bar for bar in bars if bar.started is not None)
    return steps(change for bar in ran for change in ((bar.began, bar.vcpus), (bar.stopped, -bar.vcpus)))
