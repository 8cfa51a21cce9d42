"""What a plan assumes of AWS where no document says it: start-up times and how often Spot capacity is reclaimed."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_HOUR: Final = 3_600.0
_SCALE: Final = 2.0**64


@dataclass(frozen=True, slots=True)
class Starts:
    """How long it takes until a container runs, in seconds.

    AWS publishes no such times, and they depend on the machine image, the size of the container image and the region:
    the defaults are round figures of the order that users see, to be replaced by your own.

    Args:
        instance: from the decision to start an EC2 instance until it takes jobs. It is paid for meanwhile.
        image: to pull the image: once on each instance, and for each task on Fargate. It is paid for meanwhile.
        fargate: from the placement of a task on Fargate until its image is pulled. It is not paid for.
    """

    instance: float = 120.0
    image: float = 20.0
    fargate: float = 20.0


NO_STARTS: Final = Starts(0.0, 0.0, 0.0)
"""Everything starts at once."""


@dataclass(frozen=True, slots=True)
class Reclaims:
    """Which attempts on Spot capacity are reclaimed, and when: by chance, but the same in each plan.

    Args:
        rate: the share of attempts of one hour that are reclaimed, from 0 to below 1.
    """

    rate: float = 0.0

    def after(self, seconds: float, attempt: str) -> float | None:
        """After how many seconds an attempt is reclaimed; None if it is not.

        Args:
            seconds: that it would take.
            attempt: what tells it from others.
        """
        if not self.rate or not seconds:
            return None
        reclaimed = 1 - (1 - self.rate) ** (seconds / _HOUR)
        drawn = int.from_bytes(sha256(attempt.encode()).digest()[:8]) / _SCALE
        return seconds * drawn / reclaimed if drawn < reclaimed else None
