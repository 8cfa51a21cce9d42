"""The event rules of a `RunnableWatch`.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html
"""

from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.arns import definition_prefix

_ABSENT: Final = [{"exists": False}]
_PRESENT: Final = [{"exists": True}]

# Neither a child of an array nor a node of a multi-node parallel job.
_OF_ITS_OWN: Final = {"arrayProperties": {"index": _ABSENT}, "nodeDetails": {"nodeIndex": _ABSENT}}

_WAITING: Final = {"status": ["RUNNABLE"], **_OF_ITS_OWN}
# The parent of an array is never RUNNABLE: it is PENDING from when its first child is until all have ended.
_ARRAY_WAITING: Final = {"status": ["PENDING"], "arrayProperties": {"size": _PRESENT}}
_GIVEN_UP: Final = {
    "status": ["FAILED"],
    "statusReason": [{"prefix": "Canceled by JobStateTimeLimit action"}],
    **_OF_ITS_OWN,
}


def detail_of_jobs(
    scope: Construct, queues: Sequence[batch.IJobQueue], jobs: Sequence[batch.IJobDefinition] | None
) -> dict[str, list[Any]]:
    """The queues and definitions of the watched jobs, for the detail of an event pattern."""
    detail: dict[str, list[Any]] = {"jobQueue": [queue.job_queue_arn for queue in queues]}
    if jobs is not None:
        detail["jobDefinition"] = [_any_revision(scope, job) for job in jobs]
    return detail


def _any_revision(scope: Construct, job: batch.IJobDefinition) -> Any:
    """The pattern for a definition: all revisions, because a waiting job may have an earlier one."""
    prefix = definition_prefix(scope, job)
    return {"prefix": prefix} if prefix else job.job_definition_arn


def runnable_jobs_rule(
    scope: Construct, *, detail: dict[str, list[Any]], cancelled: bool, machine: sfn.IStateMachine
) -> events.Rule:
    """The rule that starts a state machine for each job that becomes RUNNABLE, and once per array.

    Args:
        scope: the watch.
        detail: of the event pattern.
        cancelled: also start it for each job that a time limit of its queue has cancelled.
        machine: its input is the detail of the event.
    """
    alternatives = [_WAITING, _ARRAY_WAITING, *([_GIVEN_UP] if cancelled else [])]
    rule = _rule(
        scope,
        "WaitingRule",
        "Batch Job State Change",
        {**detail, "$or": alternatives},
        "Jobs and array jobs that begin to wait for capacity",
    )
    rule.add_target(targets.SfnStateMachine(machine, input=events.RuleTargetInput.from_event_path("$.detail")))
    return rule


def blocked_jobs_rule(scope: Construct, *, detail: dict[str, list[Any]], topic: sns.ITopic) -> events.Rule:
    """The rule that notifies a topic of each job that blocks its queue, with the reason of AWS Batch.

    Args:
        scope: the watch.
        detail: of the event pattern.
        topic: which is notified.
    """
    rule = _rule(
        scope, "BlockedRule", "Batch Job Queue Blocked", detail, "Jobs that AWS Batch finds to block their queue"
    )
    fields = {"job": "jobName", "jobId": "jobId", "queue": "jobQueue", "reason": "statusReason"}
    message = {name: events.EventField.from_path(f"$.detail.{field}") for name, field in fields.items()}
    message["outcome"] = "blocked"
    rule.add_target(targets.SnsTopic(topic, message=events.RuleTargetInput.from_object(message)))
    return rule


def _rule(scope: Construct, construct_id: str, kind: str, detail: dict[str, Any], description: str) -> events.Rule:
    pattern = events.EventPattern(source=["aws.batch"], detail_type=[kind], detail=detail)
    return events.Rule(scope, construct_id, event_pattern=pattern, description=description)
