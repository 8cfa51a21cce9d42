"""Amazon S3: one operation may be several actions, and many have names of their own.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from typing import Any
from urllib.parse import unquote

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
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_VERSIONED = {"DeleteObject", "GetObject", "GetObjectAcl", "GetObjectTagging"}
_LIST_KEYS = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
_WRITES = {
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "PutObject",
    "UploadPart",
    "UploadPartCopy",
}
_READS = {"GetObject", "HeadObject"}


def asked(call: Call, place: Place) -> list[Asked]:
    """What a call asks for."""
    given, bucket = call.parameters, call.parameters.get("Bucket")
    if not bucket:
        return [Asked("s3:ListAllMyBuckets" if call.operation == "ListBuckets" else f"s3:{call.operation}")]
    if call.operation == "DeleteObjects":
        keys = (item["Key"] for item in given.get("Delete", {}).get("Objects", []))
        return [Asked("s3:DeleteObject", f"arn:aws:s3:::{bucket}/{key}") for key in keys]
    if "Key" not in given:
        name = _BUCKET_ACTIONS.get(call.operation, call.operation)
        context = {key: str(given[member]) for member, key in _LIST_KEYS.items() if given.get(member) is not None}
        return [Asked(f"s3:{name}", f"arn:aws:s3:::{bucket}", context)]
    return [*_object(call.operation, bucket, given), *_source(given), *_keys(call.operation, bucket, given, place)]


def _object(operation: str, bucket: str, given: dict[str, Any]) -> list[Asked]:
    name = _OBJECT_ACTIONS.get(operation, operation)
    arn = f"arn:aws:s3:::{bucket}/{given['Key']}"
    versioned = "Version" if given.get("VersionId") and name in _VERSIONED else ""
    context = (
        {"s3:x-amz-server-side-encryption": given["ServerSideEncryption"]} if given.get("ServerSideEncryption") else {}
    )
    found = [Asked(f"s3:{name.replace('Object', f'Object{versioned}', 1)}", arn, context)]
    if given.get("Tagging") and name == "PutObject":
        found.append(Asked("s3:PutObjectTagging", arn))
    return found


def _source(given: dict[str, Any]) -> list[Asked]:
    """What is copied has to be readable."""
    source = given.get("CopySource")
    if not source:
        return []
    path, _, version = unquote(source).removeprefix("/").partition("?versionId=")
    return [Asked("s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{path}")]


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
