"""The role by which S3 Files keeps a file system and a bucket in step.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-files-prereq-policies.html
"""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.storage.s3_rights import list_below, on_objects, with_key

_OBJECTS = ["s3:AbortMultipartUpload", "s3:DeleteObject*", "s3:GetObject*", "s3:List*", "s3:PutObject*"]
_CHANGE_RULES = [
    "events:DeleteRule",
    "events:DisableRule",
    "events:EnableRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
]
_READ_RULES = ["events:DescribeRule", "events:ListRuleNamesByTarget", "events:ListRules", "events:ListTargetsByRule"]


def make_sync_role(scope: Construct, bucket: s3.IBucket, prefix: str) -> iam.Role:
    """A role that S3 Files takes on for file systems of this account, for the objects below a prefix."""
    return iam.Role(
        scope,
        "SyncRole",
        assumed_by=iam.ServicePrincipal(
            "elasticfilesystem.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": _arn("s3files", "file-system/*")},
            },
        ),
        description="Keeps a file system of S3 Files and its bucket in step",
        inline_policies={
            "Bucket": iam.PolicyDocument(
                statements=[
                    list_below(bucket, prefix, ["s3:ListBucket", "s3:ListBucketVersions"]),
                    on_objects(bucket, prefix, _OBJECTS),
                    *with_key(bucket, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
                ]
            ),
            "Changes": iam.PolicyDocument(statements=list(_rules())),
        },
    )


def _rules() -> Sequence[iam.PolicyStatement]:
    # S3 Files learns of changed objects by rules of EventBridge that it makes itself.
    managed = {"StringEquals": {"events:ManagedBy": "elasticfilesystem.amazonaws.com"}}
    own = _arn("events", "rule/DO-NOT-DELETE-S3-Files*")
    return (
        iam.PolicyStatement(actions=_CHANGE_RULES, resources=[own], conditions=managed),
        iam.PolicyStatement(actions=_READ_RULES, resources=[_arn("events", "rule/*")]),
    )


def _arn(service: str, resource: str) -> str:
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"
