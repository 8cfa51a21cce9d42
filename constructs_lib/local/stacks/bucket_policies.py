"""Gap: moto's templates make no policies of buckets, nor buckets with what blocks public access and who owns objects.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

import json
from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends

from constructs_lib.local.account import PARTITION

_BLOCKS = {
    "BlockPublicAcls": "block_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "IgnorePublicAcls": "ignore_public_acls",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
_create = FakeBucket.create_from_cloudformation_json
_update = FakeBucket.update_from_cloudformation_json


class StackBucketPolicy(CloudFormationModel):
    """The policy of a bucket, of a stack.

    Args:
        bucket: the bucket's name.
    """

    def __init__(self, bucket: str) -> None:
        self.physical_resource_id = bucket

    @staticmethod
    def cloudformation_type() -> str:
        """Its type in templates."""
        return "AWS::S3::BucketPolicy"

    @staticmethod
    def cloudformation_name_type() -> str:
        """Nothing: it has no name of its own."""
        return ""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "StackBucketPolicy":
        """Put it."""
        del resource_name, region_name
        properties = cloudformation_json["Properties"]
        document = json.dumps(properties["PolicyDocument"]).encode()
        s3_backends[account_id][PARTITION].put_bucket_policy(properties["Bucket"], document)
        return cls(properties["Bucket"])

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "StackBucketPolicy",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "StackBucketPolicy":
        """Put it again; that of another bucket is another one."""
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        if made.physical_resource_id != original_resource.physical_resource_id:
            original_resource.delete(account_id, region_name)
        return made

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it, if its bucket is still there."""
        del region_name
        backend = s3_backends[account_id][PARTITION]
        if self.physical_resource_id in backend.buckets:
            backend.delete_bucket_policy(self.physical_resource_id)


def install() -> None:
    """Let templates make policies, and say who may have public ones."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()
    FakeBucket.create_from_cloudformation_json = classmethod(_made)
    FakeBucket.update_from_cloudformation_json = classmethod(_updated)


def _made(_: type[FakeBucket], resource_name: str, cloudformation_json: Any, *place: Any, **more: Any) -> FakeBucket:
    bucket = _create(resource_name, cloudformation_json, *place, **more)
    _set(bucket, cloudformation_json.get("Properties", {}))
    return bucket


def _updated(_: type[FakeBucket], /, **given: Any) -> FakeBucket:
    bucket = _update(**given)
    _set(bucket, given["cloudformation_json"].get("Properties", {}))
    return bucket


def _set(bucket: Any, properties: dict[str, Any]) -> None:
    block = properties.get("PublicAccessBlockConfiguration")
    if block is not None:  # what it does not say is not blocked
        given = {member: str(block.get(name, False)).lower() for name, member in _BLOCKS.items()}
        bucket.public_access_block = PublicAccessBlock(**given)
    if controls := properties.get("OwnershipControls"):
        bucket.ownership_rule = controls["Rules"][0]["ObjectOwnership"]
