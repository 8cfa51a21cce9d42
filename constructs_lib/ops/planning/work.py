"""How much there is to do, and what all that makes steps has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from constructs_lib.ops.planning.parts import Parts
from constructs_lib.ops.planning.steps import Requests


@dataclass(frozen=True, slots=True)
class Work:
    """How much there is to do.

    Args:
        items: in each list.
        seconds: that an item takes, and any other job.
        items_of: the same for the list of one fan-out or Map, by its name.
        seconds_of: the same for the items of one fan-out or stage, or for one job, by its name.
    """

    items: int
    seconds: float
    items_of: Mapping[str, int] = field(default_factory=dict)
    seconds_of: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Undertaking:
    """The work of a stack, and what is noted while its steps are made.

    Args:
        parts: the stack.
        work: how much there is to do.
        divisor: lists, arrays and batches have so many times fewer items, for what is too large to simulate. Default:
            they have as many as they have.
        strategies: the kind of fan-out in place of that of the stack, by its name. Default: each stays as it is.
    """

    parts: Parts
    work: Work
    divisor: float = 1.0
    strategies: Mapping[str, str] = field(default_factory=dict)
    requests: Requests = field(default_factory=Requests)
    names: dict[str, None] = field(default_factory=dict)
    """What may have items or seconds of its own, in the order of the execution."""
    queues: dict[str, None] = field(default_factory=dict)
    """The ARNs of the queues that jobs may be submitted to."""

    def items(self, name: str) -> int:
        """How many items a list has, by the name of what runs it."""
        self.names[name] = None
        return self.work.items_of.get(name, self.work.items)

    def seconds(self, name: str, within: str | None = None) -> float:
        """How long an item or a job takes, by the name of what runs it, or of what that is within."""
        self.names[name] = None
        of_all = self.work.seconds_of.get(within, self.work.seconds) if within else self.work.seconds
        return self.work.seconds_of.get(name, of_all)

    def simulated(self, items: int) -> int:
        """How many of some items are simulated."""
        return max(1, round(items / self.divisor)) if items else 0

    def batches(self, number: int, at_a_time: int) -> "tuple[int, int, Undertaking]":
        """How many batches are simulated, how many of them at a time, and the work within each.

        Fewer batches stand for many before smaller ones do: when a batch ends depends on the slowest of its items.

        Args:
            number: of batches.
            at_a_time: how many run at a time.
        """
        fewer = max(1, round(at_a_time / self.divisor))
        divisor = min(self.divisor, at_a_time / fewer)
        return max(1, round(number / divisor)) if number else 0, fewer, replace(self, divisor=self.divisor / divisor)
