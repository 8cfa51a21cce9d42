"""Rights on the objects of a bucket below a prefix.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
"""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3


def read_objects(bucket: s3.IBucket, prefix: str) -> list[iam.PolicyStatement]:
    """Get and list the objects below a prefix; without any, the bucket's."""
    return [
        on_objects(bucket, prefix, ["s3:GetObject", "s3:GetObjectVersion"]),
        list_below(bucket, prefix, ["s3:ListBucket"]),
        *with_key(bucket, ["kms:Decrypt"]),
    ]


def write_objects(bucket: s3.IBucket, prefix: str) -> list[iam.PolicyStatement]:
    """Put objects below a prefix, of any size."""
    return [
        on_objects(bucket, prefix, ["s3:AbortMultipartUpload", "s3:PutObject"]),
        # S3 decrypts the parts of an upload to put them together.
        *with_key(bucket, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]


def delete_objects(bucket: s3.IBucket, prefix: str) -> list[iam.PolicyStatement]:
    """Delete objects below a prefix."""
    return [on_objects(bucket, prefix, ["s3:DeleteObject"])]


def on_objects(bucket: s3.IBucket, prefix: str, actions: Sequence[str]) -> iam.PolicyStatement:
    """Actions on the objects below a prefix."""
    return iam.PolicyStatement(actions=list(actions), resources=[bucket.arn_for_objects(f"{prefix}*")])


def list_below(bucket: s3.IBucket, prefix: str, actions: Sequence[str]) -> iam.PolicyStatement:
    """Actions on the bucket that list what is below a prefix."""
    below = {"StringLike": {"s3:prefix": [f"{prefix}*"]}} if prefix else None
    return iam.PolicyStatement(actions=list(actions), resources=[bucket.bucket_arn], conditions=below)


def with_key(bucket: s3.IBucket, actions: Sequence[str]) -> list[iam.PolicyStatement]:
    """Actions on the key of a bucket that is encrypted with a key of yours."""
    key = bucket.encryption_key
    return [iam.PolicyStatement(actions=list(actions), resources=[key.key_arn])] if key else []
