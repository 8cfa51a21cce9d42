"""The actions of calls of S3: what an ACL, tags, locks and versions add to them."""

from typing import Any
from unittest.mock import Mock

import pytest

from constructs_lib.local.iam.requests import Asked, Call, Place, asked_by

BUCKET, KEY = "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key"
OBJECT = {"Bucket": "bucket", "Key": "key"}


TAGS: dict[tuple[str, str], dict[str, str]] = {("other", "tagged"): {"team": "a"}, ("bucket", "tagged"): {"team": "b"}}


def asked(operation: str, **given: Any) -> list[Asked]:
    lookup = Mock()
    lookup.bucket_key.return_value = None
    lookup.object_tags = lambda bucket, key: TAGS.get((bucket, key), {})
    return asked_by(Call("s3", operation, given), Place("123456789012", "us-east-1", lookup))


def actions(operation: str, **given: Any) -> list[tuple[str, str | None]]:
    return [(item.action.removeprefix("s3:"), item.resource) for item in asked(operation, **given)]


@pytest.mark.parametrize("operation", ["PutObject", "CopyObject", "CreateMultipartUpload"])
@pytest.mark.parametrize(
    ("with_it", "action"),
    [
        ({"ACL": "private"}, "PutObjectAcl"),
        ({"ACL": "public-read"}, "PutObjectAcl"),
        ({"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}, "PutObjectAcl"),
        ({"GrantFullControl": "id=1"}, "PutObjectAcl"),
        ({"Tagging": "a=b"}, "PutObjectTagging"),
        ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2030-01-01"}, "PutObjectRetention"),
        ({"ObjectLockLegalHoldStatus": "ON"}, "PutObjectLegalHold"),
    ],
)
def test_what_comes_with_an_object_takes_a_right_of_its_own(
    operation: str, with_it: dict[str, str], action: str
) -> None:
    assert actions(operation, **OBJECT) == [("PutObject", KEY)]
    assert actions(operation, **OBJECT, **with_it) == [("PutObject", KEY), (action, KEY)]


def test_an_object_that_is_copied_has_to_be_readable() -> None:
    source = ("GetObject", "arn:aws:s3:::other/a b")
    assert actions("CopyObject", **OBJECT, CopySource="other/a%20b", ACL="private") == [
        ("PutObject", KEY),
        ("PutObjectAcl", KEY),
        source,
    ]
    assert actions("UploadPartCopy", **OBJECT, CopySource="other/a%20b") == [("PutObject", KEY), source]
    versioned = actions("CopyObject", **OBJECT, CopySource="/other/a%20b?versionId=1")
    assert versioned == [("PutObject", KEY), ("GetObjectVersion", "arn:aws:s3:::other/a b")]


def test_the_tags_of_what_is_copied_are_read_and_put_unless_others_are_given() -> None:
    source, target = "arn:aws:s3:::other/tagged", [("PutObject", KEY)]
    copied = [("GetObject", source), ("GetObjectTagging", source), ("PutObjectTagging", KEY)]
    assert actions("CopyObject", **OBJECT, CopySource="other/tagged") == target + copied
    replaced = actions("CopyObject", **OBJECT, CopySource="other/tagged", TaggingDirective="REPLACE", Tagging="a=b")
    assert replaced == [*target, ("PutObjectTagging", KEY), ("GetObject", source)]
    assert actions("UploadPartCopy", **OBJECT, CopySource="other/tagged", PartNumber=1) == target + copied[:1]


def test_policies_may_ask_for_the_tags_that_an_object_has() -> None:
    [read] = asked("GetObject", Bucket="bucket", Key="tagged")
    assert read.context == {"s3:ExistingObjectTag/team": "b"}


@pytest.mark.parametrize(
    ("with_it", "more"),
    [
        ({}, []),
        ({"ACL": "private"}, []),
        ({"ACL": "public-read"}, ["PutBucketAcl"]),
        ({"GrantWrite": "id=1"}, ["PutBucketAcl"]),
        ({"ObjectLockEnabledForBucket": True}, ["PutBucketObjectLockConfiguration"]),
        ({"ObjectOwnership": "ObjectWriter"}, ["PutBucketOwnershipControls"]),
    ],
)
def test_what_comes_with_a_bucket_takes_rights_of_its_own(with_it: dict[str, Any], more: list[str]) -> None:
    expected = [(name, BUCKET) for name in ["CreateBucket", *more]]
    assert actions("CreateBucket", Bucket="bucket", **with_it) == expected


@pytest.mark.parametrize(
    ("operation", "action", "of_version"),
    [
        ("GetObject", "GetObject", "GetObjectVersion"),
        ("HeadObject", "GetObject", "GetObjectVersion"),
        ("DeleteObject", "DeleteObject", "DeleteObjectVersion"),
        ("GetObjectAcl", "GetObjectAcl", "GetObjectVersionAcl"),
        ("PutObjectAcl", "PutObjectAcl", "PutObjectVersionAcl"),
        ("GetObjectTagging", "GetObjectTagging", "GetObjectVersionTagging"),
        ("PutObjectTagging", "PutObjectTagging", "PutObjectVersionTagging"),
        ("DeleteObjectTagging", "DeleteObjectTagging", "DeleteObjectVersionTagging"),
    ],
)
def test_a_version_is_a_matter_of_its_own(operation: str, action: str, of_version: str) -> None:
    assert actions(operation, **OBJECT) == [(action, KEY)]
    assert actions(operation, **OBJECT, VersionId="1") == [(of_version, KEY)]


def test_attributes_are_read_by_two_rights() -> None:
    assert actions("GetObjectAttributes", **OBJECT) == [("GetObject", KEY), ("GetObjectAttributes", KEY)]
    assert actions("GetObjectAttributes", **OBJECT, VersionId="1") == [
        ("GetObjectVersion", KEY),
        ("GetObjectVersionAttributes", KEY),
    ]


def test_each_object_that_is_deleted_is_asked_about_and_so_is_a_lock_that_is_bypassed() -> None:
    objects = {"Objects": [{"Key": "key"}, {"Key": "old", "VersionId": "1"}]}
    assert actions("DeleteObjects", Bucket="bucket", Delete=objects) == [
        ("DeleteObject", KEY),
        ("DeleteObjectVersion", "arn:aws:s3:::bucket/old"),
    ]
    bypassed = actions("DeleteObject", **OBJECT, VersionId="1", BypassGovernanceRetention=True)
    assert bypassed == [("DeleteObjectVersion", KEY), ("BypassGovernanceRetention", KEY)]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("DeleteBucketCors", "PutBucketCORS"),
        ("GetBucketNotificationConfiguration", "GetBucketNotification"),
        ("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
        ("PutBucketReplication", "PutReplicationConfiguration"),
        ("PutBucketPolicy", "PutBucketPolicy"),
        ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ],
)
def test_actions_on_buckets_have_names_of_their_own(operation: str, action: str) -> None:
    assert actions(operation, Bucket="bucket") == [(action, BUCKET)]


def test_policies_may_ask_how_an_object_is_put_and_what_is_listed() -> None:
    [put, *_] = asked("PutObject", **OBJECT, ACL="private", StorageClass="GLACIER", Tagging="team=a%20b&x=")
    assert put.context == {
        "s3:x-amz-acl": "private",
        "s3:x-amz-storage-class": "GLACIER",
        "s3:RequestObjectTag/team": "a b",
        "s3:RequestObjectTag/x": "",
        "s3:RequestObjectTagKeys": ["team", "x"],
    }
    [listed] = asked("ListObjectsV2", Bucket="bucket", Prefix="a/", MaxKeys=5)
    assert listed.context == {"s3:prefix": "a/", "s3:max-keys": "5"}
