"""Layers that functions may have."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

POWERTOOLS = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPython:22"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def archive() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        made.writestr("index.py", "def handler(event, context): pass")
    return body.getvalue()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        aws.client("iam").create_role(RoleName="one", AssumeRolePolicyDocument=json.dumps(TRUST))
        yield aws


def create(aws: EmbeddedAws, name: str, *layers: str) -> list[Any]:
    made = aws.client("lambda").create_function(
        FunctionName=name,
        Role="arn:aws:iam::123456789012:role/one",
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": archive()},
        Layers=list(layers),
    )
    return [layer["Arn"] for layer in made.get("Layers", [])]


def test_a_layer_of_another_account_is_taken_to_be_there(aws: EmbeddedAws) -> None:
    published = aws.client("lambda").publish_layer_version(LayerName="own", Content={"ZipFile": archive()})
    layers = [POWERTOOLS, published["LayerVersionArn"]]
    assert create(aws, "both", *layers) == layers


def test_a_layer_of_the_account_has_to_be_there(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        create(aws, "none", "arn:aws:lambda:us-east-1:123456789012:layer:none:1")


def test_a_layer_is_in_the_region_of_its_function(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match="Layers are expected to be in region us-east-1"):
        create(aws, "elsewhere", POWERTOOLS.replace("us-east-1", "eu-west-1"))


def test_what_is_no_arn_of_a_layer_is_refused(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match="at 'layers' failed to satisfy constraint"):
        create(aws, "wrong", "arn:aws:sns:us-east-1:123456789012:topic")
