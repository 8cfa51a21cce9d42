from typing import Any

import pytest
from aws_cdk import App, Aws, RemovalPolicy, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, EfsStorage, Platform, PosixOwner
from tests.unit.storage.site_of_jobs import Site


def test_a_new_file_system_is_closed_and_encrypted(site: Site) -> None:
    EfsStorage(site.stack, "Shared", vpc=site.vpc)
    (system,) = site.resources("AWS::EFS::FileSystem")
    assert system["Encrypted"] is True
    assert system["ThroughputMode"] == "elastic"
    (statement,) = system["FileSystemPolicy"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(site.resources("AWS::EFS::MountTarget")) == 2


def test_the_flag_of_aws_cdk_lib_does_not_let_readers_write() -> None:
    context = {"@aws-cdk/aws-efs:denyAnonymousAccess": True}
    site = Site(Stack(App(analytics_reporting=False, context=context), "Stack"))
    EfsStorage(site.stack, "Shared", vpc=site.vpc)
    (system,) = site.resources("AWS::EFS::FileSystem")
    assert [statement["Effect"] for statement in system["FileSystemPolicy"]["Statement"]] == ["Deny"]


def test_it_outlives_the_stack_unless_one_says_otherwise(site: Site) -> None:
    EfsStorage(site.stack, "Kept", vpc=site.vpc)
    EfsStorage(site.stack, "Gone", vpc=site.vpc, removal_policy=RemovalPolicy.DESTROY)
    systems = Template.from_stack(site.stack).find_resources("AWS::EFS::FileSystem")
    assert {name[:4]: system["DeletionPolicy"] for name, system in systems.items()} == {
        "Kept": "Retain",
        "Gone": "Delete",
    }


def test_only_compute_environments_reach_it(site: Site) -> None:
    storage = EfsStorage(site.stack, "Shared", vpc=site.vpc, clients=[site.fargate])
    storage.allow_from(site.ec2)
    rules = site.resources("AWS::EC2::SecurityGroupIngress")
    assert {rule["SourceSecurityGroupId"]["Fn::GetAtt"][0][:3] for rule in rules} == {"Far", "Ec2"}
    assert {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in rules} == {("tcp", 2049, 2049)}


@pytest.mark.parametrize("platform", Platform)
def test_a_job_mounts_its_access_point_by_tls_and_by_its_role(site: Site, platform: Platform) -> None:
    storage = EfsStorage(site.stack, "Shared", vpc=site.vpc, clients=[site.fargate, site.ec2], variable="SHARED")
    site.job(storage, platform=platform)
    container = site.container()
    (volume,) = container["Volumes"]
    configuration = volume["EfsVolumeConfiguration"]
    assert configuration["TransitEncryption"] == "ENABLED"
    assert configuration["AuthorizationConfig"]["Iam"] == "ENABLED"
    assert configuration["AuthorizationConfig"]["AccessPointId"]["Ref"].startswith("SharedAccessPoint")
    assert container["MountPoints"] == [
        {"ContainerPath": "/mnt/efs", "ReadOnly": False, "SourceVolume": volume["Name"]}
    ]
    assert container["Environment"] == [{"Name": "SHARED", "Value": "/mnt/efs"}]


def test_the_rights_of_a_job_end_at_its_access_point(site: Site) -> None:
    site.job(EfsStorage(site.stack, "Shared", vpc=site.vpc, clients=[site.fargate]))
    ((actions, statement),) = site.job_rights().items()
    assert actions == ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
    assert statement["Resource"]["Fn::GetAtt"][0].startswith("SharedFileSystem")
    assert set(statement["Condition"]["StringEquals"]) == {"elasticfilesystem:AccessPointArn"}


def test_a_reader_cannot_write(site: Site) -> None:
    site.job(EfsStorage(site.stack, "Shared", vpc=site.vpc, clients=[site.fargate], read_only=True))
    assert list(site.job_rights()) == [("elasticfilesystem:ClientMount",)]
    assert site.container()["MountPoints"][0]["ReadOnly"] is True


def test_files_belong_to_the_owner(site: Site) -> None:
    owner = PosixOwner(uid=2000, gid=3000)
    EfsStorage(site.stack, "Shared", vpc=site.vpc, path="/runs", owner=owner, permissions="700")
    (point,) = site.resources("AWS::EFS::AccessPoint")
    assert point["PosixUser"] == {"Uid": "2000", "Gid": "3000"}
    created = {"OwnerUid": "2000", "OwnerGid": "3000", "Permissions": "700"}
    assert point["RootDirectory"] == {"Path": "/runs", "CreationInfo": created}


def test_a_file_system_that_exists(site: Site) -> None:
    group = ec2.SecurityGroup.from_security_group_id(site.stack, "Group", "sg-1")
    system = efs.FileSystem.from_file_system_attributes(
        site.stack, "Existing", file_system_id="fs-1", security_group=group
    )
    site.job(EfsStorage(site.stack, "Shared", file_system=system, clients=[site.fargate]))
    assert site.resources("AWS::EFS::FileSystem") == []
    assert [rule["GroupId"] for rule in site.resources("AWS::EC2::SecurityGroupIngress")] == ["sg-1"]
    assert site.container()["Volumes"][0]["EfsVolumeConfiguration"]["FileSystemId"] == "fs-1"


def test_subnets_can_be_named_and_one_per_zone_is_taken(site: Site) -> None:
    isolated = ec2.SubnetType.PRIVATE_ISOLATED
    two = [ec2.SubnetConfiguration(name=name, subnet_type=isolated) for name in ("Jobs", "Others")]
    vpc = ec2.Vpc(site.stack, "Vpc", max_azs=2, subnet_configuration=two)
    EfsStorage(site.stack, "Shared", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=isolated))
    subnets = [target["SubnetId"]["Ref"] for target in site.resources("AWS::EFS::MountTarget")]
    assert [subnet[:14] for subnet in subnets] == ["VpcJobsSubnet1", "VpcJobsSubnet2"]


def test_refuses_a_vpc_without_private_subnets(site: Site) -> None:
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(site.stack, "Vpc", subnet_configuration=[isolated])
    with pytest.raises(ConfigurationError, match=r"EfsStorage 'Stack/Shared' vpc_subnets: .*\(BATCH021\)"):
        EfsStorage(site.stack, "Shared", vpc=vpc)


def test_refuses_a_job_that_could_not_reach_it(site: Site) -> None:
    message = r"'Stack/Job' storage\[0\]: got EfsStorage 'Stack/Shared', which accepts no connections.*\(STORAGE004\)"
    with pytest.raises(ConfigurationError, match=message):
        site.job(EfsStorage(site.stack, "Shared", vpc=site.vpc))


def test_refuses_both_a_network_and_a_file_system_and_neither(site: Site) -> None:
    system = efs.FileSystem(site.stack, "Existing", vpc=site.vpc)
    with pytest.raises(ConfigurationError, match=r"got both vpc and file_system.*\(STORAGE008\)"):
        EfsStorage(site.stack, "Both", vpc=site.vpc, file_system=system)
    with pytest.raises(ConfigurationError, match=r"got neither vpc nor file_system.*\(STORAGE008\)"):
        EfsStorage(site.stack, "Neither")


@pytest.mark.parametrize("option", ["path", "mount_path"])
def test_refuses_relative_paths(site: Site, option: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"EfsStorage 'Stack/Shared' {option}: got 'data'.*\(STORAGE002\)"):
        EfsStorage(site.stack, "Shared", vpc=site.vpc, **{option: "data"})


ACCESS_POINT = {"access_point_id": "fsap-0123456789abcdef0"}
TLS = {"enable_transit_encryption": True}


def volume(site: Site, **options: Any) -> batch.EfsVolume:
    file_system = efs.FileSystem.from_file_system_attributes(
        site.stack,
        "Own",
        file_system_id="fs-0123456789abcdef0",
        security_group=ec2.SecurityGroup.from_security_group_id(site.stack, "Group", "sg-1"),
    )
    return batch.EcsVolume.efs(name="own", container_path="/own", file_system=file_system, **options)


@pytest.mark.parametrize(
    ("options", "code", "got"),
    [
        (ACCESS_POINT, "STORAGE012", "an access point and without TLS"),
        ({"use_job_role": True}, "STORAGE012", "the role of the job and without TLS"),
        (
            {"use_job_role": True, "enable_transit_encryption": False},
            "STORAGE012",
            "the role of the job and without TLS",
        ),
        (
            {**ACCESS_POINT, **TLS, "root_directory": "/data"},
            "STORAGE015",
            "an access point and root_directory='/data'",
        ),
    ],
)
@pytest.mark.parametrize("platform", Platform)
def test_a_volume_of_aws_cdk_lib_that_ecs_refuses_is_refused(
    site: Site, platform: Platform, options: dict[str, Any], code: str, got: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        site.job(platform=platform, volumes=[volume(site, **options)])
    assert (caught.value.code, caught.value.where) == (code, "ContainerJob 'Stack/Job' volumes[0]")
    assert got in caught.value.got


@pytest.mark.parametrize(
    "options",
    [
        {},
        TLS,
        {"root_directory": "/data"},
        {**ACCESS_POINT, **TLS, "use_job_role": True, "root_directory": "/"},
        {**ACCESS_POINT, **TLS, "root_directory": Aws.NO_VALUE},
    ],
)
def test_one_that_ecs_takes_is_not(site: Site, options: dict[str, Any]) -> None:
    site.job(volumes=[volume(site, **options)])


def test_a_storage_of_somebodys_own_is_looked_at_as_well(site: Site) -> None:
    class Plain(EfsStorage):
        def volume(self, name: str) -> batch.EcsVolume:
            return batch.EfsVolume(
                name=name,
                container_path=self.mount_path,
                file_system=self.file_system,
                access_point_id=self.access_point.access_point_id,
            )

    plain = Plain(site.stack, "Plain", vpc=site.vpc, clients=[site.fargate])
    with pytest.raises(ConfigurationError, match=r"'Stack/Job' storage\[1\]: got an EFS volume with an access point"):
        site.job(EfsStorage(site.stack, "Good", vpc=site.vpc, clients=[site.fargate], mount_path="/good"), plain)
