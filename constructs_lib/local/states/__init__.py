"""Makes moto's Step Functions interpreter run JSONata and AWS Batch as AWS does, a module for each kind of gap.

moto's interpreter (from LocalStack) has the states language, but no JSONata engine, and knows AWS Batch only in
outline. `patches` has what replaces single attributes of its classes while an embedded AWS is open.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from constructs_lib.local.patching import Change, Entry, Patch
from constructs_lib.local.states.jobs import BatchError, JobService

if TYPE_CHECKING:
    from constructs_lib.local.states.runtime import Runtime

__all__ = ["BatchError", "JobService", "load", "patches"]

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
        "causes",
        "choices",
        "concurrency",
        "frames",
        "map_states",
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
    ),
    "services": ("access_logs", "events", "object_acls", "objects", "tables", "topics", "windows_images"),
    "distributed": ("map_runs.api", "definitions.grammar", "map_runs.map_state"),  # over definitions.parsing
    "activities": ("api", "tasks"),
    "mocks": ("hooks",),  # over activities.tasks
    "single_states": ("operation",),
}
"""The modules that close gaps, by room."""


def gaps() -> list[str]:
    """The names of the modules that close gaps, in the order in which they are applied."""
    return [f"{room}.{module}" for room, modules in _GAPS.items() for module in modules]


def load() -> list[ModuleType]:
    """Import the interpreter and the modules that close its gaps, which `patches` needs.

    It takes half a second: only those who run state machines pay.
    """
    import_module("moto.stepfunctions.parser.models")
    return [import_module(f"{__name__}.{name}") for name in gaps()]


def patches(runtime: "Runtime") -> list[Change]:
    """What changes moto so that it runs state machines by a runtime.

    Args:
        runtime: who runs jobs and tasks, where requests go, IAM, and the clock.
    """
    from moto.core.config import default_user_config  # noqa: PLC0415 see `load`
    from moto.stepfunctions import models  # noqa: PLC0415 as above
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends  # noqa: PLC0415 as above

    from constructs_lib.local.states.runtime import CURRENT  # noqa: PLC0415 as above

    modules = load()
    interpret = {"execute_state_machine": True}
    return [
        Patch(CURRENT, "runtime", runtime),
        Entry(default_user_config, "moto.core.config.default_user_config", "stepfunctions", interpret),
        # Templates make their state machines where they are interpreted, not where moto only stores them.
        Patch(models, "stepfunctions_backends", stepfunctions_parser_backends),
        *(patch for module in modules for patch in module.patches()),
    ]
