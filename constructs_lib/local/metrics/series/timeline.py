"""The samples of a metric over time, by minutes, or by seconds where they were put so."""

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Protocol

from constructs_lib.local.metrics.series.samples import Samples

MINUTE = 60


class Timeline(Protocol):
    """The samples of a metric."""

    def between(self, begin: int, end: int, unit: str | None = None) -> Samples | None:
        """The samples from one second to the one before another; None when there are none.

        Args:
            begin: the first second, since the epoch.
            end: the one behind the last.
            unit: only those of a unit. Default: all.
        """
        ...

    def last(self) -> int | None:
        """The last stretch of time that there is something of; None when there is none."""
        ...


class Stored:
    """Samples that were put."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._samples: dict[int, Samples] = {}
        self._defaults: dict[int, float] = {}

    def at(self, moment: float, unit: str, resolution: int = MINUTE) -> Samples:
        """The samples of the stretch that a moment is in, to be added to."""
        start = int(moment // resolution) * resolution
        samples = self._samples.get(start)
        if samples is None:
            samples = self._samples[start] = Samples()
            if self._defaults.pop(start, None) is None:
                self._enter(start)
        samples.units.add(unit)
        return samples

    def default(self, moment: float, value: float) -> None:
        """What the value of a minute is unless something is put."""
        start = int(moment // MINUTE) * MINUTE
        if start not in self._samples and start not in self._defaults:
            self._defaults[start] = value
            self._enter(start)

    def _enter(self, start: int) -> None:
        if self._starts and start < self._starts[-1]:
            insort(self._starts, start)
        else:
            self._starts.append(start)

    def between(self, begin: int, end: int, unit: str | None = None) -> Samples | None:
        """The samples of a time."""
        found = []
        for start in self._starts[bisect_left(self._starts, begin) : bisect_left(self._starts, end)]:
            samples = self._samples.get(start)
            if samples is None:
                samples = Samples()
                samples.put(self._defaults[start])
            if unit is None or unit in samples.units:
                found.append(samples)
        return Samples.together(found)

    def last(self) -> int | None:
        """The last stretch."""
        return self._starts[-1] if self._starts else None


class Gauge:
    """What can be read at each minute, such as how many messages a queue has.

    Args:
        reading: the value at a moment; None for none.
        unit: of the value.
        until: the last moment at which there is a value; None before the first one.
    """

    def __init__(self, reading: Callable[[float], float | None], unit: str, until: Callable[[], float | None]) -> None:
        self._reading = reading
        self._unit = unit
        self._until = until

    def between(self, begin: int, end: int, unit: str | None = None) -> Samples | None:
        """What is read at the end of each minute."""
        until = self._until()
        if unit not in (None, self._unit) or until is None:
            return None
        samples = Samples()
        first = -(-begin // MINUTE) * MINUTE
        for start in range(first, min(end, int(until) - MINUTE + 1), MINUTE):
            value = self._reading(start + MINUTE)
            if value is not None:
                samples.put(value)
        samples.units.add(self._unit)
        return samples if samples.count else None

    def last(self) -> int | None:
        """The last minute."""
        until = self._until()
        return None if until is None else int(until // MINUTE - 1) * MINUTE
