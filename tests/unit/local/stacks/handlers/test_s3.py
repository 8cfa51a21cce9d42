"""Lives of buckets and their policies."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

BUCKET = {"Type": "AWS::S3::Bucket"}
QUEUE = {"Type": "AWS::SQS::Queue"}
BLOCK_ALL = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), "true")
KMS = {
    "ServerSideEncryptionConfiguration": [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"},
        }
    ]
}
RULE_IN, RULE_OUT = (
    {
        "Id": "old",
        "Status": "Enabled",
        "Prefix": "logs/",
        "TagFilters": [{"Key": "kept", "Value": "no"}],
        "ExpirationInDays": 30,
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 7}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
        "NoncurrentVersionTransition": {"StorageClass": "GLACIER", "TransitionInDays": 1},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    },
    {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "kept", "Value": "no"}]}},
        "Expiration": {"Days": 30},
        "Transitions": [{"StorageClass": "GLACIER", "Days": 7}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
        "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "NoncurrentDays": 1}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    },
)
SHORT_RULE_IN, SHORT_RULE_OUT = (
    {"Id": "all", "Status": "Disabled", "ExpirationInDays": "1"},
    {"ID": "all", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
)
LIFECYCLES = {"logs/": [RULE_OUT], None: [SHORT_RULE_OUT]}
CORS_IN = {
    "CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAge": 60, "ExposedHeaders": ["ETag"]}]
}
CORS_OUT = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 60, "ExposeHeaders": ["ETag"]}]
WEBSITE_IN = {
    "IndexDocument": "index.html",
    "ErrorDocument": "error.html",
    "RoutingRules": [
        {"RoutingRuleCondition": {"KeyPrefixEquals": "old/"}, "RedirectRule": {"ReplaceKeyPrefixWith": "new/"}}
    ],
}
WEBSITE_OUT = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}],
}
NOTIFICATIONS = {
    "QueueConfigurations": [
        {
            "Event": "s3:ObjectCreated:*",
            "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
            "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".csv"}]}},
        }
    ],
    "EventBridgeConfiguration": {"EventBridgeEnabled": True},
}


def or_none(call: Any, member: str, **arguments: Any) -> Any:
    """What an operation tells, or None of what is not set."""
    try:
        return call(**arguments).get(member)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            raise
        return None


def bucket(services: Services, name: str, properties: Properties) -> dict[str, str]:
    s3, which = services.client("s3"), {"Bucket": name}
    assert s3.get_bucket_location(**which)["LocationConstraint"] == "eu-west-1"
    versioning = properties.get("VersioningConfiguration", {}).get("Status")
    assert s3.get_bucket_versioning(**which).get("Status") in ({None, "Suspended"} if not versioning else {versioning})
    encryption = or_none(s3.get_bucket_encryption, "ServerSideEncryptionConfiguration", **which)
    assert bool(encryption) is ("BucketEncryption" in properties)
    if encryption:
        default = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        assert default == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}
        assert encryption["Rules"][0]["BucketKeyEnabled"] is True
    rules = or_none(s3.get_bucket_lifecycle_configuration, "Rules", **which)
    wanted = properties.get("LifecycleConfiguration")
    assert rules == (LIFECYCLES[wanted["Rules"][0].get("Prefix")] if wanted else None)
    assert or_none(s3.get_bucket_cors, "CORSRules", **which) == (
        CORS_OUT if "CorsConfiguration" in properties else None
    )
    website = or_none(s3.get_bucket_website, "IndexDocument", **which)
    assert website == (WEBSITE_OUT["IndexDocument"] if "WebsiteConfiguration" in properties else None)
    if website:
        told = s3.get_bucket_website(**which)
        assert {key: told[key] for key in WEBSITE_OUT} == WEBSITE_OUT
    if "PublicAccessBlockConfiguration" in properties:  # without one, it may be as new buckets are, or have none
        block = s3.get_public_access_block(**which)["PublicAccessBlockConfiguration"]
        assert list(block.values()) == [True, True, True, True]
    owner = or_none(s3.get_bucket_ownership_controls, "OwnershipControls", **which)
    assert (owner["Rules"] if owner else None) == properties.get("OwnershipControls", {}).get("Rules")
    accelerated = s3.get_bucket_accelerate_configuration(**which).get("Status")
    assert (accelerated == "Enabled") is ("AccelerateConfiguration" in properties)
    grants = s3.get_bucket_acl(**which)["Grants"]
    public = any(grant["Grantee"].get("URI", "").endswith("AllUsers") for grant in grants)
    assert public is ("AccessControl" in properties)
    told = s3.get_bucket_notification_configuration(**which)
    # moto does not tell of EventBridge, unless an embedded AWS is open.
    kept = s3_backends[services.account]["aws"].buckets[name].notification_configuration
    assert (kept is not None and kept.event_bridge is not None) is ("NotificationConfiguration" in properties)
    queues = [item["QueueArn"] for item in told.get("QueueConfigurations", [])]
    wanted = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    assert queues == [item["Queue"] for item in wanted]
    return {tag["Key"]: tag["Value"] for tag in or_none(s3.get_bucket_tagging, "TagSet", **which) or []}


def bucket_policy(services: Services, name: str, properties: Properties) -> None:
    document = services.client("s3").get_bucket_policy(Bucket=name)["Policy"]
    assert json.loads(document) == properties["PolicyDocument"]


def deny(action: str) -> dict[str, Any]:
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": arn}
    return {"Version": "2012-10-17", "Statement": [statement]}


S3_LIVES = [
    Life(
        "AWS::S3::Bucket",
        {},
        bucket,
        needs={"Queue": QUEUE},
        names={"BucketName": "data-of-the-weather"},
        changed=[
            {"VersioningConfiguration": {"Status": "Enabled"}},
            {"BucketEncryption": KMS},
            {"LifecycleConfiguration": {"Rules": [RULE_IN]}},
            {"LifecycleConfiguration": {"Rules": [SHORT_RULE_IN]}},
            {"CorsConfiguration": CORS_IN},
            {"WebsiteConfiguration": WEBSITE_IN},
            {"NotificationConfiguration": NOTIFICATIONS},
            {"PublicAccessBlockConfiguration": BLOCK_ALL},
            {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
            {"AccelerateConfiguration": {"AccelerationStatus": "Enabled"}},
            {"AccessControl": "PublicRead"},
        ],
        replaced={"BucketName": "other-data-of-the-weather"},
        attributes={
            "Arn": "arn:aws:s3:::lives-it-00000002",
            "RegionalDomainName": "lives-it-00000002.s3.eu-west-1.amazonaws.com",
            "WebsiteURL": "http://lives-it-00000002.s3-website-eu-west-1.amazonaws.com",
        },
    ),
    Life(
        "AWS::S3::BucketPolicy",
        {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": deny("s3:DeleteBucket")},
        bucket_policy,
        needs={"Bucket": BUCKET, "Other": BUCKET},
        changed={"PolicyDocument": deny("s3:PutBucketPolicy")},
        replaced={"Bucket": {"Ref": "Other"}},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", S3_LIVES, ids=str)
def test_buckets_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_bucket_keeps_its_objects_when_it_changes_and_stays_as_long_as_it_has_some(account: Account) -> None:
    s3 = account.services.client("s3")
    account.deploy({"Bucket": BUCKET})
    name = account.physical_id("Bucket")
    s3.put_object(Bucket=name, Key="key", Body=b"kept")
    account.deploy({"Bucket": {**BUCKET, "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}})
    assert account.physical_id("Bucket") == name
    with pytest.raises(HandlerError, match="The bucket you tried to delete is not empty"):
        account.deploy({})
    assert s3.get_object(Bucket=name, Key="key")["Body"].read() == b"kept"
    s3.delete_object(Bucket=name, Key="key", VersionId="null")
    s3.delete_bucket(Bucket=name)


def test_a_bucket_of_locked_objects_has_versions_and_a_default_retention(account: Account) -> None:
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}}
    properties = {"ObjectLockEnabled": True, "ObjectLockConfiguration": lock}
    account.deploy({"Bucket": {**BUCKET, "Properties": properties}})
    s3, which = account.services.client("s3"), {"Bucket": account.physical_id("Bucket")}
    assert s3.get_object_lock_configuration(**which)["ObjectLockConfiguration"] == lock
    assert s3.get_bucket_versioning(**which)["Status"] == "Enabled"


def test_a_bucket_may_log_to_one_whose_policy_comes_later(account: Account) -> None:
    logging = {"DestinationBucketName": {"Ref": "Logs"}, "LogFilePrefix": "data/"}
    logged = {**BUCKET, "Properties": {"LoggingConfiguration": logging}}
    account.deploy({"Logs": BUCKET, "Bucket": logged})
    s3, logs = account.services.client("s3"), account.physical_id("Logs")
    told = s3.get_bucket_logging(Bucket=account.physical_id("Bucket"))["LoggingEnabled"]
    assert (told["TargetBucket"], told["TargetPrefix"]) == (logs, "data/")
    account.deploy({"Logs": BUCKET, "Bucket": BUCKET})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=account.physical_id("Bucket"))
    for written in s3.list_objects_v2(Bucket=logs).get("Contents", []):
        s3.delete_object(Bucket=logs, Key=written["Key"])
