"""PutObjectAcl: what it grants is what the object has, of the version that is meant."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from constructs_lib.local.patching import Patches
from constructs_lib.local.states.services import object_acls

WHERE = {"Bucket": "bucket", "Key": "key"}
GROUP = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
READ = {"Grantee": {"Type": "Group", "URI": GROUP}, "Permission": "READ"}


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws(), Patches(object_acls.patches()):
        client = boto3.client("s3", "us-east-1")
        client.create_bucket(Bucket="bucket")
        client.put_object(**WHERE, Body=b"")
        yield client


def grants(s3: Any, **more: str) -> list[tuple[str | None, str]]:
    found = s3.get_object_acl(**WHERE, **more)["Grants"]
    return [(grant["Grantee"].get("URI"), grant["Permission"]) for grant in found]


def test_a_body_grants(s3: Any) -> None:
    s3.put_object_acl(**WHERE, AccessControlPolicy={"Owner": {"ID": "1"}, "Grants": [READ]})
    assert grants(s3) == [(GROUP, "READ")]


def test_a_body_without_grants_takes_all_away(s3: Any) -> None:
    s3.put_object_acl(**WHERE, AccessControlPolicy={"Owner": {"ID": "1"}})
    assert grants(s3) == []


@pytest.mark.parametrize("given", [{"ACL": "authenticated-read"}, {"GrantRead": f"uri={GROUP}"}])
def test_headers_grant(s3: Any, given: dict[str, str]) -> None:
    s3.put_object_acl(**WHERE, **given)
    assert (GROUP, "READ") in grants(s3)


def test_one_version_is_meant(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    old, new = (s3.put_object(**WHERE, Body=b"")["VersionId"] for _ in range(2))
    s3.put_object_acl(**WHERE, VersionId=old, ACL="authenticated-read")
    assert (GROUP, "READ") in grants(s3, VersionId=old)
    assert (GROUP, "READ") not in grants(s3, VersionId=new)


@pytest.mark.parametrize(
    ("where", "code"), [({"Key": "other"}, "NoSuchKey"), ({"Key": "key", "VersionId": "1"}, "NoSuchVersion")]
)
def test_what_is_not_there_gets_none(s3: Any, where: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.put_object_acl(Bucket="bucket", **where, ACL="public-read")
    assert refused.value.response["Error"]["Code"] == code
