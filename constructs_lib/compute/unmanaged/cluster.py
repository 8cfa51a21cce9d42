"""The ECS cluster that AWS Batch makes for an unmanaged environment, which CloudFormation does not tell.

Source: https://docs.aws.amazon.com/batch/latest/userguide/unmanaged_compute_environments.html
"""

from typing import Final

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import custom_resources as custom
from constructs import Construct

_CLUSTER: Final = "computeEnvironments.0.ecsClusterArn"
_LOGS: Final = "UnmanagedClusterLogs"


def cluster_of(environment: Construct, compute_environment_arn: str) -> str:
    """The ARN of the cluster, which is asked for once the environment has been made.

    Args:
        environment: the construct that the question belongs to.
        compute_environment_arn: of the environment.
    """
    question = custom.AwsSdkCall(
        service="Batch",
        action="DescribeComputeEnvironments",
        parameters={"computeEnvironments": [compute_environment_arn]},
        output_paths=[_CLUSTER],
        physical_resource_id=custom.PhysicalResourceId.of(compute_environment_arn),
    )
    answer = custom.AwsCustomResource(
        environment,
        "Cluster",
        on_create=question,
        on_update=question,
        install_latest_aws_sdk=False,
        policy=custom.AwsCustomResourcePolicy.from_statements(
            # The action has no narrower resource.
            [iam.PolicyStatement(actions=["batch:DescribeComputeEnvironments"], resources=["*"])]
        ),
        log_group=_log_group(Stack.of(environment)),
    )
    return str(answer.get_response_field(_CLUSTER))


def _log_group(stack: Stack) -> logs.ILogGroup:
    """One of the stack, which has one function for all such questions."""
    made = stack.node.try_find_child(_LOGS)
    if isinstance(made, logs.LogGroup):
        return made
    return logs.LogGroup(stack, _LOGS, retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY)
