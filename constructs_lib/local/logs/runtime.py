"""What moto's CloudWatch Logs needs of the embedded AWS that is open, and the one place where it finds it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.metrics.series.store import Store


def _unseen(account: str, region: str) -> Store:
    """Metrics that nobody sees."""
    del account, region
    return Store()


@dataclass(frozen=True)
class Runtime:
    """What logs live by.

    Args:
        clock: what tells the time. Default: this machine's.
        store: gives the metrics of an account and region. Default: some that nobody sees.
    """

    clock: Clock = field(default_factory=RealClock)
    store: Callable[[str, str], Store] = _unseen


class _Current:
    """Holds the runtime of the embedded AWS that is open; while none is, one that has nothing but the time."""

    def __init__(self) -> None:
        self.runtime = Runtime()


CURRENT = _Current()
