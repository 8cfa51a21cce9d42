"""Faults on demand, by a plan: reclaimed instances, failed pulls, exit codes, hangs, slow calls, late deliveries."""

from constructs_lib.local.faults.kinds.call_faults import S3Refuse, S3Slow, ThrottleSubmit
from constructs_lib.local.faults.kinds.delivery_faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    ThrottleTarget,
)
from constructs_lib.local.faults.kinds.errors import FaultError
from constructs_lib.local.faults.kinds.job_faults import (
    ExitCode,
    Hang,
    LoseAgent,
    LoseResult,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    StartFailure,
)
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.plans.injections import CallInjection, Injection, JobInjection
from constructs_lib.local.faults.plans.plan import FaultPlan

__all__ = [
    "CallInjection",
    "DeliverLate",
    "DeliverOutOfOrder",
    "DeliverTwice",
    "ExitCode",
    "FaultError",
    "FaultPlan",
    "Hang",
    "Injection",
    "JobInjection",
    "LoseAgent",
    "LoseResult",
    "LoseWorker",
    "NoCapacity",
    "OutOfMemory",
    "PullFailure",
    "Reclaim",
    "S3Refuse",
    "S3Slow",
    "StartFailure",
    "ThrottleSubmit",
    "ThrottleTarget",
]
