"""The metrics of a queue, of this app or imported."""

from typing import Unpack

from aws_cdk import aws_batch as batch
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import flat
from constructs_lib.core.job_metrics import (
    QUEUE_DIMENSION,
    JobMetric,
    MeasuredJobs,
    MetricOptions,
    QueueMetric,
    metric,
    statistic_of,
    warn_unless_published,
)


@checked
class MeasuredQueue(MeasuredJobs):
    """Has the metrics of a queue, by its ``job_queue_arn``."""

    @property
    def _measured_arn(self) -> str:
        raise NotImplementedError

    @flat
    def metric_blocked(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the events that say that the job in front blocks the queue."""
        return self._metric(QueueMetric.BLOCKED, "Sum", options)

    @flat
    def metric_waiting(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the RUNNABLE jobs now, up to 100."""
        return self._metric(QueueMetric.WAITING, "Maximum", options)

    @flat
    def metric_front_seconds(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Measure how long the first RUNNABLE job has been the first, in seconds; 0 for an empty queue."""
        return self._metric(QueueMetric.FRONT_SECONDS, "Maximum", options)

    @flat
    def metric_vcpus(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the vCPUs of the jobs that are starting or running."""
        return self._metric(QueueMetric.VCPUS, "Maximum", options)

    def _job_metric(self, what: JobMetric, options: MetricOptions) -> cloudwatch.Metric:
        return self._metric(what, statistic_of(what), options)

    def _metric(self, what: JobMetric | QueueMetric, statistic: str, options: MetricOptions) -> cloudwatch.Metric:
        if isinstance(self, Construct):
            warn_unless_published(self, self._measured_arn)
        dimensions = {QUEUE_DIMENSION: self._measured_arn}
        return metric(what.value, statistic=statistic, options=options, dimensions=dimensions)


@checked
class QueueMetrics(MeasuredQueue):
    """The metrics of a queue that is no `JobQueue`: imported, or a queue of aws-cdk-lib.

    They exist once a `JobMetrics` or a `Monitoring` publishes them, of this app or of another one.

    Args:
        queue: the queue.
    """

    def __init__(self, *, queue: batch.IJobQueue) -> None:
        self._queue = queue

    @property
    def _measured_arn(self) -> str:
        return self._queue.job_queue_arn
