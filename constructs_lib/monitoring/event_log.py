"""A log group with the events of the jobs of some queues."""

from collections.abc import Iterator, Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.limits import EVENT_PATTERN_CHARACTERS
from constructs_lib.monitoring.event_log_group import EventLogGroup
from constructs_lib.monitoring.patterns import BLOCKED, CHANGED, STATUSES

# A pattern without queues has less than 300 characters, and an ARN with the longest name less than 220.
_QUEUES_PER_RULE: Final = (EVENT_PATTERN_CHARACTERS - 300) // 220


class EventLog(EventLogGroup):
    """A log group to which EventBridge writes each event that the metrics count.

    The events are those of DescribeJobs, with the command and the variables of the job.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: whose events are kept.
        retention: how long.
        encryption_key: of the log group. Default: that of CloudWatch Logs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Sequence[batch.IJobQueue],
        retention: logs.RetentionDays,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id, retention=retention, encryption_key=encryption_key)
        for index, some in enumerate(_parts(queues)):
            rule = events.CfnRule(
                self,
                f"Rule{index or ''}",
                description="Events of jobs, from which metrics are made",
                event_pattern={
                    "source": ["aws.batch"],
                    "detail-type": [CHANGED, BLOCKED],
                    "detail": {"jobQueue": [queue.job_queue_arn for queue in some], "status": list(STATUSES)},
                },
                targets=[events.CfnRule.TargetProperty(id="Log", arn=self.arn)],
            )
            self.let_send(rule)


def _parts(queues: Sequence[batch.IJobQueue]) -> Iterator[Sequence[batch.IJobQueue]]:
    for start in range(0, len(queues), _QUEUES_PER_RULE):
        yield queues[start : start + _QUEUES_PER_RULE]
