"""Makes moto's Step Functions interpreter run JSONata and AWS Batch as AWS does, one small module per gap.

moto's interpreter (from LocalStack) has the states language, but no JSONata engine, and knows AWS Batch only in
outline. `install` replaces single attributes of its classes in this process; `uninstall` puts them back.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.states.jobs import BatchError, JobService
from constructs_lib.local.states.patching import PatchSet

if TYPE_CHECKING:
    from constructs_lib.local.account import Location
    from constructs_lib.local.events.execution_events import ExecutionChange
    from constructs_lib.local.states.rights import Rights

__all__ = ["BatchError", "JobService", "install", "load", "uninstall"]

_GAPS = {
    "revisions": ("aliases", "versions"),
    "definitions": ("acceptance", "authorizations", "diagnostics", "parsing"),
    "executions": (
        "arns",
        "beginnings",
        "descriptions",
        "histories",
        "listings",
        "logs",
        "quiet",
        "quotas",
        "starting",
        "status_changes",
        "stopping",
        "synchronous",
        "times",
    ),
    "expressions": ("assignments", "error_outputs", "evaluation", "functions", "literals", "paths", "queries"),
    "flow": (
        "attempts",
        "branches",
        "causes",
        "choices",
        "comparisons",
        "context",
        "copies",
        "error_names",
        "map_states",
        "map_workers",
        "programs",
        "retries",
        "steps",
        "waits",
    ),
    "tasks": (
        "batch_tasks",
        "callbacks",
        "clients",
        "ecs_tasks",
        "integrations",
        "lambda_calls",
        "service_errors",
        "started_executions",
        "task_states",
        "task_tokens",
    ),
    "services": ("events", "objects", "tables", "topics"),
    "distributed": ("api", "definitions.grammar", "map_state"),  # over definitions.parsing
    "activities": ("api", "tasks"),
    "mocks": ("hooks",),  # over activities.tasks
    "single_states": ("operation",),
}
"""The modules that close gaps, by room."""
_PATCHES = PatchSet()


def gaps() -> list[str]:
    """The names of the modules that close gaps, in the order in which they are applied."""
    return [f"{room}.{module}" for room, modules in _GAPS.items() for module in modules]


def load() -> list[ModuleType]:
    """Import the interpreter and the modules that close its gaps, which `install` needs.

    It takes half a second: only those who run state machines pay.
    """
    import_module("moto.stepfunctions.parser.models")
    return [import_module(f"{__name__}.{name}") for name in gaps()]


def install(
    jobs: "Callable[[Location], JobService]",
    endpoint_url: str | None = None,
    rights: "Rights | None" = None,
    clock: Clock | None = None,
    status_changed: "Callable[[Callable[[], ExecutionChange]], None]" = lambda _: None,
) -> None:
    """Patch moto in this process; later calls replace the job service and the endpoint.

    Args:
        jobs: gives what runs the jobs of ``batch:submitJob`` and ``batch:submitJob.sync`` in an account and region.
        endpoint_url: where the boto3 clients of all other tasks go; by default where moto sends them, which is
            moto itself in the process or on ``localhost:5000``.
        rights: IAM. Default: none, everything is allowed.
        clock: what tells the time. Default: this machine's.
        status_changed: hears of each new status of an execution, which it may have described. Default: nobody does.
    """
    from constructs_lib.local.states.rights import Unlimited  # noqa: PLC0415 see `load`
    from constructs_lib.local.states.settings import SETTINGS  # noqa: PLC0415 as above

    modules = load()
    SETTINGS.jobs, SETTINGS.endpoint_url = jobs, endpoint_url
    SETTINGS.rights, SETTINGS.clock = rights or Unlimited(), clock or RealClock()
    SETTINGS.status_changed = status_changed
    _PATCHES.apply([patch for module in modules for patch in module.patches()])


def uninstall() -> None:
    """Put moto's own code back."""
    _PATCHES.undo()
