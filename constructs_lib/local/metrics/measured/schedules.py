"""Metrics of EventBridge Scheduler: attempts, what they failed with, and what was given up.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
"""

from typing import Final

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.measured.counting import count

ATTEMPTED: Final = "InvocationAttemptCount"
FAILED: Final = "TargetErrorCount"
THROTTLED: Final = "TargetErrorThrottledCount"
DROPPED: Final = "InvocationDroppedCount"
DEAD: Final = "InvocationsSentToDeadLetterCount"
LOST: Final = "InvocationsFailedToBeSentToDeadLetterCount"


def schedule_did(schedule_arn: str, what: str) -> None:
    """Measure something, by the group of the schedule.

    Args:
        schedule_arn: of the schedule.
        what: the name of the metric.
    """
    group = schedule_arn.rpartition(":schedule/")[2].partition("/")[0]
    count(Location.of(schedule_arn), "AWS/Scheduler", what, {"ScheduleGroup": group})
