"""Makes moto's Step Functions interpreter run JSONata and AWS Batch as AWS does, one small module per gap.

moto's interpreter (from LocalStack) has the states language, but no JSONata engine, and knows AWS Batch only in
outline. `install` replaces single attributes of its classes in this process; `uninstall` puts them back.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.states.jobs import BatchError, JobService
from constructs_lib.local.states.patching import PatchSet

if TYPE_CHECKING:
    from constructs_lib.local.states.rights import Rights

__all__ = ["BatchError", "JobService", "install", "uninstall"]

_GAPS = (
    "expressions.assignments",
    "definitions.authorizations",
    "tasks.batch_tasks",
    "tasks.callbacks",
    "flow.causes",
    "flow.choices",
    "tasks.clients",
    "flow.context",
    "flow.copies",
    "definitions.acceptance",
    "executions.descriptions",
    "tasks.ecs_tasks",
    "flow.error_names",
    "executions.starting",
    "expressions.evaluation",
    "executions.histories",
    "tasks.integrations",
    "expressions.literals",
    "expressions.locations",
    "flow.map_workers",
    "definitions.parsing",
    "expressions.paths",
    "flow.programs",
    "expressions.queries",
    "executions.quiet",
    "executions.quotas",
    "flow.retries",
    "tasks.service_errors",
    "tasks.started_executions",
    "executions.stopping",
    "tasks.task_tokens",
    "tasks.task_states",
    "executions.times",
    "flow.waits",
    "distributed.api",
    "distributed.definitions.grammar",  # over "parsing"
    "distributed.reading.items",
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
