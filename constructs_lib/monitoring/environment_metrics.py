"""The metrics of compute environments."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef

from constructs_lib.core.job_metrics import ENVIRONMENT_DIMENSION, EnvironmentMetric, metric


def environment_metric(
    environment: IComputeEnvironmentRef,
    what: EnvironmentMetric,
    *,
    period: Duration | None = None,
    label: str | None = None,
) -> cloudwatch.Metric:
    """A metric of a compute environment, which exists once it is measured.

    Args:
        environment: of this app or imported.
        what: is measured.
        period: whose highest value counts. Default: 5 minutes.
        label: its name in a graph. Default: CloudWatch makes one.
    """
    return metric(
        what.value,
        statistic="Maximum",
        options={"period": period, "label": label},
        dimensions={ENVIRONMENT_DIMENSION: environment.compute_environment_ref.compute_environment_arn},
    )
