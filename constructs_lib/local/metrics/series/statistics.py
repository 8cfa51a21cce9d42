"""The statistics of a metric: by name, such as ``Average``, ``p99.9``, ``TM(10%:90%)`` or ``PR(:300)``.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from constructs_lib.local.metrics.series.samples import Samples

Statistic = Callable[[Samples], float | None]
"""A number made of samples; None when it cannot be told."""

_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_SHORT: Final = re.compile(r"(tm|wm|tc|ts)(\d{1,2}(?:\.\d{1,10})?|100)")
_RANGE: Final = re.compile(r"(TM|WM|TC|TS|PR)\((\d+(?:\.\d+)?%?)?:(\d+(?:\.\d+)?%?)?\)")
_WHOLE: Final = 100.0

_SIMPLE: Final[dict[str, Statistic]] = {
    "SampleCount": lambda samples: samples.count,
    "Sum": lambda samples: samples.total,
    "Minimum": lambda samples: samples.least,
    "Maximum": lambda samples: samples.most,
    "Average": lambda samples: samples.total / samples.count if samples.count else None,
}

Weighted = list[tuple[float, float]]
"""Values in their order, each with how often it is there."""


@lru_cache(maxsize=256)
def statistic(name: str) -> Statistic | None:
    """The statistic of a name; None when there is none."""
    if simple := _SIMPLE.get(name):
        return simple
    if percentile := _PERCENTILE.fullmatch(name):
        share = float(percentile[1]) / _WHOLE
        return lambda samples: _percentile(samples, share)
    if name == "IQM":
        return _between("TM", ("share", 0.25), ("share", 0.75))
    if short := _SHORT.fullmatch(name):
        return _between(short[1].upper(), None, ("share", float(short[2]) / _WHOLE))
    found = _RANGE.fullmatch(name)
    if found and (found[2] or found[3]):
        return _between(found[1], _bound(found[2]), _bound(found[3]))
    return None


Bound = tuple[str, float] | None


def _bound(text: str | None) -> Bound:
    if text is None:
        return None
    return ("share", float(text[:-1]) / _WHOLE) if text.endswith("%") else ("value", float(text))


def _weighted(samples: Samples) -> Weighted | None:
    return sorted(samples.values.items()) if samples.values else None


def _percentile(samples: Samples, share: float) -> float | None:
    """The value below which a share of them is, between two of them by their distance."""
    found = _weighted(samples)
    return None if found is None else at_share(found, share)


def at_share(found: Weighted, share: float) -> float:
    """The value at a share of weighted values, between two neighbours by their distance."""
    place = share * (sum(times for _, times in found) - 1)
    passed = 0.0
    for position, (value, times) in enumerate(found):
        passed += times
        if place <= passed - 1:
            return value
        if place < passed and position + 1 < len(found):
            return value + (found[position + 1][0] - value) * (place - (passed - 1))
    return found[-1][0]


def _between(kind: str, lower: Bound, upper: Bound) -> Statistic:
    """A statistic of the values between two bounds, each a share of them or a value."""

    def made(samples: Samples) -> float | None:
        found = _weighted(samples)
        if found is None:
            return None
        low = _limit(found, lower, float("-inf"))
        high = _limit(found, upper, float("inf"))
        # A bound that is a value is no part of the range below it, one that is a share is.
        above = float.__gt__ if lower and lower[0] == "value" else float.__ge__
        inside = [(value, times) for value, times in found if above(float(value), low) and value <= high]
        count = sum(times for _, times in inside)
        total = sum(value * times for value, times in inside)
        if kind == "TC":
            return count
        if kind == "TS":
            return total
        if kind == "PR":
            return count / samples.count * _WHOLE
        if kind == "WM":
            held = sum(min(max(value, low), high) * times for value, times in found)
            return held / samples.count
        return total / count if count else None

    return made


def _limit(found: Weighted, bound: Bound, default: float) -> float:
    if bound is None:
        return default
    return at_share(found, bound[1]) if bound[0] == "share" else bound[1]
