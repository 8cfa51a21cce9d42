"""Lives of secrets and what belongs to them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

KEY = {"Type": "AWS::KMS::Key"}
PLAIN = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": '{"username": "weather"}'}}


def secret(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    client = services.client("secretsmanager")
    found = client.describe_secret(SecretId=arn)
    assert (found.get("Description") or "") == properties.get("Description", "")
    assert found.get("KmsKeyId") == properties.get("KmsKeyId")
    assert "Name" not in properties or found["Name"] == properties["Name"]
    value = client.get_secret_value(SecretId=arn)["SecretString"]
    if "SecretString" in properties:
        assert value == properties["SecretString"]
    else:
        wanted = properties["GenerateSecretString"]
        password = json.loads(value)["password"] if "GenerateStringKey" in wanted else value
        assert len(password) == int(wanted.get("PasswordLength", 32))
        assert not set(password) & set(wanted.get("ExcludeCharacters", ""))
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


def resource_policy(services: Services, arn: str, properties: Properties) -> None:
    document = services.client("secretsmanager").get_resource_policy(SecretId=arn).get("ResourcePolicy")
    if document is None:
        raise LookupError(arn)
    assert json.loads(document) == properties["ResourcePolicy"]


def rotation(services: Services, arn: str, properties: Properties) -> None:
    found = services.client("secretsmanager").describe_secret(SecretId=arn)
    if not found.get("RotationEnabled"):
        raise LookupError(arn)
    assert found["RotationRules"]["AutomaticallyAfterDays"] == properties["RotationRules"]["AutomaticallyAfterDays"]
    assert json.loads(services.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


def deny(action: str) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


SECRETS_LIVES = [
    Life(
        "AWS::SecretsManager::Secret",
        {"GenerateSecretString": {"PasswordLength": "16", "ExcludeCharacters": "abc", "ExcludePunctuation": "true"}},
        secret,
        needs={"Key": KEY},
        names={"Name": "database", "Description": "Of the database."},
        changed=[
            {"Description": None},
            {"KmsKeyId": {"Ref": "Key"}},
            {"GenerateSecretString": None, "SecretString": "given"},
            {"GenerateSecretString": {"SecretStringTemplate": '{"username": "w"}', "GenerateStringKey": "password"}},
        ],
        replaced={"Name": "other"},
    ),
    Life(
        "AWS::SecretsManager::ResourcePolicy",
        {"SecretId": {"Ref": "One"}, "ResourcePolicy": deny("secretsmanager:DeleteSecret")},
        resource_policy,
        needs={"One": PLAIN, "Two": PLAIN},
        changed={"ResourcePolicy": deny("secretsmanager:PutSecretValue")},
        replaced={"SecretId": {"Ref": "Two"}},
        tags=False,
    ),
    Life(
        "AWS::SecretsManager::RotationSchedule",
        {"SecretId": {"Ref": "One"}, "RotationRules": {"AutomaticallyAfterDays": 30}},
        rotation,
        needs={"One": PLAIN, "Two": PLAIN},
        changed={"RotationRules": {"AutomaticallyAfterDays": 10}},
        replaced={"SecretId": {"Ref": "Two"}},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", SECRETS_LIVES, ids=str)
def test_secrets_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_generated_secret_stays_when_something_else_changes(account: Account) -> None:
    generated = {"GenerateSecretString": {}}
    client, seen = account.services.client("secretsmanager"), []
    for more in ({}, {"Description": "Of the database."}, {"GenerateSecretString": {"PasswordLength": 40}}):
        properties = {**generated, **more}
        account.deploy({"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}})
        seen.append(client.get_secret_value(SecretId=account.physical_id("Secret"))["SecretString"])
    assert seen[0] == seen[1]
    assert len(seen[2]) == 40


def test_a_secret_learns_where_its_database_is(account: Account) -> None:
    database = {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": "20",
        "MasterUsername": "weather",
        "MasterUserPassword": "not-a-secret",
    }
    attachment = {"SecretId": {"Ref": "Secret"}, "TargetType": "AWS::RDS::DBInstance", "TargetId": {"Ref": "Database"}}
    account.deploy(
        {
            "Secret": PLAIN,
            "Database": {"Type": "AWS::RDS::DBInstance", "Properties": database},
            "Attachment": {"Type": "AWS::SecretsManager::SecretTargetAttachment", "Properties": attachment},
        }
    )
    assert account.physical_id("Attachment") == account.physical_id("Secret")
    client = account.services.client("secretsmanager")
    told = json.loads(client.get_secret_value(SecretId=account.physical_id("Secret"))["SecretString"])
    name = account.physical_id("Database")
    [found] = account.services.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    assert told == {
        "username": "weather",
        "engine": "postgres",
        "host": found["Endpoint"]["Address"],
        "port": found["Endpoint"]["Port"],
        "dbInstanceIdentifier": name,
    }


def test_a_secret_is_deleted_at_once(account: Account) -> None:
    account.deploy({"Secret": PLAIN})
    arn = account.physical_id("Secret")
    account.deploy({})
    with pytest.raises(ClientError, match="can't find"):
        account.services.client("secretsmanager").describe_secret(SecretId=arn)
