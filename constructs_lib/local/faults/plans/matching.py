"""Which occasions a fault selects, and why it has selected none."""

from fnmatch import fnmatchcase

from constructs_lib.local.faults.kinds.call_faults import S3Fault, ThrottleSubmit
from constructs_lib.local.faults.kinds.delivery_faults import DeliveryFault
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.forms import to_text
from constructs_lib.local.faults.kinds.job_faults import JobFault, Reclaim
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.plans.injections import ClosestMiss, MissReason
from constructs_lib.local.faults.plans.occasions import (
    Call,
    S3Request,
    StartingAttempt,
    SubmitJobCall,
    TargetDelivery,
)


def missed_attempt(fault: JobFault, attempt: StartingAttempt) -> ClosestMiss | None:
    """What keeps a fault from an attempt by its name and numbers; None when nothing does."""
    if not fnmatchcase(attempt.name, fault.job):
        return ClosestMiss(MissReason.NAME, attempt.name)
    if fault.index is not None and attempt.index not in _several(fault.index):
        return ClosestMiss(MissReason.INDEX)
    if fault.attempt not in (None, attempt.attempt):
        return ClosestMiss(MissReason.ATTEMPT)
    return None


def missed_capacity(fault: JobFault, attempt: StartingAttempt) -> ClosestMiss | None:
    """What keeps a fault from an attempt by where it runs: only Spot capacity is reclaimed."""
    if isinstance(fault, Reclaim) and not fault.force and not attempt.capacity.endswith("SPOT"):
        return ClosestMiss(MissReason.CAPACITY, attempt.capacity)
    return None


def missed_queue(fault: NoCapacity, attempt: StartingAttempt, queue: str) -> ClosestMiss | None:
    """What keeps a shortage from a job that waits in a queue; None when nothing does."""
    if not fnmatchcase(attempt.name, fault.job):
        return ClosestMiss(MissReason.NAME, attempt.name)
    if not fnmatchcase(queue, fault.queue):
        return ClosestMiss(MissReason.NAME, f"{attempt.name} in {queue}")
    if fault.index is not None and attempt.index not in _several(fault.index):
        return ClosestMiss(MissReason.INDEX)
    return None


def missed_call(fault: Fault, call: Call) -> ClosestMiss | None:
    """What keeps a fault from a call; None when nothing does."""
    if isinstance(fault, ThrottleSubmit) and isinstance(call, SubmitJobCall):
        return None if fnmatchcase(call.name, fault.job) else ClosestMiss(MissReason.NAME, str(call))
    if isinstance(fault, S3Fault) and isinstance(call, S3Request):
        patterns = ((call.operation, fault.operation), (call.bucket, fault.bucket), (call.key, fault.key))
        matches = all(fnmatchcase(name, pattern) for name, pattern in patterns)
        return None if matches else ClosestMiss(MissReason.NAME, str(call))
    if isinstance(fault, DeliveryFault) and isinstance(call, TargetDelivery):
        matches = fnmatchcase(call.source, fault.source) and fnmatchcase(call.target, fault.target)
        return None if matches else ClosestMiss(MissReason.NAME, str(call))
    return ClosestMiss()


def unmet(number: int, fault: Fault, count: int, nearest: ClosestMiss, seed: int) -> str | None:
    """Why a fault did not happen: one line, or None when it happened as often as it was to.

    Args:
        number: which fault of the plan, from 1.
        fault: the fault.
        count: how often it happened.
        nearest: how near it came otherwise.
        seed: the plan's.
    """
    times = getattr(fault, "times", None) or 1
    if count >= times:
        return None
    often = f"happened {count} of {times} times" if count else "never happened"
    what = _what(fault)
    several = "deliveries" if what == "delivery" else f"{what}s"
    why = f"there were no more {several} that it selects" if count else _why(fault, nearest, seed, what)
    return f"fault {number} ({to_text(fault)}) {often}: {why}"


def _what(fault: Fault) -> str:
    """What it may strike."""
    if isinstance(fault, DeliveryFault):
        return "delivery"
    return "job" if isinstance(fault, JobFault | NoCapacity) else "call"


def _why(fault: Fault, nearest: ClosestMiss, seed: int, what: str) -> str:
    reasons = {
        None: f"there was no {what}",
        MissReason.NAME: f"no {what} matched, such as {nearest.seen}",
        MissReason.INDEX: f"no job had index {_index(getattr(fault, 'index', None))}",
        MissReason.ATTEMPT: f"no job had attempt {getattr(fault, 'attempt', None)}",
        MissReason.CHANCE: f"its probability of {fault.probability:g} spared every {what}, with seed {seed}",
        MissReason.CAPACITY: f"only Spot capacity is reclaimed, this is {nearest.seen}; force=true does it",
        MissReason.EARLIER_FAULT: "an earlier fault of the plan struck the same attempts",
        MissReason.TIME: "the program ended, or was stopped, before it was time",
    }
    return reasons[nearest.reason]


def _index(index: object) -> str:
    return " or ".join(str(item) for item in index) if isinstance(index, tuple) else str(index)


def _several(index: object) -> tuple[object, ...]:
    return index if isinstance(index, tuple) else (index,)
