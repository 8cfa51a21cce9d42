"""Lives of keys and their aliases."""

import json
from typing import Any

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

KEY = {"Type": "AWS::KMS::Key"}


def policy(sid: str) -> dict[str, Any]:
    root = {"AWS": "arn:aws:iam::111122223333:root"}
    statement = {"Sid": sid, "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def key(services: Services, name: str, properties: Properties) -> dict[str, str]:
    kms, which = services.client("kms"), {"KeyId": name}
    found = kms.describe_key(**which)["KeyMetadata"]
    if found["KeyState"] == "PendingDeletion":
        raise LookupError(name)
    assert found["Description"] == properties.get("Description", "")
    assert found["Enabled"] is (properties.get("Enabled", True) is True)
    assert found["KeySpec"] == properties.get("KeySpec", "SYMMETRIC_DEFAULT")
    told = json.loads(kms.get_key_policy(**which, PolicyName="default")["Policy"])
    [statement] = told["Statement"]
    wanted = properties.get("KeyPolicy", policy("Enable IAM User Permissions"))
    assert [statement] == wanted["Statement"]
    assert kms.get_key_rotation_status(**which)["KeyRotationEnabled"] is bool(properties.get("EnableKeyRotation"))
    return {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(**which)["Tags"]}


def alias(services: Services, name: str, properties: Properties) -> None:
    found = {item["AliasName"]: item["TargetKeyId"] for item in services.client("kms").list_aliases()["Aliases"]}
    assert found[name] == properties["TargetKeyId"]


KMS_LIVES = [
    Life(
        "AWS::KMS::Key",
        {},
        key,
        names={"KeyPolicy": policy("all")},
        changed=[
            {"Description": "Of the weather."},
            {"KeyPolicy": policy("other")},
            {"KeyPolicy": None},
            {"EnableKeyRotation": True},
            {"Enabled": False},
        ],
    ),
    Life(
        "AWS::KMS::Alias",
        {"AliasName": "alias/weather", "TargetKeyId": {"Ref": "One"}},
        alias,
        needs={"One": KEY, "Two": KEY},
        changed={"TargetKeyId": {"Ref": "Two"}},
        replaced={"AliasName": "alias/other"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", KMS_LIVES, ids=str)
def test_keys_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_key_stays_what_it_was_made_as(account: Account) -> None:
    account.deploy({"Key": KEY})
    with pytest.raises(HandlerError, match="cannot change the KeySpec"):
        account.deploy({"Key": {**KEY, "Properties": {"KeySpec": "RSA_2048"}}})
