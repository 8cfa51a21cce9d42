"""What moto's CloudWatch needs of the embedded AWS that is open, and the one place where it finds it."""

from dataclasses import dataclass

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.metrics.alarms.book import Listener, Transition


class Nobody:
    """Hears of nothing."""

    def changed(self, transition: Transition) -> None:
        """Tell nobody."""

    def act(self, transition: Transition, action: str) -> str | None:  # noqa: ARG002 as every listener
        """Do nothing."""
        return None

    def wake(self) -> None:
        """Wake nobody."""


@dataclass(frozen=True)
class Runtime:
    """What metrics and alarms live by.

    Args:
        clock: what tells the time. Default: this machine's.
        listener: hears of alarms. Default: nobody does.
    """

    clock: Clock
    listener: Listener


class _Current:
    def __init__(self) -> None:
        self.runtime = Runtime(RealClock(), Nobody())


CURRENT = _Current()
