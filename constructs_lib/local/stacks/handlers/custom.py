"""Custom resources: made, but their Lambda functions are not run; that by which the CDK empties buckets is emulated."""

from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.handler import Desired, Made

AUTO_DELETE_OBJECTS = "Custom::S3AutoDeleteObjects"
_TYPE = "AWS::CloudFormation::CustomResource"


def is_custom(resource_type: str) -> bool:
    """Whether a resource type is one of a Lambda function."""
    return resource_type.startswith("Custom::") or resource_type == _TYPE


def is_run(resource_type: str) -> bool:
    """Whether what its function does is done here."""
    return resource_type == AUTO_DELETE_OBJECTS


class CustomResources:
    """Stands for custom resources; every attribute is empty, as a function may answer with any."""

    def create(self, desired: Desired) -> Made:
        """Make it, without a call to its function."""
        return Made(desired.logical_id)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change nothing."""
        del desired, before
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete it; a bucket with ``auto_delete_objects`` is emptied."""
        del made
        if desired.resource_type == AUTO_DELETE_OBJECTS:
            _empty(desired)

    def attribute(self, made: Made, desired: Desired, name: str) -> str:
        """Tell nothing."""
        del made, desired, name
        return ""

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Never."""
        del desired, before
        return False


def _empty(desired: Desired) -> None:
    bucket, s3 = desired.properties["BucketName"], desired.services.client("s3")
    try:
        for found in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for item in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
