"""Templates that are named by a URL: of this endpoint by each of its names, or of S3 at AWS."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.stacks.api.template_urls import bucket_and_key
from constructs_lib.local.stacks.engine.errors import CallError


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4566",
        "localhost:4566",
        "[::1]:4566",
        "host.docker.internal:4566",
        "s3.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "s3-eu-west-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
    ],
)
def test_a_bucket_stands_in_the_path(host: str) -> None:
    assert bucket_and_key(f"http://{host}/my.bucket/a/t%20%2B.json") == ("my.bucket", "a/t +.json")


@pytest.mark.parametrize(
    "host",
    [
        "my.bucket.s3.amazonaws.com",
        "my.bucket.s3.eu-central-1.amazonaws.com",
        "my.bucket.s3-eu-west-1.amazonaws.com",
        "my.bucket.localhost:4566",
        "my.bucket.s3.localhost:4566",
    ],
)
def test_a_bucket_stands_before_the_host(host: str) -> None:
    assert bucket_and_key(f"https://{host}/a/t.json") == ("my.bucket", "a/t.json")


@pytest.mark.parametrize(
    "url",
    ["", "t.json", "http://127.0.0.1:1/bucket", "https://example.com/t.json", "s3://bucket/t.json", "http://[1/x"],
)
def test_what_names_no_object_is_refused(url: str) -> None:
    with pytest.raises(CallError, match="TemplateURL must be a supported URL"):
        bucket_and_key(url)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def test_a_stack_is_made_from_a_template_in_a_bucket_of_this_endpoint(aws: EmbeddedAws) -> None:
    s3, cloudformation = aws.client("s3"), aws.client("cloudformation")
    s3.create_bucket(Bucket="templates")
    s3.put_object(
        Bucket="templates", Key="a b.json", Body=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    )
    cloudformation.create_stack(StackName="Stack", TemplateURL=f"{aws.endpoint_url}/templates/a%20b.json")
    assert cloudformation.describe_stacks(StackName="Stack")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(("place", "said"), [("templates/none", "key does not exist"), ("none/t.json", "bucket")])
def test_a_template_that_is_not_there_is_a_validation_error(aws: EmbeddedAws, place: str, said: str) -> None:
    with pytest.raises(ClientError, match=f"S3 error: The specified {said}") as refused:
        aws.client("cloudformation").create_stack(StackName="Other", TemplateURL=f"{aws.endpoint_url}/{place}")
    assert refused.value.response["Error"]["Code"] == "ValidationError"
