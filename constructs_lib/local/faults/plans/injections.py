"""The account of a plan: which faults happened, and how near the others came."""

from dataclasses import dataclass
from enum import IntEnum

from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.plans.occasions import Call, StartingAttempt


@dataclass(frozen=True, slots=True)
class JobInjection:
    """A fault that struck an attempt.

    Args:
        at: when, in seconds since the epoch of the embedded AWS's clock.
        number: which fault of the plan, from 1.
        fault: the fault.
        attempt: what it struck.
    """

    at: float
    number: int
    fault: Fault
    attempt: StartingAttempt

    @property
    def place(self) -> str:
        """What it struck, in words."""
        item = "" if self.attempt.index is None else f" item {self.attempt.index}"
        return f"{self.attempt.name}{item}, attempt {self.attempt.attempt}"

    def __str__(self) -> str:
        return f"{self.fault.kind}: {self.place}"


@dataclass(frozen=True, slots=True)
class CallInjection:
    """A fault that struck a call.

    Args:
        at: when, in seconds since the epoch of the embedded AWS's clock.
        number: which fault of the plan, from 1.
        fault: the fault.
        call: what it struck.
    """

    at: float
    number: int
    fault: Fault
    call: Call

    @property
    def place(self) -> str:
        """What it struck, in words."""
        return str(self.call)

    def __str__(self) -> str:
        return f"{self.fault.kind}: {self.place}"


Injection = JobInjection | CallInjection


class MissReason(IntEnum):
    """What keeps a fault from an occasion, in the order in which it is looked at."""

    NAME = 1
    INDEX = 2
    ATTEMPT = 3
    CHANCE = 4
    CAPACITY = 5
    EARLIER_FAULT = 6
    TIME = 7
    """The program ended before it was time, or was stopped for another reason."""


@dataclass(frozen=True, slots=True)
class ClosestMiss:
    """How near a fault came to happen.

    Args:
        reason: the last that it did not take, on any occasion; None while there was no occasion.
        seen: what there was instead, such as the name of a job.
    """

    reason: MissReason | None = None
    seen: str = ""
