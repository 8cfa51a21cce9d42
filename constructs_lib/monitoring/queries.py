"""Queries of Logs Insights over the events of jobs, and over the logs of state machines.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from collections.abc import Sequence
from typing import Final

from constructs_lib.monitoring.patterns import BLOCKED, CHANGED

Query = list[str]
"""The commands of a query."""

_MOST_ROWS: Final = 20
# A child of an array has an index and no size; a node of a multi-node job has an index.
_OF_JOB: Final = "filter not ispresent(detail.arrayProperties.size) and not ispresent(detail.nodeDetails.nodeIndex)"
_REASON: Final = "coalesce(detail.container.reason, detail.statusReason)"
_LATEST: Final = ["sort @timestamp desc", f"limit {_MOST_ROWS}"]


def failed_jobs(queues: Sequence[str]) -> Query:
    """The last jobs that failed, each with its reason.

    Args:
        queues: their ARNs, here and below.
    """
    shown = [
        "@timestamp",
        "detail.jobName as job",
        "detail.arrayProperties.index as child",
        f"{_REASON} as reason",
        "detail.container.exitCode as exitCode",
        "detail.jobId as id",
    ]
    return [
        _events(CHANGED, queues),
        'filter detail.status = "FAILED"',
        _OF_JOB,
        f"fields {', '.join(shown)}",
        *_LATEST,
    ]


def reasons_of_failures(queues: Sequence[str]) -> Query:
    """How many jobs failed for each reason."""
    return [
        _events(CHANGED, queues),
        'filter detail.status = "FAILED"',
        _OF_JOB,
        f"fields {_REASON} as reason, detail.container.exitCode as exitCode",
        "stats count(*) as jobs by reason, exitCode",
        "sort jobs desc",
        f"limit {_MOST_ROWS}",
    ]


def blocking_jobs(queues: Sequence[str]) -> Query:
    """The last jobs that blocked their queue, each with the reason."""
    shown = ["@timestamp", "detail.jobName as job", "detail.statusReason as reason", "detail.jobId as id"]
    return [_events(BLOCKED, queues), f"fields {', '.join(shown)}", *_LATEST]


def waiting_jobs(queues: Sequence[str]) -> Query:
    """The jobs that have been RUNNABLE for the longest, as far as the time that is shown reaches back."""
    return [
        _events(CHANGED, queues),
        _OF_JOB,
        "stats latest(detail.status) as status, max(@timestamp) as since by detail.jobId, detail.jobName",
        'filter status = "RUNNABLE"',
        "sort since asc",
        f"limit {_MOST_ROWS}",
    ]


def times_of_jobs(queues: Sequence[str]) -> Query:
    """How long jobs waited for the start of their last attempt and ran in it, in seconds, by their definition."""
    numbers = [
        "count(*) as jobs",
        "pct(waited, 50) as waitedMedian",
        "max(waited) as waitedLongest",
        "pct(ran, 50) as ranMedian",
        "max(ran) as ranLongest",
    ]
    return [*_ended_jobs(queues), f"stats {', '.join(numbers)} by definition", "sort jobs desc", f"limit {_MOST_ROWS}"]


def vcpu_hours_of_jobs(queues: Sequence[str], usd_per_vcpu_hour: str) -> Query:
    """How many vCPU hours the last attempts of jobs took, and what these cost about, by their definition.

    Args:
        queues: their ARNs.
        usd_per_vcpu_hour: a price, with the memory that comes with a vCPU.
    """
    return [
        *_ended_jobs(queues),
        # The requirements of a job are in no fixed order.
        r'parse @message /"value":\s*"(?<vcpusFirst>[0-9.]+)",\s*"type":\s*"VCPU"/',
        r'parse @message /"type":\s*"VCPU",\s*"value":\s*"(?<vcpusLast>[0-9.]+)"/',
        "fields coalesce(vcpusFirst, vcpusLast) * ran / 3600 as hours",
        f"stats sum(hours) as vcpuHours, sum(hours * {usd_per_vcpu_hour}) as usd by definition",
        "sort usd desc",
        f"limit {_MOST_ROWS}",
    ]


def last_executions() -> Query:
    """The last executions of the state machines whose logs are searched, each with its outcome."""
    return [
        "filter type in ["
        + ", ".join(f'"Execution{what}"' for what in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted"))
        + "]",
        "stats latest(type) as outcome, min(@timestamp) as started, max(@timestamp) as ended by execution_arn",
        "sort started desc",
        f"limit {_MOST_ROWS}",
    ]


def _ended_jobs(queues: Sequence[str]) -> Query:
    return [
        _events(CHANGED, queues),
        'filter detail.status in ["SUCCEEDED", "FAILED"] and ispresent(detail.startedAt)',
        _OF_JOB,
        r"parse detail.jobDefinition /job-definition\/(?<definition>[^:]+)/",
        "fields (detail.startedAt - detail.createdAt) / 1000 as waited",
        "fields (detail.stoppedAt - detail.startedAt) / 1000 as ran",
    ]


def _events(detail_type: str, queues: Sequence[str]) -> str:
    named = ", ".join(f'"{arn}"' for arn in queues)
    return f'filter `detail-type` = "{detail_type}" and detail.jobQueue in [{named}]'
