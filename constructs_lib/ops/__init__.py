"""Operations on what was deployed, in an account or an embedded AWS: what the commands do, for scripts and tests.

Needs the extra `cli`. The names below are imported when they are first used; everything deeper may move.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account
    from constructs_lib.ops.costs.bill import Cost, JobCost
    from constructs_lib.ops.costs.cost import cost
    from constructs_lib.ops.course import Course, Task, Visit
    from constructs_lib.ops.doctor import Check, Verdict, examine
    from constructs_lib.ops.errors import NotFoundError, OperationError
    from constructs_lib.ops.execution_events import Stage
    from constructs_lib.ops.executions import ExecutionNow, Failure, FanOutNow, look_at_execution
    from constructs_lib.ops.following import follow
    from constructs_lib.ops.histories import History, events
    from constructs_lib.ops.job_counts import JobNote
    from constructs_lib.ops.job_logs import LogLine, Logs, LogSource, sources_of
    from constructs_lib.ops.job_selection import Wanted, jobs_meant
    from constructs_lib.ops.jobs_now import JobNow, look_at_job
    from constructs_lib.ops.log_following import LogFollowing, follow_logs
    from constructs_lib.ops.machines import ExecutionNote, MachineNow, look_at_machines
    from constructs_lib.ops.names import Kind, Named, newest_execution, resolve, stack_of
    from constructs_lib.ops.outcomes import (
        ExecutionOutcome,
        FanOutOutcome,
        ItemOutcome,
        failed_indexes,
        look_at_items,
        look_at_outcome,
    )
    from constructs_lib.ops.overview import EnvironmentNow, Overview, QueueNow, StateCount, Stuck, look_at_queues
    from constructs_lib.ops.pages import execution_page
    from constructs_lib.ops.planning.assumptions import Starts
    from constructs_lib.ops.planning.deployed import parts_of_deployed
    from constructs_lib.ops.planning.parts import Parts
    from constructs_lib.ops.planning.plan import Choice, Plan, plan
    from constructs_lib.ops.planning.templates import parts_of_app
    from constructs_lib.ops.planning.work import Work
    from constructs_lib.ops.progress import Progress, StageProgress, Watch
    from constructs_lib.ops.reasons.explanations import Cause, Explanation, Finding, Fix
    from constructs_lib.ops.reasons.why import why
    from constructs_lib.ops.rerun import Rerun, plan_rerun, start_rerun
    from constructs_lib.ops.result_objects import ResultsGoneError, StoredResult, stored_indexes, stored_results
    from constructs_lib.ops.scaling import ScalePlan, Waiting, plan_scale, scale
    from constructs_lib.ops.started import StartedTask, started_tasks
    from constructs_lib.ops.starting import Ended, run_express, start_execution
    from constructs_lib.ops.stopping import Stopped, StopPlan, plan_stop, stop
    from constructs_lib.ops.stored_items import payload_of
    from constructs_lib.ops.submission import JobEnd, Submitted, plan_submission, submit_jobs, wait_for_jobs
    from constructs_lib.ops.timelines import Lane, Span, Timeline, look_at_timeline

_MODULES = {
    "Account": "account",
    "Cause": "reasons.explanations",
    "Check": "doctor",
    "Choice": "planning.plan",
    "Cost": "costs.bill",
    "Course": "course",
    "Ended": "starting",
    "EnvironmentNow": "overview",
    "ExecutionNote": "machines",
    "ExecutionNow": "executions",
    "ExecutionOutcome": "outcomes",
    "Explanation": "reasons.explanations",
    "Failure": "executions",
    "FanOutNow": "executions",
    "FanOutOutcome": "outcomes",
    "Finding": "reasons.explanations",
    "Fix": "reasons.explanations",
    "History": "histories",
    "ItemOutcome": "outcomes",
    "JobCost": "costs.bill",
    "JobEnd": "submission",
    "JobNote": "job_counts",
    "JobNow": "jobs_now",
    "Kind": "names",
    "Lane": "timelines",
    "LogFollowing": "log_following",
    "LogLine": "job_logs",
    "LogSource": "job_logs",
    "Logs": "job_logs",
    "MachineNow": "machines",
    "Named": "names",
    "NotFoundError": "errors",
    "OperationError": "errors",
    "Overview": "overview",
    "Parts": "planning.parts",
    "Plan": "planning.plan",
    "Progress": "progress",
    "QueueNow": "overview",
    "Rerun": "rerun",
    "ResultsGoneError": "result_objects",
    "ScalePlan": "scaling",
    "Span": "timelines",
    "Stage": "execution_events",
    "StageProgress": "progress",
    "StartedTask": "started",
    "Starts": "planning.assumptions",
    "StateCount": "overview",
    "StopPlan": "stopping",
    "Stopped": "stopping",
    "StoredResult": "result_objects",
    "Stuck": "overview",
    "Submitted": "submission",
    "Task": "course",
    "Timeline": "timelines",
    "Verdict": "doctor",
    "Visit": "course",
    "Waiting": "scaling",
    "Wanted": "job_selection",
    "Watch": "progress",
    "Work": "planning.work",
    "cost": "costs.cost",
    "events": "histories",
    "examine": "doctor",
    "execution_page": "pages",
    "failed_indexes": "outcomes",
    "follow": "following",
    "follow_logs": "log_following",
    "jobs_meant": "job_selection",
    "look_at_execution": "executions",
    "look_at_items": "outcomes",
    "look_at_job": "jobs_now",
    "look_at_machines": "machines",
    "look_at_outcome": "outcomes",
    "look_at_queues": "overview",
    "look_at_timeline": "timelines",
    "newest_execution": "names",
    "parts_of_app": "planning.templates",
    "parts_of_deployed": "planning.deployed",
    "payload_of": "stored_items",
    "plan": "planning.plan",
    "plan_rerun": "rerun",
    "plan_scale": "scaling",
    "plan_stop": "stopping",
    "plan_submission": "submission",
    "resolve": "names",
    "run_express": "starting",
    "scale": "scaling",
    "sources_of": "job_logs",
    "stack_of": "names",
    "start_execution": "starting",
    "start_rerun": "rerun",
    "started_tasks": "started",
    "stop": "stopping",
    "stored_indexes": "result_objects",
    "stored_results": "result_objects",
    "submit_jobs": "submission",
    "wait_for_jobs": "submission",
    "why": "reasons.why",
}

__all__ = [
    "Account",
    "Cause",
    "Check",
    "Choice",
    "Cost",
    "Course",
    "Ended",
    "EnvironmentNow",
    "ExecutionNote",
    "ExecutionNow",
    "ExecutionOutcome",
    "Explanation",
    "Failure",
    "FanOutNow",
    "FanOutOutcome",
    "Finding",
    "Fix",
    "History",
    "ItemOutcome",
    "JobCost",
    "JobEnd",
    "JobNote",
    "JobNow",
    "Kind",
    "Lane",
    "LogFollowing",
    "LogLine",
    "LogSource",
    "Logs",
    "MachineNow",
    "Named",
    "NotFoundError",
    "OperationError",
    "Overview",
    "Parts",
    "Plan",
    "Progress",
    "QueueNow",
    "Rerun",
    "ResultsGoneError",
    "ScalePlan",
    "Span",
    "Stage",
    "StageProgress",
    "StartedTask",
    "Starts",
    "StateCount",
    "StopPlan",
    "Stopped",
    "StoredResult",
    "Stuck",
    "Submitted",
    "Task",
    "Timeline",
    "Verdict",
    "Visit",
    "Waiting",
    "Wanted",
    "Watch",
    "Work",
    "cost",
    "events",
    "examine",
    "execution_page",
    "failed_indexes",
    "follow",
    "follow_logs",
    "jobs_meant",
    "look_at_execution",
    "look_at_items",
    "look_at_job",
    "look_at_machines",
    "look_at_outcome",
    "look_at_queues",
    "look_at_timeline",
    "newest_execution",
    "parts_of_app",
    "parts_of_deployed",
    "payload_of",
    "plan",
    "plan_rerun",
    "plan_scale",
    "plan_stop",
    "plan_submission",
    "resolve",
    "run_express",
    "scale",
    "sources_of",
    "stack_of",
    "start_execution",
    "start_rerun",
    "started_tasks",
    "stop",
    "stored_indexes",
    "stored_results",
    "submit_jobs",
    "wait_for_jobs",
    "why",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
