"""Gap: moto's buckets are open unless they are closed, and it judges by their policies without the conditions.

New buckets block public access, as those of AWS have since April 2023; what a policy allows and denies is judged by
`constructs_lib.local.iam`, before a request reaches moto, which then judges no more.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
"""

from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend

from constructs_lib.local.iam.buckets import policies
from constructs_lib.local.patching import Change, Item, Patch

_make = FakeBucket.__init__
_put_policy = S3Backend.put_bucket_policy


def patches() -> list[Change]:
    """Close it."""
    return [
        Patch(FakeBucket, "__init__", _new_bucket),
        Patch(FakeBucket, "get_permission", _no_say),
        Patch(S3Backend, "put_bucket_policy", _judged_policy),
        # S3 refuses so, and its model does not say it: without this, moto warns of each refusal.
        Item(COMMON_ERROR_CODES, "MalformedPolicy"),
    ]


def _new_bucket(bucket: Any, *args: Any, **options: Any) -> None:
    _make(bucket, *args, **options)
    bucket.public_access_block = PublicAccessBlock(
        block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
    )


def _no_say(*_: Any) -> Any:
    return PermissionResult.NEUTRAL


def _judged_policy(backend: Any, bucket_name: str, policy: bytes) -> None:
    if problem := policies.problem(policy):
        raise S3ClientError("MalformedPolicy", problem)
    block = backend.get_bucket(bucket_name).public_access_block
    if block is not None and block.block_public_policy and policies.is_public(policy):
        message = (
            "User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the "
            "BlockPublicPolicy block public access setting."
        )
        raise S3ClientError("AccessDenied", message)
    _put_policy(backend, bucket_name, policy)
