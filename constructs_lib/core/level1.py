"""The CloudFormation resources below aws-cdk-lib's L2 classes: the only casts for jsii."""

from typing import cast

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct


def cfn_compute_environment(environment: Construct) -> batch.CfnComputeEnvironment:
    """The AWS::Batch::ComputeEnvironment of an L2 environment."""
    return cast("batch.CfnComputeEnvironment", environment.node.default_child)


def cfn_job_definition(job: Construct) -> batch.CfnJobDefinition:
    """The AWS::Batch::JobDefinition of an L2 job definition."""
    return cast("batch.CfnJobDefinition", job.node.default_child)


def cfn_job_queue(queue: Construct) -> batch.CfnJobQueue:
    """The AWS::Batch::JobQueue of an L2 queue."""
    return cast("batch.CfnJobQueue", queue.node.default_child)


def cfn_launch_template(template: ec2.ILaunchTemplate) -> ec2.CfnLaunchTemplate:
    """The AWS::EC2::LaunchTemplate of an L2 launch template."""
    return cast("ec2.CfnLaunchTemplate", template.node.default_child)


def container_properties(job: Construct) -> batch.CfnJobDefinition.ContainerPropertiesProperty:
    """The container of a job definition of one container, as CloudFormation gets it."""
    return cast("batch.CfnJobDefinition.ContainerPropertiesProperty", cfn_job_definition(job).container_properties)
