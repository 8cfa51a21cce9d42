"""File systems of EFS and FSx."""

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import GROUP, SUBNET, SUBNET_2, VPC, tags


def file_system(services: Services, file_system_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("efs")
    [found] = client.describe_file_systems(FileSystemId=file_system_id)["FileSystems"]
    assert found["PerformanceMode"] == properties.get("PerformanceMode", "generalPurpose")
    assert found["Encrypted"] == properties.get("Encrypted", False)
    assert found["ThroughputMode"] == properties.get("ThroughputMode", "bursting")
    policies = client.describe_lifecycle_configuration(FileSystemId=file_system_id)["LifecyclePolicies"]
    assert policies == properties.get("LifecyclePolicies", [])
    if "FileSystemPolicy" in properties:
        policy = client.describe_file_system_policy(FileSystemId=file_system_id)["Policy"]
        assert json.loads(policy) == properties["FileSystemPolicy"]
    else:
        with pytest.raises(ClientError, match="PolicyNotFound"):
            client.describe_file_system_policy(FileSystemId=file_system_id)
    return tags(found)


def access_point(services: Services, point_id: str, properties: Properties) -> dict[str, str]:
    [found] = services.client("efs").describe_access_points(AccessPointId=point_id)["AccessPoints"]
    assert found["FileSystemId"] == properties["FileSystemId"]
    assert found["RootDirectory"] == properties.get("RootDirectory", {"Path": "/"})
    assert found["PosixUser"] == {name: int(value) for name, value in properties["PosixUser"].items()}
    return tags(found)


def mount_target(services: Services, target_id: str, properties: Properties) -> None:
    client = services.client("efs")
    [found] = client.describe_mount_targets(MountTargetId=target_id)["MountTargets"]
    assert (found["FileSystemId"], found["SubnetId"]) == (properties["FileSystemId"], properties["SubnetId"])
    groups = client.describe_mount_target_security_groups(MountTargetId=target_id)["SecurityGroups"]
    assert groups == properties["SecurityGroups"]
    told = services.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[found["NetworkInterfaceId"]])
    assert [group["GroupId"] for group in told["NetworkInterfaces"][0]["Groups"]] == groups


def fsx_file_system(services: Services, file_system_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("fsx").describe_file_systems(FileSystemIds=[file_system_id])["FileSystems"][0]
    assert (found["FileSystemType"], found["SubnetIds"]) == (properties["FileSystemType"], properties["SubnetIds"])
    assert found["StorageCapacity"] == properties["StorageCapacity"]
    wanted = properties.get("LustreConfiguration", {})
    told = found["LustreConfiguration"]
    assert {name: told[name] for name in wanted} == wanted
    return tags(found)


EFS = {"Type": "AWS::EFS::FileSystem", "Properties": {"Encrypted": True}}
ALLOW = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount"}
LUSTRE = {
    "FileSystemType": "LUSTRE",
    "StorageCapacity": 1200,
    "SubnetIds": [{"Ref": "Subnet"}],
    "LustreConfiguration": {"DeploymentType": "SCRATCH_2"},
}

LIVES = [
    Life(
        "AWS::EFS::FileSystem",
        {},
        file_system,
        changed=[
            {"LifecyclePolicies": [{"TransitionToIA": "AFTER_14_DAYS"}]},
            {"ThroughputMode": "elastic"},
            {"FileSystemPolicy": {"Version": "2012-10-17", "Statement": [ALLOW]}},
            {"BackupPolicy": {"Status": "ENABLED"}},
        ],
        replaced={"Encrypted": True},
    ),
    Life(
        "AWS::EFS::AccessPoint",
        {
            "FileSystemId": {"Ref": "Files"},
            "PosixUser": {"Uid": "1000", "Gid": "1000"},
            "RootDirectory": {
                "Path": "/data",
                "CreationInfo": {"OwnerUid": 1000, "OwnerGid": 1000, "Permissions": "0755"},
            },
        },
        access_point,
        needs={"Files": EFS},
        replaced={"RootDirectory": {"Path": "/other"}},
    ),
    Life(
        "AWS::EFS::MountTarget",
        {
            "FileSystemId": {"Ref": "Files"},
            "SubnetId": {"Ref": "Subnet"},
            "SecurityGroups": [{"Fn::GetAtt": ["Group", "GroupId"]}],
        },
        mount_target,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Group": GROUP, "Other": GROUP, "Files": EFS},
        changed={"SecurityGroups": [{"Ref": "Other"}]},
        tags=False,
        attributes={"IpAddress": ...},
    ),
    Life(
        "AWS::FSx::FileSystem",
        LUSTRE,
        fsx_file_system,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Other": SUBNET_2},
        changed=[{"StorageCapacity": 2400}, {"LustreConfiguration": {"WeeklyMaintenanceStartTime": "1:05:00"}}],
        replaced={"SubnetIds": [{"Ref": "Other"}]},
        untold=["RootVolumeId"],  # of another kind
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_a_file_system_with_a_mount_target_is_not_deleted(account: Account) -> None:
    target = {"FileSystemId": {"Ref": "Files"}, "SubnetId": {"Ref": "Subnet"}, "SecurityGroups": []}
    way = {"Type": "AWS::EFS::MountTarget", "Properties": target}
    mounted = {"Vpc": VPC, "Subnet": SUBNET, "Files": EFS, "Target": way}
    account.deploy(mounted)
    with pytest.raises(Exception, match="Must delete all mount targets before deleting file system"):
        account.deploy({key: resource for key, resource in mounted.items() if key != "Files"})
