from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Template

from constructs_lib import ContainerJob, JobImage, JobSecret
from tests.unit.resources import job, named

Make = Callable[..., ContainerJob]
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database"


def rights(stack: Stack) -> list[dict[str, Any]]:
    """What the execution role may do beside writing logs."""
    template = dict(Template.from_stack(stack).to_json())
    policy = named(template, "AWS::IAM::Policy", "JobContainerDefinitionExecutionRoleDefaultPolicy")
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    return [each for each in statements if not LOGS & set(each["Action"])]


def test_one_field_of_a_secret(stack: Stack, make_job: Make) -> None:
    secret = secretsmanager.Secret(stack, "Database")
    made = make_job(secrets={"PASSWORD": JobSecret.from_secrets_manager(secret, "password")})
    template = dict(Template.from_stack(stack).to_json())
    reference = stack.resolve(secret.secret_arn)
    assert job(template, "Job")["ContainerProperties"]["Secrets"] == [
        {"Name": "PASSWORD", "ValueFrom": {"Fn::Join": ["", [reference, ":password::"]]}}
    ]
    assert rights(stack) == [{"Action": "secretsmanager:GetSecretValue", "Effect": "Allow", "Resource": reference}]
    assert not made.job_role.node.try_find_child("DefaultPolicy"), "the program itself gets no rights"


def test_a_secret_known_by_name_is_granted_with_its_suffix(stack: Stack, make_job: Make) -> None:
    secret = secretsmanager.Secret.from_secret_partial_arn(stack, "Database", ARN)
    whole = JobSecret.from_secrets_manager(secret)
    make_job(secrets={"DATABASE": whole})
    assert (whole.arn, whole.has_field) == (ARN, False)
    assert [each["Resource"] for each in rights(stack)] == [f"{ARN}-??????"]


def test_the_key_of_a_secret_is_used_by_secrets_manager_only(stack: Stack, make_job: Make) -> None:
    secret = secretsmanager.Secret(stack, "Database", encryption_key=kms.Key(stack, "Key"))
    make_job(secrets={"DATABASE": JobSecret.from_secrets_manager(secret)})
    decrypt, _ = sorted(rights(stack), key=lambda statement: str(statement["Action"]))
    service = {"Fn::Join": ["", ["secretsmanager.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    assert decrypt["Action"] == "kms:Decrypt"
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": service}}


def test_a_parameter_is_read_and_not_its_history(stack: Stack, make_job: Make) -> None:
    parameter = ssm.StringParameter.from_string_parameter_name(stack, "Endpoint", "/weather/endpoint")
    make_job(secrets={"ENDPOINT": JobSecret.from_ssm_parameter(parameter)})
    (statement,) = rights(stack)
    assert statement["Action"] == "ssm:GetParameters"
    assert statement["Resource"]["Fn::Join"][1][-1] == ":parameter/weather/endpoint"


def test_the_key_of_a_parameter(stack: Stack, make_job: Make) -> None:
    parameter = ssm.StringParameter.from_secure_string_parameter_attributes(stack, "Token", parameter_name="/token")
    make_job(secrets={"TOKEN": JobSecret.from_ssm_parameter(parameter, kms.Key(stack, "Key"))})
    assert {str(statement["Action"]) for statement in rights(stack)} == {"kms:Decrypt", "ssm:GetParameters"}


def secure(stack: Stack, key: kms.IKey | None) -> ssm.IStringParameter:
    return ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "Token", parameter_name="/token", encryption_key=key
    )


def decrypting(stack: Stack) -> list[dict[str, Any]]:
    """The rights of the execution role on keys."""
    return [each for each in rights(stack) if "kms:Decrypt" in each["Action"]]


@pytest.mark.parametrize("imported", [False, True])
def test_the_key_that_a_parameter_was_imported_with(stack: Stack, make_job: Make, *, imported: bool) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/0"
    key = kms.Key.from_key_arn(stack, "Key", arn) if imported else kms.Key(stack, "Key")
    made = make_job(secrets={"TOKEN": JobSecret.from_ssm_parameter(secure(stack, key))})
    (statement,) = decrypting(stack)
    assert statement["Resource"] == stack.resolve(key.key_arn)
    service = {"Fn::Join": ["", ["ssm.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": service}}
    actions = [each["Action"] for each in rights(stack)]
    assert sorted(actions) == ["kms:Decrypt", "ssm:GetParameters"], "not its history, and not the list of all"
    assert not made.job_role.node.try_find_child("DefaultPolicy"), "the program itself gets no rights"


def test_without_a_key_of_yours_there_is_none_to_use(stack: Stack, make_job: Make) -> None:
    make_job(secrets={"TOKEN": JobSecret.from_ssm_parameter(secure(stack, None))})
    assert decrypting(stack) == []


@pytest.mark.parametrize("service", ["ssm", "secretsmanager"])
def test_a_key_known_by_its_alias_is_used_by_its_alias(stack: Stack, make_job: Make, service: str) -> None:
    stack.node.set_context("@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal", value=True)
    key = kms.Alias.from_alias_name(stack, "Alias", "alias/own")
    if service == "ssm":
        own = JobSecret.from_ssm_parameter(secure(stack, key))
    else:
        secret = secretsmanager.Secret.from_secret_attributes(
            stack, "Api", secret_complete_arn=f"{ARN}-abcdef", encryption_key=key
        )
        own = JobSecret.from_secrets_manager(secret)
    make_job(secrets={"TOKEN": own})
    (statement,) = decrypting(stack)
    # IAM knows keys by their id: on the ARN of an alias a right is none.
    assert statement["Resource"] == "*" or not str(statement["Resource"]).endswith("alias/own")
    assert statement["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/own"},
        "StringEquals": {
            "kms:ViaService": {"Fn::Join": ["", [f"{service}.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
        },
    }


@pytest.mark.parametrize("name", ["registry.example.com/team/model:1.4"])
def test_credentials_of_a_registry(stack: Stack, make_job: Make, name: str) -> None:
    secret = secretsmanager.Secret(stack, "Registry")
    made = make_job(image=JobImage.from_registry(name, credentials=secret))
    template = dict(Template.from_stack(stack).to_json())
    reference = stack.resolve(secret.secret_arn)
    container = job(template, "Job")["ContainerProperties"]
    assert (container["Image"], container["RepositoryCredentials"]) == (name, {"CredentialsParameter": reference})
    assert [statement["Resource"] for statement in rights(stack)] == [reference]
    assert made.image.credentials is secret
