"""Checks of what S3 Files needs of a bucket."""

from aws_cdk import aws_s3 as s3

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule


def check_versions(place: ArgumentPath, bucket: s3.IBucket) -> None:
    """Refuse a bucket of this app that keeps no versions; of others nothing is known."""
    resource = bucket.node.default_child
    if isinstance(resource, s3.CfnBucket) and resource.versioning_configuration is None:
        raise Rule.S3_FILES_VERSIONS.error(
            place,
            got="a bucket without versions",
            expected="S3 Files detects changes by the versions of objects",
            fix="Make the bucket with versioned=True.",
        )
