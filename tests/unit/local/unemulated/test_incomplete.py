"""Requests to S3 without members that its model has as optional."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_api._internal.models import moto_api_backend

from constructs_lib.local.account import Location
from constructs_lib.local.patching import Patches
from constructs_lib.local.stacks.services import Services
from constructs_lib.local.states.services import object_acls
from constructs_lib.local.unemulated.middleware import UnemulatedMiddleware
from constructs_lib.local.unemulated.moto import Moto

WHERE = {"Bucket": "bucket", "Key": "table.csv"}
SELECTED = {"Expression": "SELECT * FROM s3object", "ExpressionType": "SQL"}


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    client = Services(UnemulatedMiddleware(Moto()), Location("111122223333", "us-east-1")).client("s3")
    client.create_bucket(Bucket="bucket")
    client.put_object(**WHERE, Body=b"a,b\n1,2\n", StorageClass="GLACIER")
    with Patches(object_acls.patches()):
        yield client
    moto_api_backend.reset()


@pytest.mark.parametrize(
    ("operation", "given", "code"),
    [
        ("put_bucket_acl", {"Bucket": "bucket"}, "MissingSecurityHeader"),
        ("put_object_acl", WHERE, "MissingSecurityHeader"),
        ("put_bucket_lifecycle_configuration", {"Bucket": "bucket"}, "MissingRequestBodyError"),
        ("restore_object", WHERE, "MissingRequestBodyError"),
        (
            "select_object_content",
            {**WHERE, **SELECTED, "InputSerialization": {}, "OutputSerialization": {}},
            "MissingRequiredParameter",
        ),
    ],
)
def test_what_is_missing_is_told_as_by_s3(s3: Any, operation: str, given: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(s3, operation)(**given)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_upload_without_parts_is_not_completed(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket="bucket", Key="parts")["UploadId"]
    with pytest.raises(ClientError, match="You must specify at least one part") as refused:
        s3.complete_multipart_upload(Bucket="bucket", Key="parts", UploadId=upload)
    assert refused.value.response["Error"]["Code"] == "InvalidRequest"
