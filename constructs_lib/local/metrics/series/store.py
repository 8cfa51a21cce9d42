"""The metrics of an account in a region."""

import threading
from collections.abc import Callable, Iterable, Mapping

from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.samples import Samples
from constructs_lib.local.metrics.series.timeline import MINUTE, Gauge, Stored, Timeline

NO_UNIT = "None"


class Store:
    """All metrics; safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: dict[Metric, Stored] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._provided: Mapping[Metric, Stored] = {}
        self.told: Callable[[Metric], None] | None = None
        """Hears of each metric that something is put to. Default: nobody does."""

    def put(
        self,
        metric: Metric,
        moment: float,
        value: float,
        unit: str = NO_UNIT,
        *,
        times: float = 1.0,
        resolution: int = MINUTE,
    ) -> None:
        """Put a value.

        Args:
            metric: the metric, which need not be there before.
            moment: when, in seconds since the epoch.
            value: the value.
            unit: such as ``Count``.
            times: how often.
            resolution: 60, or 1 for what is kept by seconds.
        """
        with self._lock:
            self._of(metric).at(moment, unit, resolution).put(value, times)
        if self.told:
            self.told(metric)

    def put_statistics(
        self,
        metric: Metric,
        moment: float,
        statistics: Mapping[str, float],
        unit: str = NO_UNIT,
        resolution: int = MINUTE,
    ) -> None:
        """Put the statistics of values, by their names in ``StatisticValues``."""
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        with self._lock:
            self._of(metric).at(moment, unit, resolution).put_statistics(*(float(statistics[name]) for name in names))
        if self.told:
            self.told(metric)

    def default(self, metric: Metric, moment: float, value: float) -> None:
        """Let the value of a minute be this one unless something is put."""
        with self._lock:
            self._of(metric).default(moment, value)
        if self.told:
            self.told(metric)

    def gauge(self, metric: Metric, gauge: Gauge) -> None:
        """Let a metric be what can be read at each minute."""
        with self._lock:
            self._gauges[metric] = gauge

    def touch(self, metric: Metric) -> None:
        """Tell that what a gauge reads may be another value from now on."""
        if self.told:
            self.told(metric)

    def provide(self, lines: Mapping[Metric, Stored]) -> None:
        """Let there be samples that others keep, instead of those that they kept before."""
        with self._lock:
            self._provided = lines

    def forget(self, metric: Metric) -> None:
        """Read a gauge no more."""
        with self._lock:
            self._gauges.pop(metric, None)

    def _of(self, metric: Metric) -> Stored:
        return self._stored.get(metric) or self._stored.setdefault(metric, Stored())

    def metrics(self) -> list[Metric]:
        """All that there are."""
        with self._lock:
            active = [metric for metric, gauge in self._gauges.items() if gauge.last() is not None]
            return list(dict.fromkeys([*self._stored, *active, *self._provided]))

    def last(self, metric: Metric) -> int | None:
        """The last minute of which a metric has something; None when it has nothing."""
        with self._lock:
            return max((each for line in self._timelines(metric) if (each := line.last()) is not None), default=None)

    def between(self, metric: Metric, begin: int, end: int, unit: str | None = None) -> Samples | None:
        """The samples of a metric from one second to the one before another; None when there are none."""
        with self._lock:
            found = [line.between(begin, end, unit) for line in self._timelines(metric)]
        return Samples.together(samples for samples in found if samples)

    def windows(
        self, metric: Metric, begins: Iterable[int], period: int, unit: str | None = None
    ) -> dict[int, Samples]:
        """The samples of a metric in stretches of a period, by their first seconds; those without any are left out."""
        found = {begin: self.between(metric, begin, begin + period, unit) for begin in begins}
        return {begin: samples for begin, samples in found.items() if samples}

    def _timelines(self, metric: Metric) -> list[Timeline]:
        lines = (self._stored.get(metric), self._gauges.get(metric), self._provided.get(metric))
        return [line for line in lines if line is not None]
