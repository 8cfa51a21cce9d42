"""Makes moto's Step Functions interpreter run JSONata and AWS Batch as AWS does, one small module per gap.

moto's interpreter (from LocalStack) has the states language, but no JSONata engine, and knows AWS Batch only in
outline. `install` replaces single attributes of its classes in this process; `uninstall` puts them back.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from constructs_lib.local.clock import Clock, RealClock
from constructs_lib.local.states.jobs import BatchError, JobService
from constructs_lib.local.states.patching import PatchSet

if TYPE_CHECKING:
    from constructs_lib.local.states.rights import Rights

__all__ = ["BatchError", "JobService", "install", "uninstall"]

_GAPS = (
    "assignments",
    "authorizations",
    "batch_tasks",
    "callbacks",
    "causes",
    "choices",
    "clients",
    "context",
    "copies",
    "definitions",
    "descriptions",
    "ecs_tasks",
    "error_names",
    "executions",
    "expressions",
    "histories",
    "integrations",
    "literals",
    "locations",
    "map_workers",
    "parsing",
    "paths",
    "programs",
    "queries",
    "quiet",
    "quotas",
    "retries",
    "service_errors",
    "started_executions",
    "stopping",
    "task_tokens",
    "tasks",
    "times",
    "waits",
    "distributed.api",
    "distributed.definitions",  # over "parsing"
    "distributed.items",
    "distributed.map_state",
)
_PATCHES = PatchSet()


def install(
    jobs: JobService,
    endpoint_url: str | None = None,
    rights: "Rights | None" = None,
    clock: Clock | None = None,
) -> None:
    """Patch moto in this process; later calls replace the job service and the endpoint.

    Args:
        jobs: runs the jobs of ``batch:submitJob`` and ``batch:submitJob.sync``.
        endpoint_url: where the boto3 clients of all other tasks go; by default where moto sends them, which is
            moto itself in the process or on ``localhost:5000``.
        rights: IAM. Default: none, everything is allowed.
        clock: what tells the time. Default: this machine's.
    """
    from constructs_lib.local.states.rights import Unlimited  # noqa: PLC0415 see below
    from constructs_lib.local.states.settings import SETTINGS  # noqa: PLC0415 see the next line

    import_module("moto.stepfunctions.parser.models")  # costs half a second: only those who run state machines pay
    SETTINGS.jobs, SETTINGS.endpoint_url = jobs, endpoint_url
    SETTINGS.rights, SETTINGS.clock = rights or Unlimited(), clock or RealClock()
    _PATCHES.apply([patch for gap in _GAPS for patch in import_module(f"{__name__}.{gap}").patches()])


def uninstall() -> None:
    """Put moto's own code back."""
    _PATCHES.undo()
