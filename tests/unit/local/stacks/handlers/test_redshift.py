"""Lives of clusters of Redshift, and of the subnets that they are in."""

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import SUBNET, SUBNET_2, VPC

NETWORK = {"Vpc": VPC, "Subnet": SUBNET, "Other": SUBNET_2}
SUBNETS = {"Description": "Of rivers.", "SubnetIds": [{"Ref": "Subnet"}]}
CLUSTER = {
    "ClusterType": "single-node",
    "DBName": "rivers",
    "MasterUsername": "gauge",
    "MasterUserPassword": "Passw0rdPassw0rd",
    "NodeType": "dc2.large",
    "ClusterSubnetGroupName": {"Ref": "Subnets"},
}


def cluster(services: Services, name: str, properties: Properties) -> dict[str, str]:
    [found] = services.client("redshift").describe_clusters(ClusterIdentifier=name)["Clusters"]
    assert found["ClusterSubnetGroupName"] == properties["ClusterSubnetGroupName"]
    assert found["NodeType"] == properties["NodeType"]
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


def subnets(services: Services, name: str, properties: Properties) -> dict[str, str]:
    told = services.client("redshift").describe_cluster_subnet_groups(ClusterSubnetGroupName=name)
    [found] = told["ClusterSubnetGroups"]
    assert [item["SubnetIdentifier"] for item in found["Subnets"]] == properties["SubnetIds"]
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


LIVES = [
    Life(
        "AWS::Redshift::Cluster",
        CLUSTER,
        cluster,
        needs={**NETWORK, "Subnets": {"Type": "AWS::Redshift::ClusterSubnetGroup", "Properties": SUBNETS}},
        names={"ClusterIdentifier": "rivers"},
        changed={"NodeType": "ra3.xlplus"},
        replaced={"ClusterIdentifier": "lakes"},
        untold=("ClusterNamespaceArn", "DeferMaintenanceIdentifier", "MasterPasswordSecretArn", "Endpoint"),
        attributes={"Endpoint.Address": ...},
    ),
    Life("AWS::Redshift::ClusterSubnetGroup", SUBNETS, subnets, needs=NETWORK),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)
