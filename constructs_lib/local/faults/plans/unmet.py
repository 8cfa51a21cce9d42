"""Says why a fault of a plan did not happen."""

from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.forms import to_text
from constructs_lib.local.faults.kinds.job_faults import JobFault
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.plans.injections import ClosestMiss, MissReason


def unmet(number: int, fault: Fault, count: int, nearest: ClosestMiss, seed: int) -> str | None:
    """One line, or None when it happened as often as it was to.

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
    what = "job" if isinstance(fault, JobFault | NoCapacity) else "call"
    why = f"there were no more {what}s that it selects" if count else _why(fault, nearest, seed, what)
    return f"fault {number} ({to_text(fault)}) {often}: {why}"


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
