"""Code of functions that is said to be in S3."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.functions.test_layers import TRUST, archive

MISSING = [("none", "code.zip", "NoSuchBucket"), ("code", "none.zip", "NoSuchKey")]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        aws.client("iam").create_role(RoleName="one", AssumeRolePolicyDocument=json.dumps(TRUST))
        aws.client("s3").create_bucket(Bucket="code")
        aws.client("s3").put_object(Bucket="code", Key="code.zip", Body=archive())
        yield aws


def create(aws: EmbeddedAws, name: str, bucket: str, key: str) -> str:
    made = aws.client("lambda").create_function(
        FunctionName=name,
        Role="arn:aws:iam::123456789012:role/one",
        Runtime="python3.12",
        Handler="index.handler",
        Code={"S3Bucket": bucket, "S3Key": key},
    )
    return str(made["CodeSha256"])


@pytest.mark.parametrize(("bucket", "key", "code"), MISSING)
def test_a_function_is_not_made_of_what_is_not_there(aws: EmbeddedAws, bucket: str, key: str, code: str) -> None:
    with pytest.raises(ClientError, match=f"Error occurred while GetObject. S3 Error Code: {code}"):
        create(aws, "none", bucket, key)


def test_nor_is_it_changed(aws: EmbeddedAws) -> None:
    was = create(aws, "one", "code", "code.zip")
    client = aws.client("lambda")
    for bucket, key, code in MISSING:
        with pytest.raises(ClientError, match=f"Error occurred while GetObject. S3 Error Code: {code}"):
            client.update_function_code(FunctionName="one", S3Bucket=bucket, S3Key=key)
    assert client.get_function_configuration(FunctionName="one")["CodeSha256"] == was
