"""Which events of AWS Batch each metric counts, as patterns of metric filters.

A job is a single job, a child of an array, or a multi-node job as a whole: the events of the array itself and of each
node are not counted beside them.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from collections.abc import Mapping
from typing import Final

from constructs_lib.core.job_metrics import JobMetric, QueueMetric

CHANGED: Final = "Batch Job State Change"
BLOCKED: Final = "Batch Job Queue Blocked"

STATUSES: Final = ("RUNNABLE", "RUNNING", "SUCCEEDED", "FAILED")
"""Of the events that are counted; those of the others would only fill the log."""

_OF_JOB: Final = ("$.detail.arrayProperties.size NOT EXISTS", "$.detail.nodeDetails.nodeIndex NOT EXISTS")
# The first element exists from the second attempt on.
_FIRST_ATTEMPT: Final = "$.detail.attempts[0].stoppedAt NOT EXISTS"
_LATER_ATTEMPT: Final = "$.detail.attempts[0].stoppedAt > 0"

_OF_METRIC: Final[Mapping[JobMetric, tuple[str, ...]]] = {
    JobMetric.SUBMITTED: ('$.detail.status = "RUNNABLE"', _FIRST_ATTEMPT),
    JobMetric.STARTED: ('$.detail.status = "RUNNING"',),
    JobMetric.RETRIED: ('$.detail.status = "RUNNABLE"', _LATER_ATTEMPT),
    JobMetric.SUCCEEDED: ('$.detail.status = "SUCCEEDED"',),
    JobMetric.FAILED: ('$.detail.status = "FAILED"',),
}


def jobs_counted_by(what: JobMetric, *conditions: str) -> str:
    """The pattern of the events that a metric of jobs counts.

    Args:
        what: the metric.
        conditions: further ones, which an event has to fulfil.
    """
    return _all(_kind(CHANGED), *_OF_METRIC[what], *_OF_JOB, *conditions)


def events_counted_by(what: QueueMetric) -> str:
    """The pattern of the events that a metric of a queue counts; only `QueueMetric.BLOCKED` counts events."""
    return {QueueMetric.BLOCKED: _all(_kind(BLOCKED), '$.detail.status = "RUNNABLE"')}[what]


def _kind(detail_type: str) -> str:
    return f'$.detail-type = "{detail_type}"'


def _all(*conditions: str) -> str:
    return "{ " + " && ".join(f"({condition})" for condition in conditions) + " }"
