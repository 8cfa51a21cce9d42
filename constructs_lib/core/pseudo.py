"""CloudFormation's pseudo parameters, asked of aws-cdk-lib once: each question crosses to another process and back.

Asked when they are needed and not when this is imported: the first question makes Node load all of aws-cdk-lib.
"""

from functools import cache

from aws_cdk import Aws


@cache
def account_id() -> str:
    """The account that the stack is deployed to."""
    return Aws.ACCOUNT_ID


@cache
def partition() -> str:
    """The partition that the stack is deployed to, such as ``aws``."""
    return Aws.PARTITION


@cache
def region() -> str:
    """The region that the stack is deployed to."""
    return Aws.REGION
