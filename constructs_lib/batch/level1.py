"""The CloudFormation resources below aws-cdk-lib's L2 classes: the only casts for jsii."""

from typing import cast

from aws_cdk import aws_batch as batch
from constructs import Construct


def cfn_compute_environment(environment: Construct) -> batch.CfnComputeEnvironment:
    """The AWS::Batch::ComputeEnvironment of an L2 environment."""
    return cast("batch.CfnComputeEnvironment", environment.node.default_child)


def cfn_job_definition(job: Construct) -> batch.CfnJobDefinition:
    """The AWS::Batch::JobDefinition of an L2 job definition."""
    return cast("batch.CfnJobDefinition", job.node.default_child)
