"""A plan of faults: what is to go wrong in a run, decided by a seed, and what did."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from constructs_lib.local.faults.kinds.call_faults import S3Refuse, S3Slow, ThrottleSubmit
from constructs_lib.local.faults.kinds.delivery_faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    ThrottleTarget,
)
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.job_faults import JobFault, Reclaim
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.plans.chance import happens
from constructs_lib.local.faults.plans.injections import CallInjection, ClosestMiss, Injection, JobInjection, MissReason
from constructs_lib.local.faults.plans.matching import (
    missed_attempt,
    missed_call,
    missed_capacity,
    missed_queue,
    unmet,
)
from constructs_lib.local.faults.plans.occasions import Call, StartingAttempt

CurrentPlan = Callable[[], "FaultPlan | None"]
"""What asks for the plan at work; None while nothing is to go wrong."""

CallFault = TypeVar(
    "CallFault",
    ThrottleSubmit,
    S3Refuse,
    S3Slow,
    DeliverTwice,
    DeliverLate,
    DeliverOutOfOrder,
    ThrottleTarget,
)


class FaultPlan:
    """Faults for the run of one embedded AWS. Safe to use from any thread.

    An attempt or a call is struck by the first fault that selects it. Faults with a probability hit the same jobs
    whenever the seed is the same, however the jobs are timed. Jobs with the same name and without an index are told
    apart by the order in which they start, requests of one kind by the order in which they come.

    Args:
        faults: what is to go wrong.
        seed: decides what has a probability. Default: 0.
    """

    def __init__(self, faults: Iterable[Fault], *, seed: int = 0) -> None:
        self.faults = tuple(faults)
        self.seed = seed
        self._lock = threading.Lock()
        self._injected: list[Injection] = []
        self._nearest = [ClosestMiss() for _ in self.faults]
        self._calls: Counter[tuple[int, str]] = Counter()
        self._taken: Counter[int] = Counter()
        self._orders: dict[str, dict[str, int]] = {}
        self._short: set[tuple[int, str]] = set()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FaultPlan) and (self.faults, self.seed) == (other.faults, other.seed)

    def __hash__(self) -> int:
        return hash((self.faults, self.seed))

    def __repr__(self) -> str:
        return f"FaultPlan({list(self.faults)!r}, seed={self.seed})"

    @property
    def reclaims(self) -> bool:
        """Whether an instance is to be taken away, and with it all that runs there."""
        return any(isinstance(fault, Reclaim) for fault in self.faults)

    @property
    def shortages(self) -> bool:
        """Whether jobs are to find no capacity."""
        return any(isinstance(fault, NoCapacity) for fault in self.faults)

    @property
    def injected(self) -> list[Injection]:
        """What happened, in order."""
        with self._lock:
            return list(self._injected)

    def unmet(self) -> list[str]:
        """One line for each fault that did not happen, or not as often as it was to, and why."""
        with self._lock:
            counts = Counter(injection.number for injection in self._injected)
            return [
                line
                for number, fault in enumerate(self.faults, 1)
                if (line := unmet(number, fault, counts[number], self._nearest[number - 1], self.seed))
            ]

    def ordinal(self, name: str, job_id: str) -> int:
        """How many jobs with the same name the plan has met before this one."""
        with self._lock:
            order = self._orders.setdefault(name, {})
            return order.setdefault(job_id, len(order))

    def for_attempt(self, attempt: StartingAttempt) -> tuple[int, JobFault] | None:
        """The fault of an attempt that is about to start, and its number; the caller tells when it has `struck`."""
        found: tuple[int, JobFault] | None = None
        with self._lock:
            for number, fault in enumerate(self.faults, 1):
                if not isinstance(fault, JobFault):
                    continue
                missed = missed_attempt(fault, attempt) or self._spared(number, fault, attempt.identity)
                missed = (
                    missed
                    or missed_capacity(fault, attempt)
                    or (ClosestMiss(MissReason.EARLIER_FAULT) if found else None)
                )
                if missed:
                    self._note(number, missed)
                else:
                    found = number, fault
        return found

    def lacks_capacity(self, attempt: StartingAttempt, queue: str, at: float) -> bool:
        """Whether a job that could be placed finds no capacity; told once of each job, however often it is asked."""
        with self._lock:
            for number, fault in enumerate(self.faults, 1):
                if not isinstance(fault, NoCapacity):
                    continue
                missed = missed_queue(fault, attempt, queue) or self._spared(number, fault, attempt.identity)
                if missed:
                    self._note(number, missed)
                    continue
                if (number, attempt.job_id) not in self._short:
                    self._short.add((number, attempt.job_id))
                    self._injected.append(JobInjection(at, number, fault, attempt))
                return True
        return False

    def struck(self, number: int, attempt: StartingAttempt, at: float) -> None:
        """Note that a fault has struck an attempt."""
        with self._lock:
            self._injected.append(JobInjection(at, number, self.faults[number - 1], attempt))

    def spared(self, number: int) -> None:
        """Note that an attempt ended before its fault could strike."""
        with self._lock:
            self._note(number, ClosestMiss(MissReason.TIME))

    def for_call(self, kind: type[CallFault], call: Call, at: float) -> CallFault | None:
        """The fault of a kind that strikes a call; it is noted."""
        with self._lock:
            for number, fault in enumerate(self.faults, 1):
                if isinstance(fault, kind) and self._strikes(number, fault, call):
                    self._injected.append(CallInjection(at, number, fault, call))
                    return fault
        return None

    def _strikes(self, number: int, fault: CallFault, call: Call) -> bool:
        if fault.times is not None and self._taken[number] >= fault.times:
            return False
        missed = missed_call(fault, call)
        if missed is None:
            order = self._calls[number, call.identity]
            self._calls[number, call.identity] += 1
            missed = self._spared(number, fault, f"{call.identity} {order}")
        if missed:
            self._note(number, missed)
            return False
        self._taken[number] += 1
        return True

    def _spared(self, number: int, fault: Fault, identity: str) -> ClosestMiss | None:
        if happens(fault.probability, self.seed, number, identity):
            return None
        return ClosestMiss(MissReason.CHANCE)

    def _note(self, number: int, nearest: ClosestMiss) -> None:
        before = self._nearest[number - 1]
        if (nearest.reason or 0) > (before.reason or 0):
            self._nearest[number - 1] = nearest
