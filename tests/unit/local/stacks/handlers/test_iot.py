"""Lives of the things and policies of IoT, and of what attaches them."""

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import IT, Account, Life, Properties, play

THING = {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": "gauge"}}


def document(action: str) -> Properties:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def policy(services: Services, name: str, properties: Properties) -> None:
    found = services.client("iot").get_policy(policyName=name)
    assert json.loads(found["policyDocument"]) == properties["PolicyDocument"]


POLICY = Life(
    "AWS::IoT::Policy",
    {"PolicyDocument": document("iot:Connect")},
    policy,
    names={"PolicyName": "gauges"},
    changed={"PolicyDocument": document("iot:Publish")},
    replaced={"PolicyName": "others"},
    tags=False,
    attributes={"Id": {"Ref": IT}},
)


def thing(services: Services, name: str, properties: Properties) -> None:
    found = services.client("iot").describe_thing(thingName=name)
    assert found["attributes"] == properties.get("AttributePayload", {}).get("Attributes", {})


A_THING = Life(
    "AWS::IoT::Thing",
    {},
    thing,
    names={"ThingName": "gauge"},
    changed={"AttributePayload": {"Attributes": {"river": "Spree"}}},
    replaced={"ThingName": "other"},
    tags=False,
)

LIVES = [POLICY, A_THING]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_a_policy_that_was_changed_more_often_than_it_has_versions_is_deleted(account: Account) -> None:
    iot = account.services.client("iot")
    for number in range(7):
        properties = {"PolicyName": "often", "PolicyDocument": document(f"iot:Number{number}")}
        account.deploy({IT: {"Type": "AWS::IoT::Policy", "Properties": properties}})

    assert len(iot.list_policy_versions(policyName="often")["policyVersions"]) == 5
    account.deploy({})
    with pytest.raises(ClientError):
        iot.get_policy(policyName="often")


def test_what_attaches_a_policy_and_a_certificate_is_made_and_taken_away(account: Account) -> None:
    iot = account.services.client("iot")
    certificate = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    policy = {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": "g", "PolicyDocument": document("iot:*")}}
    standing = {"Policy": policy, "Thing": THING}
    attached = {
        "OfPolicy": {
            "Type": "AWS::IoT::PolicyPrincipalAttachment",
            "Properties": {"PolicyName": {"Ref": "Policy"}, "Principal": certificate},
        },
        "OfThing": {
            "Type": "AWS::IoT::ThingPrincipalAttachment",
            "Properties": {"ThingName": {"Ref": "Thing"}, "Principal": certificate},
        },
    }

    account.deploy({**standing, **attached})
    assert [item["policyName"] for item in iot.list_attached_policies(target=certificate)["policies"]] == ["g"]
    assert iot.list_thing_principals(thingName="gauge")["principals"] == [certificate]

    account.deploy(standing)
    assert iot.list_attached_policies(target=certificate)["policies"] == []
    assert iot.list_thing_principals(thingName="gauge")["principals"] == []
