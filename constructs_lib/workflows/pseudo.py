"""CloudFormation's pseudo parameters, asked of aws-cdk-lib once: each question crosses to another process and back."""

from typing import Final

from aws_cdk import Aws

ACCOUNT_ID: Final = Aws.ACCOUNT_ID
PARTITION: Final = Aws.PARTITION
REGION: Final = Aws.REGION
