"""Each metric counts the events that it should, and no others."""

import pytest

from constructs_lib.core.job_metrics import JobMetric, QueueMetric
from constructs_lib.monitoring.patterns import events_counted_by, jobs_counted_by
from tests.unit.monitoring.filter_patterns import matches
from tests.unit.monitoring.recorded import ARRAY, ATTEMPT, CHILD, DOCUMENTED, NODE, SEVERAL_NODES, Event, blocked, event

COUNTED = [
    ("a job that waits", DOCUMENTED, {JobMetric.SUBMITTED}),
    ("a job that depends on others", event("PENDING"), set()),
    ("a job that is being placed", event("STARTING"), set()),
    ("a job that runs", event("RUNNING", startedAt=1641944260000), {JobMetric.STARTED}),
    ("a second attempt that waits", event("RUNNABLE", attempts=[ATTEMPT]), {JobMetric.RETRIED}),
    ("a second attempt that runs", event("RUNNING", attempts=[ATTEMPT]), {JobMetric.STARTED}),
    ("a job that succeeded", event("SUCCEEDED", attempts=[ATTEMPT]), {JobMetric.SUCCEEDED, JobMetric.FAILED_PERCENT}),
    ("a job that failed", event("FAILED", attempts=[ATTEMPT]), {JobMetric.FAILED, JobMetric.FAILED_PERCENT}),
    (
        "a job that was cancelled",
        event("FAILED", statusReason="Cancelled by me"),
        {JobMetric.FAILED, JobMetric.FAILED_PERCENT},
    ),
    ("a child that waits", event("RUNNABLE", **CHILD), {JobMetric.SUBMITTED}),
    ("a child that failed", event("FAILED", attempts=[ATTEMPT], **CHILD), {JobMetric.FAILED, JobMetric.FAILED_PERCENT}),
    ("an array whose children wait", event("PENDING", **ARRAY), set()),
    ("an array that succeeded", event("SUCCEEDED", **ARRAY), set()),
    ("an array that failed", event("FAILED", **ARRAY), set()),
    ("a node that runs", event("RUNNING", **NODE), set()),
    ("a job of several nodes", event("RUNNING", **SEVERAL_NODES), {JobMetric.STARTED}),
    ("a job that blocks its queue", blocked(), {QueueMetric.BLOCKED}),
]


def counted_by(of: Event) -> set[JobMetric | QueueMetric]:
    jobs = {what for what in JobMetric if any(matches(pattern, of) for pattern in jobs_counted_by(what))}
    return jobs | ({QueueMetric.BLOCKED} if matches(events_counted_by(QueueMetric.BLOCKED), of) else set())


@pytest.mark.parametrize(("of", "metrics"), [case[1:] for case in COUNTED], ids=[case[0] for case in COUNTED])
def test_an_event_is_counted_by_its_metric_alone(of: Event, metrics: set[JobMetric | QueueMetric]) -> None:
    assert counted_by(of) == metrics


def test_a_condition_narrows_a_metric() -> None:
    [narrowed] = jobs_counted_by(JobMetric.FAILED, '$.detail.jobName = "event-*"')
    assert matches(narrowed, event("FAILED"))
    assert not matches(narrowed, event("FAILED", jobName="other"))


def test_the_average_of_ended_jobs_is_the_share_of_those_that_failed() -> None:
    ended = [event("FAILED"), *[event("SUCCEEDED")] * 3, event("RUNNING"), event("FAILED", **ARRAY)]
    patterns = jobs_counted_by(JobMetric.FAILED_PERCENT)
    values = [value for of in ended for pattern, value in patterns.items() if matches(pattern, of)]
    assert sum(values) / len(values) == 25
