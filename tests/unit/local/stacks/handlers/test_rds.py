"""Databases of RDS."""

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_elbv2 import ZONES


def tags(services: Services, arn: str) -> dict[str, str]:
    told = services.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in told}


TAG = {"Key": "team", "Value": "weather"}


def instance(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    assert found["Engine"] == properties["Engine"].lower()
    assert found["DBInstanceClass"] == properties["DBInstanceClass"]
    assert found["AllocatedStorage"] == int(properties["AllocatedStorage"])
    assert found["DeletionProtection"] == properties.get("DeletionProtection", False)
    assert found["DBSubnetGroup"]["DBSubnetGroupName"] == properties["DBSubnetGroupName"]
    return tags(services, found["DBInstanceArn"])


def replica(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    source = found["ReadReplicaSourceDBInstanceIdentifier"]
    assert source.rpartition(":")[2] == properties["SourceDBInstanceIdentifier"]
    return tags(services, found["DBInstanceArn"])


def cluster(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    assert found["Engine"] == properties["Engine"]
    assert found["BackupRetentionPeriod"] == properties.get("BackupRetentionPeriod", 1)
    return tags(services, found["DBClusterArn"])


def subnet_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]
    assert found["DBSubnetGroupDescription"] == properties["DBSubnetGroupDescription"]
    assert sorted(subnet["SubnetIdentifier"] for subnet in found["Subnets"]) == sorted(properties["SubnetIds"])
    return tags(services, found["DBSubnetGroupArn"])


def parameter_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("rds")
    found = client.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"][0]
    assert found["DBParameterGroupFamily"] == properties["Family"]
    told = client.describe_db_parameters(DBParameterGroupName=name)["Parameters"]
    values = {item["ParameterName"]: item["ParameterValue"] for item in told if item.get("ParameterValue")}
    assert values == properties.get("Parameters", {})
    return tags(services, found["DBParameterGroupArn"])


SUBNETS = {"DBSubnetGroupDescription": "private", "SubnetIds": [{"Ref": "A"}, {"Ref": "B"}]}
NETWORK = {**ZONES, "Subnets": {"Type": "AWS::RDS::DBSubnetGroup", "Properties": SUBNETS}}

UNTOLD = [
    "AutomaticRestartTime",
    "CertificateDetails",
    "Endpoint",
    "InstanceCreateTime",
    "IsStorageConfigUpgradeAvailable",
    "LatestRestorableTime",
    "ListenerEndpoint",
    "PercentProgress",
    "ReadReplicaDBClusterIdentifiers",
    "ReadReplicaDBInstanceIdentifiers",
    "ResumeFullAutomationModeTime",
    "SecondaryAvailabilityZone",
    "StatusInfos",
    "StorageOperationPercentProgress",
    "StorageOperationStatus",
]
SOURCE = {
    "Engine": "mysql",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": "20",
    "MasterUsername": "admin",
    "MasterUserPassword": "not-a-secret-0",
}

LIVES = [
    Life(
        "AWS::RDS::DBInstance",
        {
            "Engine": "MySQL",
            "DBInstanceClass": "db.t3.micro",
            "AllocatedStorage": "20",
            "MasterUsername": "admin",
            "MasterUserPassword": "not-a-secret-0",
            "DBSubnetGroupName": {"Ref": "Subnets"},
        },
        instance,
        needs=NETWORK,
        names={"DBInstanceIdentifier": "metadata"},
        changed=[{"DBInstanceClass": "db.t3.large"}, {"AllocatedStorage": "40"}, {"DeletionProtection": True}],
        replaced={"DBInstanceIdentifier": "metadata2"},
        attributes={"Endpoint.Port": "3306", "Endpoint.Address": ...},
        untold=UNTOLD,
    ),
    Life(
        "AWS::RDS::DBInstance",
        {"SourceDBInstanceIdentifier": {"Ref": "Source"}, "DBInstanceClass": "db.t3.small"},
        replica,
        needs={"Source": {"Type": "AWS::RDS::DBInstance", "Properties": SOURCE}},
        untold=UNTOLD,
    ),
    Life(
        "AWS::RDS::DBCluster",
        {"Engine": "aurora-mysql", "MasterUsername": "admin", "MasterUserPassword": "not-a-secret-0"},
        cluster,
        names={"DBClusterIdentifier": "metadata"},
        changed={"BackupRetentionPeriod": 7},
        replaced={"DBClusterIdentifier": "metadata2"},
        attributes={"Endpoint.Port": "3306", "Endpoint.Address": ..., "ReadEndpoint.Address": ...},
        untold=["Endpoint", "ReadEndpoint", "StorageEncryptionType", "StorageThroughput"],
    ),
    Life(
        "AWS::RDS::DBSubnetGroup",
        SUBNETS,
        subnet_group,
        needs=ZONES,
        names={"DBSubnetGroupName": "private"},
        changed=[{"SubnetIds": [{"Ref": "B"}, {"Ref": "C"}]}, {"DBSubnetGroupDescription": "of databases"}],
        replaced={"DBSubnetGroupName": "private2"},
    ),
    Life(
        "AWS::RDS::DBParameterGroup",
        {"Family": "mysql8.0", "Description": "of jobs"},
        parameter_group,
        changed={"Parameters": {"max_connections": "100"}},
        replaced={"Description": "of others"},
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_an_instance_may_be_the_replica_of_another(account: Account) -> None:
    source = {
        "Engine": "mysql",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": "20",
        "MasterUsername": "admin",
        "MasterUserPassword": "not-a-secret-0",
        "BackupRetentionPeriod": 1,
    }
    replica = {"SourceDBInstanceIdentifier": {"Ref": "Source"}, "DBInstanceClass": "db.t3.small", "Tags": [TAG]}
    account.deploy(
        {
            "Source": {"Type": "AWS::RDS::DBInstance", "Properties": source},
            "Replica": {"Type": "AWS::RDS::DBInstance", "Properties": replica},
        }
    )
    name = account.physical_id("Replica")
    found = account.services.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    assert found["ReadReplicaSourceDBInstanceIdentifier"] == account.physical_id("Source")
    assert (found["Engine"], found["DBInstanceClass"]) == ("mysql", "db.t3.small")
    assert tags(account.services, found["DBInstanceArn"]) == {"team": "weather"}
