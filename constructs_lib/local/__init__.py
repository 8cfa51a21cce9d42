"""The embedded AWS: what scripts and tests use of it; everything deeper may move.

Needs the extra `local`. The names below are imported when they are first used: moto takes a second, and whoever wants a
`FaultPlan` or a `VirtualClock` need not wait for it.
"""

from typing import TYPE_CHECKING, Any

from constructs_lib.extras import import_with

if TYPE_CHECKING:
    from constructs_lib.local.account import Keys, KeysError, Location, LocationError
    from constructs_lib.local.apps.assembly import ImageAsset
    from constructs_lib.local.apps.deployment import Deployment
    from constructs_lib.local.aws.config import DirectoryError
    from constructs_lib.local.aws.embedded import ClosedError, EmbeddedAws
    from constructs_lib.local.clocks.clock import Clock, RealClock
    from constructs_lib.local.clocks.virtual_clock import VirtualClock
    from constructs_lib.local.faults import (
        CallInjection,
        DeliverLate,
        DeliverOutOfOrder,
        DeliverTwice,
        ExitCode,
        FaultError,
        FaultPlan,
        Hang,
        Injection,
        JobInjection,
        LoseAgent,
        LoseResult,
        LoseWorker,
        NoCapacity,
        OutOfMemory,
        PullFailure,
        Reclaim,
        S3Refuse,
        S3Slow,
        StartFailure,
        ThrottleSubmit,
        ThrottleTarget,
    )
    from constructs_lib.local.iam.guard import Denial
    from constructs_lib.local.runners import CannotStartError, Runner
    from constructs_lib.local.runners.container import ContainerEngine, ContainerRunner, NoEngineError, find_engine
    from constructs_lib.local.runners.simulated import SimulatedRunner
    from constructs_lib.local.runs.execution import Execution
    from constructs_lib.local.runs.outcome import Outcome
    from constructs_lib.local.runs.report import bars, timeline_svg
    from constructs_lib.local.scheduler.jobs.attempt import Ending
    from constructs_lib.local.scheduler.jobs.job import Job, JobSpec, Status
    from constructs_lib.local.server import PortInUseError

_MODULES = {
    "CallInjection": "faults",
    "CannotStartError": "runners",
    "Clock": "clocks.clock",
    "ClosedError": "aws.embedded",
    "ContainerEngine": "runners.container",
    "ContainerRunner": "runners.container",
    "Denial": "iam.guard",
    "Deployment": "apps.deployment",
    "DirectoryError": "aws.config",
    "EmbeddedAws": "aws.embedded",
    "Ending": "scheduler.jobs.attempt",
    "Execution": "runs.execution",
    "DeliverLate": "faults",
    "DeliverOutOfOrder": "faults",
    "DeliverTwice": "faults",
    "ExitCode": "faults",
    "FaultError": "faults",
    "FaultPlan": "faults",
    "Hang": "faults",
    "ImageAsset": "apps.assembly",
    "Injection": "faults",
    "Job": "scheduler.jobs.job",
    "JobInjection": "faults",
    "JobSpec": "scheduler.jobs.job",
    "Keys": "account",
    "KeysError": "account",
    "Location": "account",
    "LocationError": "account",
    "LoseAgent": "faults",
    "LoseResult": "faults",
    "LoseWorker": "faults",
    "NoCapacity": "faults",
    "NoEngineError": "runners.container",
    "OutOfMemory": "faults",
    "Outcome": "runs.outcome",
    "PortInUseError": "server",
    "PullFailure": "faults",
    "RealClock": "clocks.clock",
    "Reclaim": "faults",
    "Runner": "runners",
    "S3Refuse": "faults",
    "S3Slow": "faults",
    "SimulatedRunner": "runners.simulated",
    "StartFailure": "faults",
    "Status": "scheduler.jobs.job",
    "ThrottleSubmit": "faults",
    "ThrottleTarget": "faults",
    "VirtualClock": "clocks.virtual_clock",
    "bars": "runs.report",
    "find_engine": "runners.container",
    "timeline_svg": "runs.report",
}

__all__ = [
    "CallInjection",
    "CannotStartError",
    "Clock",
    "ClosedError",
    "ContainerEngine",
    "ContainerRunner",
    "DeliverLate",
    "DeliverOutOfOrder",
    "DeliverTwice",
    "Denial",
    "Deployment",
    "DirectoryError",
    "EmbeddedAws",
    "Ending",
    "Execution",
    "ExitCode",
    "FaultError",
    "FaultPlan",
    "Hang",
    "ImageAsset",
    "Injection",
    "Job",
    "JobInjection",
    "JobSpec",
    "Keys",
    "KeysError",
    "Location",
    "LocationError",
    "LoseAgent",
    "LoseResult",
    "LoseWorker",
    "NoCapacity",
    "NoEngineError",
    "OutOfMemory",
    "Outcome",
    "PortInUseError",
    "PullFailure",
    "RealClock",
    "Reclaim",
    "Runner",
    "S3Refuse",
    "S3Slow",
    "SimulatedRunner",
    "StartFailure",
    "Status",
    "ThrottleSubmit",
    "ThrottleTarget",
    "VirtualClock",
    "bars",
    "find_engine",
    "timeline_svg",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_with("local", f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
