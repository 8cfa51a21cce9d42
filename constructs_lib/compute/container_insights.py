"""Metrics of CloudWatch Container Insights for the cluster of a compute environment."""

from enum import StrEnum

from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.level1 import cfn_compute_environment


class ContainerInsights(StrEnum):
    """Which metrics are collected; CloudWatch charges for them as for custom metrics.

    Source: https://docs.aws.amazon.com/batch/latest/userguide/cloudwatch-container-insights.html
    """

    ENABLED = "ENABLED"
    """CPU, memory, disk and network of the environment."""

    ENHANCED = "ENHANCED"
    """The same, and of each task and container."""

    DISABLED = "DISABLED"
    """Nothing, also where the account has it on for ECS."""


def set_container_insights(environment: Construct, insights: ContainerInsights | None) -> None:
    """Render what aws-cdk-lib's L2 classes have no option for; None leaves it to the ECS settings of the account."""
    if insights is not None:
        resource = (
            environment
            if isinstance(environment, batch.CfnComputeEnvironment)
            else cfn_compute_environment(environment)
        )
        resource.add_property_override("EcsSettings.ContainerInsights", insights.value)
