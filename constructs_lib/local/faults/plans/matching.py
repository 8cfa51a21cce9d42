"""Which occasions a fault selects."""

from fnmatch import fnmatchcase

from constructs_lib.local.faults.kinds.call_faults import S3Fault, ThrottleSubmit
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.job_faults import JobFault, Reclaim
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.plans.injections import ClosestMiss, MissReason
from constructs_lib.local.faults.plans.occasions import Attempt, Call, S3Request, Submission


def missed_attempt(fault: JobFault, attempt: Attempt) -> ClosestMiss | None:
    """What keeps a fault from an attempt by its name and numbers; None when nothing does."""
    if not fnmatchcase(attempt.name, fault.job):
        return ClosestMiss(MissReason.NAME, attempt.name)
    if fault.index is not None and attempt.index not in _several(fault.index):
        return ClosestMiss(MissReason.INDEX)
    if fault.attempt not in (None, attempt.attempt):
        return ClosestMiss(MissReason.ATTEMPT)
    return None


def missed_capacity(fault: JobFault, attempt: Attempt) -> ClosestMiss | None:
    """What keeps a fault from an attempt by where it runs: only Spot capacity is reclaimed."""
    if isinstance(fault, Reclaim) and not fault.force and not attempt.capacity.endswith("SPOT"):
        return ClosestMiss(MissReason.CAPACITY, attempt.capacity)
    return None


def missed_queue(fault: NoCapacity, attempt: Attempt, queue: str) -> ClosestMiss | None:
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
    if isinstance(fault, ThrottleSubmit) and isinstance(call, Submission):
        return None if fnmatchcase(call.name, fault.job) else ClosestMiss(MissReason.NAME, str(call))
    if isinstance(fault, S3Fault) and isinstance(call, S3Request):
        patterns = ((call.operation, fault.operation), (call.bucket, fault.bucket), (call.key, fault.key))
        matches = all(fnmatchcase(name, pattern) for name, pattern in patterns)
        return None if matches else ClosestMiss(MissReason.NAME, str(call))
    return ClosestMiss()


def _several(index: object) -> tuple[object, ...]:
    return index if isinstance(index, tuple) else (index,)
