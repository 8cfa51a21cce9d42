"""Secrets of templates: given or generated, found by their ARN, until they are changed or deleted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def template(**properties: Any) -> dict[str, str]:
    resources = {"Token": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}}
    outputs = {"Ref": {"Value": {"Ref": "Token"}}, "Id": {"Value": {"Fn::GetAtt": ["Token", "Id"]}}}
    return {"StackName": "Secrets", "TemplateBody": json.dumps({"Resources": resources, "Outputs": outputs})}


def value(aws: EmbeddedAws) -> str:
    outputs = aws.client("cloudformation").describe_stacks(StackName="Secrets")["Stacks"][0]["Outputs"]
    [arn] = {output["OutputValue"] for output in outputs}
    assert arn.startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:")
    return str(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


def test_a_secret_lives_as_its_stack_does(aws: EmbeddedAws) -> None:
    cloudformation = aws.client("cloudformation")
    key = {"SecretStringTemplate": '{"username": "batch"}', "GenerateStringKey": "password"}
    cloudformation.create_stack(**template(GenerateSecretString=key))
    generated = json.loads(value(aws))
    assert (generated["username"], len(generated["password"])) == ("batch", 32)

    cloudformation.update_stack(**template(GenerateSecretString=key, Description="of batch"))
    assert json.loads(value(aws)) == generated

    cloudformation.update_stack(**template(SecretString="given"))
    assert value(aws) == "given"

    cloudformation.update_stack(**template(SecretString="other", Name="other"))
    assert value(aws) == "other"
    listed = aws.client("secretsmanager").list_secrets()["SecretList"]
    assert [secret["Name"] for secret in listed] == ["other"]

    cloudformation.delete_stack(StackName="Secrets")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.client("secretsmanager").get_secret_value(SecretId="other")


def test_a_password_has_what_was_asked_for(aws: EmbeddedAws) -> None:
    wanted = {"PasswordLength": 12, "ExcludePunctuation": "true", "ExcludeLowercase": True, "ExcludeUppercase": True}
    aws.client("cloudformation").create_stack(**template(GenerateSecretString=wanted))
    assert (len(value(aws)), value(aws).isdecimal()) == (12, True)
    aws.client("cloudformation").delete_stack(StackName="Secrets")
