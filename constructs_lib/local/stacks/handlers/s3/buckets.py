"""AWS::S3::Bucket.

Metrics, analytics, intelligent tiering and metadata tables of a bucket change nothing here: moto has none of them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from collections.abc import Callable
from typing import Any, ClassVar

from moto.s3.models import PublicAccessBlock

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.s3 import configurations
from constructs_lib.local.stacks.handlers.s3.backend import backend_of

_OLD_WEBSITES = (
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
)
"""Where the names of websites have a hyphen before the region.

Source: https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
"""


def _domain(bucket: Any, part: str = "s3.") -> str:
    return f"{bucket.name}.{part}amazonaws.com{'.cn' if bucket.partition == 'aws-cn' else ''}"


def _website(bucket: Any) -> str:
    between = "-" if bucket.region_name in _OLD_WEBSITES else "."
    return f"http://{_domain(bucket, f's3-website{between}{bucket.region_name}.')}"


class _Bucket(ResourceHandler):
    attributes: ClassVar = {
        "Arn": lambda bucket: bucket.arn,
        "DomainName": _domain,
        "DualStackDomainName": lambda bucket: _domain(bucket, f"s3.dualstack.{bucket.region_name}."),
        "RegionalDomainName": lambda bucket: _domain(bucket, f"s3.{bucket.region_name}."),
        "WebsiteURL": _website,
    }

    def make(self, desired: Desired) -> Made:
        bucket = backend_of(desired).create_bucket(_name(desired), desired.services.region)
        if boolean(desired.properties.get("ObjectLockEnabled", False)):
            bucket.object_lock_enabled, bucket.versioning_status = True, "Enabled"
        return Made(bucket.name, bucket)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set what changes: what is only kept, in moto's object; what is checked or translated, by the API."""
        bucket = self.read(made, desired)
        for name, keep in _KEPT.items():
            if change.touches(name):
                keep(bucket, change.after.get(name))
        if change.touches("Tags"):
            _tag(bucket, desired, change)
        for name, configuration in configurations.BY_API.items():
            if change.touches(name):
                s3 = desired.services.client("s3")
                configuration.put(s3, made.physical_id, change.after.get(name))

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it if nothing is in it."""
        backend = backend_of(desired)
        bucket = backend.get_bucket(made.physical_id)
        if bucket.keys:
            raise HandlerError("The bucket you tried to delete is not empty")
        backend.tagger.delete_all_tags_for_resource(bucket.arn)
        backend.delete_bucket(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).get_bucket(made.physical_id)


def _name(desired: Desired) -> str:
    properties, services = desired.properties, desired.services
    if "BucketNamePrefix" in properties:
        return f"{properties['BucketNamePrefix']}-{services.account}-{services.region}-an"
    return str(properties.get("BucketName", desired.name.lower()))


def _tag(bucket: Any, desired: Desired, change: Change) -> None:
    tagger, (changed, gone) = backend_of(desired).tagger, change.tags()
    tagger.tag_resource(bucket.arn, [{"Key": key, "Value": value} for key, value in changed.items()])
    tagger.untag_resource_using_names(bucket.arn, gone)


def _keep_encryption(bucket: Any, wanted: Properties | None) -> None:
    bucket.encryption = configurations.encryption(wanted) if wanted else None


def _keep_lifecycle(bucket: Any, wanted: Properties | None) -> None:
    bucket.set_lifecycle([configurations.lifecycle_rule(rule) for rule in (wanted or {}).get("Rules", [])])


def _keep_versioning(bucket: Any, wanted: Properties | None) -> None:
    bucket.versioning_status = wanted["Status"] if wanted else "Suspended"


def _keep_block(bucket: Any, wanted: Properties | None) -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    # What it does not say is not blocked.
    blocks = [str(boolean((wanted or {}).get(name, False))).lower() for name in names]
    bucket.public_access_block = None if wanted is None else PublicAccessBlock(*blocks)


def _keep_ownership(bucket: Any, wanted: Properties | None) -> None:
    bucket.ownership_rule = wanted["Rules"][0]["ObjectOwnership"] if wanted else None


def _keep_logging(bucket: Any, wanted: Properties | None) -> None:
    # Whether the service may write there is for the policy of that bucket, which may come later.
    if wanted is None:
        bucket.logging = {}
        return
    prefix = {"TargetPrefix": wanted.get("LogFilePrefix", "")}
    bucket.logging = {"TargetBucket": wanted.get("DestinationBucketName", bucket.name), **prefix}


def _keep_lock(bucket: Any, wanted: Properties | None) -> None:
    retention = (wanted or {}).get("Rule", {}).get("DefaultRetention", {})
    bucket.default_lock_mode = retention.get("Mode", "")
    bucket.default_lock_days = int(retention["Days"]) if "Days" in retention else None
    bucket.default_lock_years = int(retention["Years"]) if "Years" in retention else None
    if wanted is not None:
        bucket.object_lock_enabled = True


_KEPT: dict[str, Callable[[Any, Properties | None], None]] = {
    "BucketEncryption": _keep_encryption,
    "LifecycleConfiguration": _keep_lifecycle,
    "LoggingConfiguration": _keep_logging,
    "ObjectLockConfiguration": _keep_lock,
    "OwnershipControls": _keep_ownership,
    "PublicAccessBlockConfiguration": _keep_block,
    "VersioningConfiguration": _keep_versioning,
}

HANDLERS: dict[str, Handler] = {"AWS::S3::Bucket": _Bucket()}
