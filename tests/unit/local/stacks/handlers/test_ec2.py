"""Networks of EC2."""

from typing import Any

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play


def vpc(services: Services, vpc_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    assert found["CidrBlock"] == properties["CidrBlock"]
    for name, default in (("enableDnsHostnames", False), ("enableDnsSupport", True)):
        told = client.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
        key = name[0].upper() + name[1:]
        assert told[key]["Value"] == properties.get(key, default)
    return tags(found)


def vpc_block(services: Services, association: str, properties: Properties) -> None:
    found = services.client("ec2").describe_vpcs(VpcIds=[properties["VpcId"]])["Vpcs"][0]
    kind = "Ipv6CidrBlock" if properties.get("AmazonProvidedIpv6CidrBlock") else "CidrBlock"
    blocks = {item["AssociationId"]: item for item in found.get(f"{kind}AssociationSet", ())}
    if blocks[association][f"{kind}State"]["State"] != "associated":
        raise LookupError
    assert blocks[association][kind] == properties.get("CidrBlock", blocks[association][kind])


def tags(found: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}


VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}

LIVES = [
    Life(
        "AWS::EC2::VPC",
        {"CidrBlock": "10.0.0.0/16"},
        vpc,
        changed=[{"EnableDnsHostnames": True}, {"EnableDnsSupport": False}],
        replaced={"CidrBlock": "10.1.0.0/16"},
        attributes={"CidrBlock": "10.0.0.0/16", "Ipv6CidrBlocks": []},
    ),
    Life("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, vpc, replaced={"InstanceTenancy": "dedicated"}),
    Life(
        "AWS::EC2::VPCCidrBlock",
        {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.1.0.0/16"},
        vpc_block,
        needs={"Vpc": VPC},
        replaced={"CidrBlock": "10.2.0.0/16"},
        tags=False,
    ),
    Life(
        "AWS::EC2::VPCCidrBlock",
        {"VpcId": {"Ref": "Vpc"}, "AmazonProvidedIpv6CidrBlock": True},
        vpc_block,
        needs={"Vpc": VPC},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)
