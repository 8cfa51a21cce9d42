"""From values to pixels, and round numbers to write beside an axis."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to pixels.

    Args:
        low: the value at ``start``.
        high: the value at ``end``.
        start: a pixel.
        end: another one; below ``start`` on an axis that points up.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 2)


def ticks(high: float, at_most: int) -> list[float]:
    """Return round numbers from 0 to ``high``: multiples of 1, 2 or 5 times a power of ten."""
    if high <= 0:
        return [0.0]
    rough = high / at_most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(number * step, 10) for number in range(math.floor(high / step + 1e-9) + 1)]


_TIME_STEPS = (60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400)


def time_ticks(high: float, at_most: int) -> list[float]:
    """Return round times from 0 to ``high`` seconds: from a minute on in whole minutes, hours and days."""
    rough = high / at_most
    step = next((step for step in _TIME_STEPS if step >= rough), None)
    if step is None or rough < 30:  # noqa: PLR2004 below half a minute, tens and fives are rounder
        return ticks(high, at_most)
    return [float(number * step) for number in range(math.floor(high / step) + 1)]


def duration(seconds: float) -> str:
    """Write a duration for people: ``0``, ``250 ms``, ``4.2 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds == 0:
        return "0"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 seconds in a minute
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 minutes in an hour
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
