"""The metrics of the jobs of a fan-out.

The jobs are found by their name and definition: the events of AWS Batch have nothing else that tells them from other
jobs of the queue.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from aws_cdk import Names
from aws_cdk import aws_batch as batch
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.core.job_metrics import (
    JobMetric,
    MeasuredJobs,
    MetricOptions,
    metric,
    statistic_of,
    warn_unless_published,
)

_LONGEST_NAME: Final = 200


@dataclass(frozen=True, kw_only=True)
class JobsOfFanOut:
    """The jobs of a fan-out, as their events show them.

    Args:
        queues: to which they are submitted.
        job_name: their name, where ``*`` stands for any text; None if an expression of the user makes it.
        job: their definition; None if they have several.
    """

    queues: Sequence[batch.IJobQueue]
    job_name: str | None
    job: batch.IJobDefinition | None


class MeasuredFanOut(MeasuredJobs):
    """Has the metrics of the jobs of a fan-out, on all of its queues together.

    They exist once a `JobMetrics` or a `Monitoring` that is given the fan-out publishes them.
    """

    jobs_of_fan_out: JobsOfFanOut

    def _job_metric(self, what: JobMetric, options: MetricOptions) -> cloudwatch.Metric:
        name = name_of_metrics(self)
        if isinstance(self, Construct):
            warn_unless_published(self, name)
        return metric(f"{name}-{what.value}", statistic=statistic_of(what), options=options)


def name_of_metrics(fan_out: MeasuredFanOut) -> str:
    """What the names of all metrics of a fan-out begin with: its path, with the name of its stack."""
    construct = cast("Construct", fan_out)
    return Names.unique_resource_name(
        construct, max_length=_LONGEST_NAME, separator="-", allowed_special_characters="-_."
    )
