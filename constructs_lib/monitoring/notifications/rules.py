"""The event rules by which executions, jobs and queues are heard of.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.monitoring.notifications.occasion import Occasion

LOOK_EVERY: Final = Duration.minutes(15)
"""AWS Batch sends no event when an environment becomes INVALID, so that somebody has to look."""

_ABSENT: Final = [{"exists": False}]
_OF_ITS_OWN: Final = {"arrayProperties": {"index": _ABSENT}, "nodeDetails": {"nodeIndex": _ABSENT}}
"""Neither a child of an array nor a node of a multi-node parallel job: of 10,000 children, the array alone."""


def executions_rule(
    scope: Construct, machines: Sequence[sfn.IStateMachine], on: Collection[Occasion]
) -> events.Rule | None:
    """The rule for executions; None if nothing is said of them."""
    statuses = [status for occasion in on if (status := occasion.of_execution)]
    if not machines or not statuses:
        return None
    detail = {"stateMachineArn": [machine.state_machine_arn for machine in machines], "status": statuses}
    return _rule(scope, "ExecutionsRule", "aws.states", "Step Functions Execution Status Change", detail)


def jobs_rule(scope: Construct, queues: Sequence[batch.IJobQueue], on: Collection[Occasion]) -> events.Rule | None:
    """The rule for jobs of queues, arrays as a whole; None if nothing is said of them."""
    statuses = [status for occasion in on if (status := occasion.of_job)]
    if not queues or not statuses:
        return None
    detail = {"jobQueue": [queue.job_queue_arn for queue in queues], "status": statuses, **_OF_ITS_OWN}
    return _rule(scope, "JobsRule", "aws.batch", "Batch Job State Change", detail)


def blocked_rule(scope: Construct, queues: Sequence[batch.IJobQueue], on: Collection[Occasion]) -> events.Rule | None:
    """The rule for queues that AWS Batch reports as blocked; None if nothing is said of them."""
    if not queues or Occasion.QUEUE_BLOCKED not in on:
        return None
    detail = {"jobQueue": [queue.job_queue_arn for queue in queues]}
    return _rule(scope, "BlockedRule", "aws.batch", "Batch Job Queue Blocked", detail)


def environments_rule(
    scope: Construct, queues: Sequence[batch.IJobQueue], on: Collection[Occasion]
) -> events.Rule | None:
    """The schedule by which the environments of queues are looked at; None if nothing is said of them."""
    if not queues or Occasion.ENVIRONMENT_INVALID not in on:
        return None
    return events.Rule(
        scope,
        "EnvironmentsRule",
        schedule=events.Schedule.rate(LOOK_EVERY),
        description="Looks whether a compute environment is INVALID",
    )


def _rule(scope: Construct, construct_id: str, source: str, kind: str, detail: dict[str, Any]) -> events.Rule:
    pattern = events.EventPattern(source=[source], detail_type=[kind], detail=detail)
    return events.Rule(scope, construct_id, event_pattern=pattern, description="What messages are sent about")
