"""The CloudFormation resources below aws-cdk-lib's L2 classes: the only casts for jsii."""

from typing import cast

from aws_cdk import aws_batch as batch
from constructs import Construct


def cfn_compute_environment(environment: Construct) -> batch.CfnComputeEnvironment:
    """The AWS::Batch::ComputeEnvironment of an L2 environment."""
    return cast("batch.CfnComputeEnvironment", environment.node.default_child)
