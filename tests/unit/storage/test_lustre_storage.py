import json
from typing import Any

import pytest
from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_fsx as fsx

from constructs_lib import ConfigurationError, LustreStorage, Platform, PosixOwner
from tests.unit.storage.site_of_jobs import Site


def test_the_smallest_scratch_file_system(site: Site) -> None:
    LustreStorage(site.stack, "Fast", vpc=site.vpc)
    (system,) = site.resources("AWS::FSx::FileSystem")
    assert (system["FileSystemType"], system["StorageCapacity"]) == ("LUSTRE", 1200)
    assert system["LustreConfiguration"]["DeploymentType"] == "SCRATCH_2"
    assert len(system["SubnetIds"]) == 1


def test_a_persistent_one(site: Site) -> None:
    persistent = fsx.LustreDeploymentType.PERSISTENT_2
    LustreStorage(
        site.stack,
        "Fast",
        vpc=site.vpc,
        capacity=Size.tebibytes(4800 / 1024),
        deployment_type=persistent,
        per_unit_storage_throughput=125,
    )
    (system,) = site.resources("AWS::FSx::FileSystem")
    assert system["StorageCapacity"] == 4800
    assert system["LustreConfiguration"]["PerUnitStorageThroughput"] == 125


def test_instances_mount_it_before_they_take_jobs(site: Site) -> None:
    storage = LustreStorage(site.stack, "Fast", vpc=site.vpc, owner=PosixOwner(uid=7, gid=8))
    ec2.LaunchTemplate(site.stack, "Template", user_data=storage.user_data, require_imdsv2=True)
    template = next(
        template["LaunchTemplateData"]
        for template in site.resources("AWS::EC2::LaunchTemplate")
        if "UserData" in template["LaunchTemplateData"]
    )
    text = json.dumps(template["UserData"])
    assert "multipart/mixed" in text
    assert "LustreMountName" in text
    commands = "\n".join(storage.mount_commands)
    assert "install -d -o 7 -g 8 -m 0750 /mnt/lustre/jobs" in commands
    assert storage.mount_commands[0] == "trap 'systemctl mask --now ecs; shutdown -h now' ERR"


def test_a_job_sees_its_directory(site: Site) -> None:
    storage = LustreStorage(site.stack, "Fast", vpc=site.vpc, clients=[site.ec2], variable="FAST")
    site.job(storage, platform=Platform.EC2)
    container = site.container()
    assert container["Volumes"] == [{"Name": "mnt-lustre", "Host": {"SourcePath": "/mnt/lustre/jobs"}}]
    assert container["Environment"] == [{"Name": "FAST", "Value": "/mnt/lustre"}]


def test_it_and_its_instances_reach_each_other_by_the_ports_of_lustre(site: Site) -> None:
    LustreStorage(site.stack, "Fast", vpc=site.vpc).allow_from(site.ec2)
    rules = site.resources("AWS::EC2::SecurityGroupIngress")
    ways = {
        (rule["SourceSecurityGroupId"]["Fn::GetAtt"][0][:3], rule["GroupId"]["Fn::GetAtt"][0][:3]) for rule in rules
    }
    assert ways == {("Ec2", "Fas"), ("Fas", "Ec2"), ("Fas", "Fas")}
    assert {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in rules} == {("tcp", 988, 1023)}


def test_the_first_generation_grows_by_other_steps(site: Site) -> None:
    LustreStorage(
        site.stack,
        "Fast",
        vpc=site.vpc,
        capacity=Size.gibibytes(3600),
        deployment_type=fsx.LustreDeploymentType.SCRATCH_1,
    )
    (system,) = site.resources("AWS::FSx::FileSystem")
    assert system["StorageCapacity"] == 3600


def test_refuses_fargate(site: Site) -> None:
    storage = LustreStorage(site.stack, "Fast", vpc=site.vpc, clients=[site.fargate])
    with pytest.raises(ConfigurationError, match=r"got LustreStorage for a job on FARGATE.*\(STORAGE001\)"):
        site.job(storage)


def test_refuses_a_job_that_could_not_reach_it(site: Site) -> None:
    storage = LustreStorage(site.stack, "Fast", vpc=site.vpc)
    with pytest.raises(
        ConfigurationError, match=r"LustreStorage 'Stack/Fast', which accepts no connections.*\(STORAGE004\)"
    ):
        site.job(storage, platform=Platform.EC2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"capacity": Size.gibibytes(3000)},
            r"got 3,000 GiB, .* multiples of 2,400 GiB with SCRATCH_2 \(STORAGE009\)",
        ),
        ({"capacity": Size.gibibytes(0)}, r"capacity: got 0 GiB.*\(STORAGE009\)"),
        ({"per_unit_storage_throughput": 125}, r"got 125 with SCRATCH_2.*\(STORAGE010\)"),
        ({"deployment_type": fsx.LustreDeploymentType.PERSISTENT_2}, r"got none with PERSISTENT_2.*\(STORAGE010\)"),
        ({"mount_path": "lustre"}, r"mount_path: got 'lustre'.*\(STORAGE002\)"),
    ],
)
def test_refuses(site: Site, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        LustreStorage(site.stack, "Fast", vpc=site.vpc, **options)
