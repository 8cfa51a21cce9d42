"""Operations on what was deployed, in an account or an embedded AWS: what the commands do, for scripts and tests.

Needs the extra `cli`. The names below are imported when they are first used; everything deeper may move.
"""

from typing import TYPE_CHECKING, Any

from constructs_lib.extras import import_with

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account
    from constructs_lib.ops.costs.bill import Cost, JobCost
    from constructs_lib.ops.costs.cost import cost
    from constructs_lib.ops.doctor import Check, Verdict, examine
    from constructs_lib.ops.errors import NotFoundError, OperationError
    from constructs_lib.ops.executions.executions_now import ExecutionNow, Failure, FanOutNow, look_at_execution
    from constructs_lib.ops.executions.following import follow
    from constructs_lib.ops.executions.machines import ExecutionNote, MachineNow, look_at_machines
    from constructs_lib.ops.executions.progress import Progress, StageProgress, Watch
    from constructs_lib.ops.executions.starting import Ended, run_express, start_execution
    from constructs_lib.ops.executions.stored_items import payload_of
    from constructs_lib.ops.histories.course import Course, Task, Visit
    from constructs_lib.ops.histories.execution_events import Stage
    from constructs_lib.ops.histories.histories import History, events
    from constructs_lib.ops.histories.started import StartedTask, started_tasks
    from constructs_lib.ops.jobs.jobs_now import JobNow, look_at_job
    from constructs_lib.ops.jobs.stopping import Stopped, StopPlan, plan_stop, stop
    from constructs_lib.ops.jobs.submission import JobEnd, Submitted, plan_submission, submit_jobs, wait_for_jobs
    from constructs_lib.ops.logs.job_logs import LogLine, Logs, LogSource, sources_of
    from constructs_lib.ops.logs.job_selection import Wanted, jobs_meant
    from constructs_lib.ops.logs.log_following import LogFollowing, follow_logs
    from constructs_lib.ops.names import Kind, Named, newest_execution, resolve, stack_of
    from constructs_lib.ops.planning.assumptions import Starts
    from constructs_lib.ops.planning.deployed import parts_of_deployed
    from constructs_lib.ops.planning.parts import Parts
    from constructs_lib.ops.planning.plan import Choice, Plan, plan
    from constructs_lib.ops.planning.templates import parts_of_app
    from constructs_lib.ops.planning.work import Work
    from constructs_lib.ops.queues.job_counts import JobNote
    from constructs_lib.ops.queues.overview import EnvironmentNow, Overview, QueueNow, StateCount, Stuck, look_at_queues
    from constructs_lib.ops.queues.scaling import ScalePlan, Waiting, plan_scale, scale
    from constructs_lib.ops.reasons.explanations import Cause, Explanation, Finding, Fix
    from constructs_lib.ops.reasons.why import why
    from constructs_lib.ops.reports.outcomes import (
        ExecutionOutcome,
        FanOutOutcome,
        ItemOutcome,
        failed_indexes,
        look_at_items,
        look_at_outcome,
    )
    from constructs_lib.ops.reports.pages import execution_page
    from constructs_lib.ops.reports.result_objects import ResultsGoneError, StoredResult, stored_indexes, stored_results
    from constructs_lib.ops.reports.timelines import Lane, Span, Timeline, look_at_timeline
    from constructs_lib.ops.reruns.rerun import Rerun, plan_rerun, start_rerun

_MODULES = {
    "Account": "account",
    "Cause": "reasons.explanations",
    "Check": "doctor",
    "Choice": "planning.plan",
    "Cost": "costs.bill",
    "Course": "histories.course",
    "Ended": "executions.starting",
    "EnvironmentNow": "queues.overview",
    "ExecutionNote": "executions.machines",
    "ExecutionNow": "executions.executions_now",
    "ExecutionOutcome": "reports.outcomes",
    "Explanation": "reasons.explanations",
    "Failure": "executions.executions_now",
    "FanOutNow": "executions.executions_now",
    "FanOutOutcome": "reports.outcomes",
    "Finding": "reasons.explanations",
    "Fix": "reasons.explanations",
    "History": "histories.histories",
    "ItemOutcome": "reports.outcomes",
    "JobCost": "costs.bill",
    "JobEnd": "jobs.submission",
    "JobNote": "queues.job_counts",
    "JobNow": "jobs.jobs_now",
    "Kind": "names",
    "Lane": "reports.timelines",
    "LogFollowing": "logs.log_following",
    "LogLine": "logs.job_logs",
    "LogSource": "logs.job_logs",
    "Logs": "logs.job_logs",
    "MachineNow": "executions.machines",
    "Named": "names",
    "NotFoundError": "errors",
    "OperationError": "errors",
    "Overview": "queues.overview",
    "Parts": "planning.parts",
    "Plan": "planning.plan",
    "Progress": "executions.progress",
    "QueueNow": "queues.overview",
    "Rerun": "reruns.rerun",
    "ResultsGoneError": "reports.result_objects",
    "ScalePlan": "queues.scaling",
    "Span": "reports.timelines",
    "Stage": "histories.execution_events",
    "StageProgress": "executions.progress",
    "StartedTask": "histories.started",
    "Starts": "planning.assumptions",
    "StateCount": "queues.overview",
    "StopPlan": "jobs.stopping",
    "Stopped": "jobs.stopping",
    "StoredResult": "reports.result_objects",
    "Stuck": "queues.overview",
    "Submitted": "jobs.submission",
    "Task": "histories.course",
    "Timeline": "reports.timelines",
    "Verdict": "doctor",
    "Visit": "histories.course",
    "Waiting": "queues.scaling",
    "Wanted": "logs.job_selection",
    "Watch": "executions.progress",
    "Work": "planning.work",
    "cost": "costs.cost",
    "events": "histories.histories",
    "examine": "doctor",
    "execution_page": "reports.pages",
    "failed_indexes": "reports.outcomes",
    "follow": "executions.following",
    "follow_logs": "logs.log_following",
    "jobs_meant": "logs.job_selection",
    "look_at_execution": "executions.executions_now",
    "look_at_items": "reports.outcomes",
    "look_at_job": "jobs.jobs_now",
    "look_at_machines": "executions.machines",
    "look_at_outcome": "reports.outcomes",
    "look_at_queues": "queues.overview",
    "look_at_timeline": "reports.timelines",
    "newest_execution": "names",
    "parts_of_app": "planning.templates",
    "parts_of_deployed": "planning.deployed",
    "payload_of": "executions.stored_items",
    "plan": "planning.plan",
    "plan_rerun": "reruns.rerun",
    "plan_scale": "queues.scaling",
    "plan_stop": "jobs.stopping",
    "plan_submission": "jobs.submission",
    "resolve": "names",
    "run_express": "executions.starting",
    "scale": "queues.scaling",
    "sources_of": "logs.job_logs",
    "stack_of": "names",
    "start_execution": "executions.starting",
    "start_rerun": "reruns.rerun",
    "started_tasks": "histories.started",
    "stop": "jobs.stopping",
    "stored_indexes": "reports.result_objects",
    "stored_results": "reports.result_objects",
    "submit_jobs": "jobs.submission",
    "wait_for_jobs": "jobs.submission",
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
    value = getattr(import_with("cli", f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
