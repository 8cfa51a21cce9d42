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

_SUCCEEDED: Final = ('$.detail.status = "SUCCEEDED"',)
_FAILED: Final = ('$.detail.status = "FAILED"',)

_OF_METRIC: Final[Mapping[JobMetric, Mapping[tuple[str, ...], int]]] = {
    JobMetric.SUBMITTED: {('$.detail.status = "RUNNABLE"', _FIRST_ATTEMPT): 1},
    JobMetric.STARTED: {('$.detail.status = "RUNNING"',): 1},
    JobMetric.RETRIED: {('$.detail.status = "RUNNABLE"', _LATER_ATTEMPT): 1},
    JobMetric.SUCCEEDED: {_SUCCEEDED: 1},
    JobMetric.FAILED: {_FAILED: 1},
    # One metric whose average is the share: two could not be divided where one of them has no value.
    JobMetric.FAILED_PERCENT: {_FAILED: 100, _SUCCEEDED: 0},
}

FILTERS_OF_JOBS: Final = sum(map(len, _OF_METRIC.values()))
"""How many metric filters the metrics of jobs have."""


def jobs_counted_by(what: JobMetric, *conditions: str) -> Mapping[str, int]:
    """The patterns of the events that a metric of jobs counts, each with the value of such an event.

    Args:
        what: the metric.
        conditions: further ones, which an event has to fulfil.
    """
    kind = _kind(CHANGED)
    return {_all(kind, *own, *_OF_JOB, *conditions): value for own, value in _OF_METRIC[what].items()}


def events_counted_by(what: QueueMetric) -> str:
    """The pattern of the events that a metric of a queue counts; only `QueueMetric.BLOCKED` counts events."""
    return {QueueMetric.BLOCKED: _all(_kind(BLOCKED), '$.detail.status = "RUNNABLE"')}[what]


def _kind(detail_type: str) -> str:
    return f'$.detail-type = "{detail_type}"'


def _all(*conditions: str) -> str:
    return "{ " + " && ".join(f"({condition})" for condition in conditions) + " }"
