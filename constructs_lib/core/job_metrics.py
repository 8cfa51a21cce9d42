"""The metrics of jobs: their names, which whoever publishes them and whoever reads them agree on.

AWS Batch has no metrics of jobs. `JobMetrics` makes them from its events, in the account and region of the queue.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/working_with_metrics.html
"""

from enum import StrEnum
from typing import Annotated, Final, TypedDict, Unpack
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Annotations, Aspects, Duration, IAspect
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct, IConstruct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import Option, flat
from constructs_lib.rules import Caution

NAMESPACE: Final = "ConstructsLib/Batch"
"""Of all metrics of jobs."""

QUEUE_DIMENSION: Final = "JobQueue"
"""The dimension of the metrics of a queue, whose value is its ARN."""

ENVIRONMENT_DIMENSION: Final = "ComputeEnvironment"
"""The dimension of the metrics of a compute environment, whose value is its ARN."""


class JobMetric(StrEnum):
    """What is counted of jobs, each child of an array and each multi-node job as one job.

    The value is the name of the metric of a queue in CloudWatch.
    """

    SUBMITTED = "Submitted"
    """Jobs that became RUNNABLE for the first time: AWS Batch sends no event of a submission."""

    STARTED = "Started"
    """Attempts that began to run."""

    RETRIED = "Retried"
    """Attempts that failed and are followed by another one."""

    SUCCEEDED = "Succeeded"
    """Jobs that succeeded."""

    FAILED = "Failed"
    """Jobs that failed, after their last attempt; cancelled and terminated ones among them."""

    FAILED_PERCENT = "FailedPercent"
    """The share of failed jobs among those that ended: the average of 100 for each that failed and 0 for each other."""


class QueueMetric(StrEnum):
    """What is known of a queue besides; the value is the name of the metric in CloudWatch."""

    BLOCKED = "Blocked"
    """Events that say that the job in front blocks the queue."""

    WAITING = "Waiting"
    """RUNNABLE jobs now, up to 100."""

    FRONT_SECONDS = "FrontSeconds"
    """How long the first RUNNABLE job has been the first; 0 for an empty queue."""

    VCPUS = "VCpus"
    """The vCPUs of the jobs that are starting or running."""


class EnvironmentMetric(StrEnum):
    """What is known of a compute environment; the value is the name of the metric in CloudWatch."""

    INVALID = "Invalid"
    """1 while the environment is INVALID, else 0."""

    MAX_VCPUS = "MaxVCpus"
    """The maximum of vCPUs, also where it was changed after the deployment; 0 while the environment is disabled."""


class MetricOptions(TypedDict, total=False):
    """Options of a metric, as of aws-cdk-lib's own."""

    period: Annotated[Duration | None, Option("over which it is summed up. Default: 5 minutes.")]
    statistic: Annotated[str | None, Option("such as ``Sum``. Default: the one that fits the metric.")]
    label: Annotated[str | None, Option("its name in a graph. Default: CloudWatch makes one.")]
    color: Annotated[str | None, Option("of its line, such as ``#2ca02c``. Default: CloudWatch chooses.")]


def statistic_of(what: JobMetric) -> str:
    """The statistic that fits a metric of jobs."""
    return "Average" if what is JobMetric.FAILED_PERCENT else "Sum"


def metric(
    name: str, *, statistic: str, options: MetricOptions, dimensions: dict[str, str] | None = None
) -> cloudwatch.Metric:
    """A metric of jobs as aws-cdk-lib takes it.

    Args:
        name: of the metric.
        statistic: unless the options have one.
        options: as passed by the user.
        dimensions: of the metric. Default: none.
    """
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=options.get("statistic") or statistic,
        period=options.get("period"),
        label=options.get("label"),
        color=options.get("color"),
    )


_PUBLISHED: Final[WeakKeyDictionary[IConstruct, dict[str, Construct]]] = WeakKeyDictionary()
"""Of each app, what publishes the metrics of a queue or fan-out, by its ARN or the name of its metrics."""
_WARNED: Final[WeakKeyDictionary[IConstruct, str]] = WeakKeyDictionary()


def publishers(scope: IConstruct) -> dict[str, Construct]:
    """What publishes the metrics of a queue or fan-out of the app, by its ARN or the name of its metrics.

    Args:
        scope: anything of the app.
    """
    return _PUBLISHED.setdefault(scope.node.root, {})


def warn_unless_published(construct: Construct, key: str) -> None:
    """Warn of a construct whose metrics are used and never published, once the app is complete."""
    if construct not in _WARNED:
        _WARNED[construct] = key
        Aspects.of(construct).add(_Look(construct, key))


@jsii.implements(IAspect)
class _Look:
    def __init__(self, construct: Construct, key: str) -> None:
        self._construct = construct
        self._key = key

    @jsii.member(jsii_name="visit")
    def visit(self, node: IConstruct) -> None:
        """Look when it is the turn of the construct: what publishes may be made after it.

        Args:
            node: the construct, or one of its own.
        """
        if node is self._construct and self._key not in publishers(node):
            Annotations.of(node).add_warning_v2(
                Caution.UNPUBLISHED_METRICS.id,
                "Its metrics are used, and nothing in this app publishes them: they stay empty. Pass it to a "
                "Monitoring or to JobMetrics.",
            )


@checked
class MeasuredJobs:
    """Has metrics of jobs, which exist once a `JobMetrics` or a `Monitoring` publishes them."""

    def _job_metric(self, what: JobMetric, options: MetricOptions) -> cloudwatch.Metric:
        raise NotImplementedError

    @flat
    def metric_submitted(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the jobs that became RUNNABLE for the first time: AWS Batch sends no event of a submission."""
        return self._job_metric(JobMetric.SUBMITTED, options)

    @flat
    def metric_started(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the attempts that began to run."""
        return self._job_metric(JobMetric.STARTED, options)

    @flat
    def metric_retried(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the attempts that failed and are followed by another one."""
        return self._job_metric(JobMetric.RETRIED, options)

    @flat
    def metric_succeeded(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the jobs that succeeded."""
        return self._job_metric(JobMetric.SUCCEEDED, options)

    @flat
    def metric_failed(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Count the jobs that failed after their last attempt, cancelled and terminated ones among them."""
        return self._job_metric(JobMetric.FAILED, options)

    @flat
    def metric_failed_percent(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Measure the share of failed jobs among those that ended, in percent."""
        return self._job_metric(JobMetric.FAILED_PERCENT, options)
