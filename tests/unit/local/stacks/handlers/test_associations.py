"""Lives of what joins two others, or is like a neighbour."""

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
INTERFACE = {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}}
ADDRESS = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}


def association(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    ec2 = services.client("ec2")
    [found] = ec2.describe_addresses(AllocationIds=[properties["AllocationId"]])["Addresses"]
    if not found.get("NetworkInterfaceId"):
        raise LookupError(properties["AllocationId"])
    assert found["NetworkInterfaceId"] == properties["NetworkInterfaceId"]


def cluster_parameter_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    rds = services.client("rds")
    [found] = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=name)["DBClusterParameterGroups"]
    assert found["DBParameterGroupFamily"] == properties["Family"]
    tags = rds.list_tags_for_resource(ResourceName=found["DBClusterParameterGroupArn"])["TagList"]
    return {tag["Key"]: tag["Value"] for tag in tags}


ASSOCIATION_LIVES = [
    Life(
        "AWS::EC2::EIPAssociation",
        {"AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}, "NetworkInterfaceId": {"Ref": "Interface"}},
        association,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Interface": INTERFACE, "Address": ADDRESS},
        tags=False,
    ),
    Life(
        "AWS::RDS::DBClusterParameterGroup",
        {"Description": "Of clusters.", "Family": "aurora-postgresql16", "Parameters": {"timezone": "UTC"}},
        cluster_parameter_group,
        names={"DBClusterParameterGroupName": "clusters"},
        replaced={"DBClusterParameterGroupName": "others"},
    ),
]


@pytest.mark.parametrize("life", ASSOCIATION_LIVES, ids=str)
def test_associations_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
