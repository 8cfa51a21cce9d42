"""Amazon S3: one operation may be several actions, and many have names of their own.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from constructs_lib.local.iam.requests.asked import Asked, Call, Place

# What is done to an object, and whether a version is a matter of its own.
_OBJECT_ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObject": "DeleteObject",
    "DeleteObjectTagging": "DeleteObjectTagging",
    "GetObject": "GetObject",
    "GetObjectAcl": "GetObjectAcl",
    "GetObjectAttributes": "GetObject",
    "GetObjectTagging": "GetObjectTagging",
    "HeadObject": "GetObject",
    "ListParts": "ListMultipartUploadParts",
    "PutObject": "PutObject",
    "PutObjectAcl": "PutObjectAcl",
    "PutObjectTagging": "PutObjectTagging",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_BUCKET_ACTIONS = {
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_VERSIONED = {
    "DeleteObject",
    "DeleteObjectTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectTagging",
    "PutObjectAcl",
    "PutObjectTagging",
}
_LIST_KEYS = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
_GRANTS = {
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
}
_OBJECT_KEYS = {
    "ACL": "s3:x-amz-acl",
    "CopySource": "s3:x-amz-copy-source",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
    "ObjectLockMode": "s3:object-lock-mode",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "VersionId": "s3:VersionId",
    **_GRANTS,
}
CONDITION_KEYS = frozenset({*_LIST_KEYS.values(), *_OBJECT_KEYS.values()})
"""What policies of buckets may ask about a request."""
_WRITES = {
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "PutObject",
    "UploadPart",
    "UploadPartCopy",
}
_READS = {"GetObject", "HeadObject"}
# What comes with an object that is made, or a bucket, takes rights of its own; by the members that say it.
_WITH_OBJECTS: dict[tuple[str, ...], str] = {
    ("ACL", *_GRANTS): "PutObjectAcl",
    ("Tagging",): "PutObjectTagging",
    ("ObjectLockMode", "ObjectLockRetainUntilDate"): "PutObjectRetention",
    ("ObjectLockLegalHoldStatus",): "PutObjectLegalHold",
}
_WITH_BUCKETS: dict[tuple[str, ...], str] = {
    ("ObjectLockEnabledForBucket",): "PutBucketObjectLockConfiguration",
    ("ObjectOwnership",): "PutBucketOwnershipControls",
}
_MAKE_OBJECTS = {"CopyObject", "CreateMultipartUpload", "PutObject"}
_BYPASS = "BypassGovernanceRetention"


def asked(call: Call, place: Place) -> list[Asked]:
    """What a call asks for."""
    given, bucket = call.parameters, call.parameters.get("Bucket")
    if not bucket:
        return [Asked("s3:ListAllMyBuckets" if call.operation == "ListBuckets" else f"s3:{call.operation}")]
    if call.operation == "DeleteObjects":
        return [
            item
            for found in given.get("Delete", {}).get("Objects", [])
            for item in _deleted(bucket, found, given, place)
        ]
    if "Key" not in given:
        return _bucket(call.operation, bucket, given, place)
    return [
        *_object(call.operation, bucket, given, place),
        *_source(bucket, given, place),
        *_keys(call.operation, bucket, given, place),
    ]


def _bucket(operation: str, bucket: str, given: dict[str, Any], place: Place) -> list[Asked]:
    name, arn = _BUCKET_ACTIONS.get(operation, operation), place.in_s3(bucket)
    keys = {**_LIST_KEYS, "ACL": "s3:x-amz-acl", **_GRANTS}
    context = {key: str(given[member]) for member, key in keys.items() if given.get(member) is not None}
    found = [Asked(f"s3:{name}", arn, context)]
    if operation == "CreateBucket":
        if given.get("ACL", "private") != "private" or any(given.get(member) for member in _GRANTS):
            found.append(Asked("s3:PutBucketAcl", arn, context))
        found += [Asked(f"s3:{name}", arn) for name in _more(given, _WITH_BUCKETS)]
    return found


def _object(operation: str, bucket: str, given: dict[str, Any], place: Place) -> list[Asked]:
    name = _OBJECT_ACTIONS.get(operation, operation)
    arn = place.in_s3(f"{bucket}/{given['Key']}")
    context: dict[str, str | Sequence[str]] = {
        key: str(given[member]) for member, key in _OBJECT_KEYS.items() if given.get(member)
    }
    tags = parse_qs(str(given.get("Tagging") or ""), keep_blank_values=True) if operation in _MAKE_OBJECTS else {}
    if tags:
        context |= {f"s3:RequestObjectTag/{tag}": values[0] for tag, values in tags.items()}
        context["s3:RequestObjectTagKeys"] = list(tags)
    existing = place.lookup.object_tags(bucket, given["Key"])
    context |= {f"s3:ExistingObjectTag/{tag}": value for tag, value in existing.items()}
    names = [name]
    if operation == "GetObjectAttributes":
        names.append("GetObjectAttributes")
    if operation in _MAKE_OBJECTS:
        names += _more(given, _WITH_OBJECTS)
    if given.get("BypassGovernanceRetention"):
        names.append(_BYPASS)
    return [Asked(f"s3:{_of_version(item, given)}", arn, context) for item in names]


def _deleted(bucket: str, item: dict[str, Any], given: dict[str, Any], place: Place) -> list[Asked]:
    arn = place.in_s3(f"{bucket}/{item['Key']}")
    names = [_of_version("DeleteObject", item), *([_BYPASS] if given.get("BypassGovernanceRetention") else [])]
    return [Asked(f"s3:{name}", arn) for name in names]


def _of_version(name: str, given: dict[str, Any]) -> str:
    is_versioned = given.get("VersionId") and name in _VERSIONED
    return name.replace("Object", "ObjectVersion", 1) if is_versioned else name


def _more(given: dict[str, Any], rights: dict[tuple[str, ...], str]) -> list[str]:
    return [name for members, name in rights.items() if any(given.get(member) for member in members)]


def _source(bucket: str, given: dict[str, Any], place: Place) -> list[Asked]:
    """What is copied has to be readable, and its tags, which are copied with it unless the request has others."""
    source = given.get("CopySource")
    if not source:
        return []
    path, _, version = unquote(source).removeprefix("/").partition("?versionId=")
    arn, versioned = place.in_s3(path), "Version" if version else ""
    tags = place.lookup.object_tags(*path.split("/", 1)) if "/" in path else {}
    context = {f"s3:ExistingObjectTag/{tag}": value for tag, value in tags.items()}
    found = [Asked(f"s3:GetObject{versioned}", arn, context)]
    if tags and "PartNumber" not in given and given.get("TaggingDirective", "COPY") == "COPY":
        found.append(Asked(f"s3:GetObject{versioned}Tagging", arn, context))
        found.append(Asked("s3:PutObjectTagging", place.in_s3(f"{bucket}/{given['Key']}")))
    return found


def _keys(operation: str, bucket: str, given: dict[str, Any], place: Place) -> list[Asked]:
    """S3 uses the key of a bucket by the rights of the caller."""
    key = given.get("SSEKMSKeyId") or place.lookup.bucket_key(bucket)
    if not key:
        return []
    arn = place.named("kms", "key/", key)
    context = {"kms:ViaService": f"s3.{place.region}.amazonaws.com"}
    if operation in _WRITES:
        parts = operation not in ("PutObject", "CopyObject")  # the parts of an upload are read when they are joined
        return [Asked(f"kms:{name}", arn, context) for name in ("GenerateDataKey", *(["Decrypt"] if parts else []))]
    return [Asked("kms:Decrypt", arn, context)] if operation in _READS else []
