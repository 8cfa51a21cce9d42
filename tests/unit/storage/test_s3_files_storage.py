from typing import Any

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib import ConfigurationError, Platform, S3FilesStorage
from tests.unit.storage.site_of_jobs import Site


def make(site: Site, **options: Any) -> S3FilesStorage:
    bucket = s3.Bucket(site.stack, "Bucket", versioned=True, **options.pop("of_bucket", {}))
    return S3FilesStorage(site.stack, "Lake", vpc=site.vpc, bucket=bucket, **{"prefix": "lake/", **options})


def test_a_file_system_in_each_zone(site: Site) -> None:
    make(site)
    (system,) = site.resources("AWS::S3Files::FileSystem")
    assert system["Prefix"] == "lake/"
    assert system["Bucket"]["Fn::GetAtt"][1] == "Arn"
    targets = site.resources("AWS::S3Files::MountTarget")
    assert len({target["SubnetId"]["Ref"] for target in targets}) == 2


def test_files_belong_to_the_owner(site: Site) -> None:
    make(site)
    (point,) = site.resources("AWS::S3Files::AccessPoint")
    assert point["PosixUser"] == {"Uid": "1000", "Gid": "1000"}
    created = {"OwnerUid": "1000", "OwnerGid": "1000", "Permissions": "750"}
    assert point["RootDirectory"] == {"Path": "/jobs", "CreationPermissions": created}


def test_a_job_mounts_it(site: Site) -> None:
    site.job(make(site, clients=[site.fargate], variable="LAKE"))
    container = site.container()
    (volume,) = container["Volumes"]
    assert set(volume) == {"Name", "S3FilesVolumeConfiguration"}
    assert volume["S3FilesVolumeConfiguration"]["AccessPointArn"]["Fn::GetAtt"][1] == "AccessPointArn"
    assert volume["S3FilesVolumeConfiguration"]["FileSystemArn"]["Fn::GetAtt"][1] == "FileSystemArn"
    assert container["MountPoints"] == [{"ContainerPath": "/mnt/s3", "ReadOnly": False, "SourceVolume": "mnt-s3"}]
    assert container["Environment"] == [{"Name": "LAKE", "Value": "/mnt/s3"}]


def test_the_rights_of_a_job_end_at_its_access_point_and_prefix(site: Site) -> None:
    site.job(make(site, clients=[site.fargate]))
    rights = site.job_rights()
    mount = rights["s3files:ClientMount", "s3files:ClientWrite"]
    assert set(mount["Condition"]["StringEquals"]) == {"s3files:AccessPointArn"}
    assert rights["s3:GetObject", "s3:GetObjectVersion"]["Resource"]["Fn::Join"][1][1] == "/lake/*"
    assert rights["s3:ListBucket",]["Condition"] == {"StringLike": {"s3:prefix": ["lake/*"]}}


def test_a_reader_cannot_write(site: Site) -> None:
    site.job(make(site, clients=[site.fargate], read_only=True))
    assert ("s3files:ClientMount",) in site.job_rights()


def test_s3_files_takes_its_role_on_for_this_account_and_prefix(site: Site) -> None:
    make(site, of_bucket={"encryption_key": kms.Key(site.stack, "Key")})
    (role,) = (role for role in site.resources("AWS::IAM::Role") if "in step" in role.get("Description", ""))
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "elasticfilesystem.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    bucket, objects, key = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert bucket["Condition"] == {"StringLike": {"s3:prefix": ["lake/*"]}}
    assert objects["Resource"]["Fn::Join"][1][1] == "/lake/*"
    assert key["Resource"]["Fn::GetAtt"][0].startswith("Key")


def test_only_compute_environments_reach_it(site: Site) -> None:
    make(site).allow_from(site.fargate)
    (rule,) = site.resources("AWS::EC2::SecurityGroupIngress")
    assert rule["SourceSecurityGroupId"]["Fn::GetAtt"][0].startswith("Fargate")
    assert (rule["FromPort"], rule["ToPort"]) == (2049, 2049)


def test_refuses_instances(site: Site) -> None:
    storage = make(site, clients=[site.ec2])
    with pytest.raises(ConfigurationError, match=r"S3FilesStorage for a job on EC2, only jobs on FARGATE.*STORAGE001"):
        site.job(storage, platform=Platform.EC2)


def test_refuses_a_job_that_could_not_reach_it(site: Site) -> None:
    storage = make(site)
    with pytest.raises(
        ConfigurationError, match=r"S3FilesStorage 'Stack/Lake', which accepts no connections.*\(STORAGE004\)"
    ):
        site.job(storage)


def test_refuses_a_bucket_without_versions(site: Site) -> None:
    bucket = s3.Bucket(site.stack, "Plain")
    with pytest.raises(ConfigurationError, match=r"bucket: got a bucket without versions.*\(STORAGE011\)"):
        S3FilesStorage(site.stack, "Lake", vpc=site.vpc, bucket=bucket)


def test_a_bucket_of_another_app_is_taken_as_it_is(site: Site) -> None:
    bucket = s3.Bucket.from_bucket_name(site.stack, "Other", "other")
    S3FilesStorage(site.stack, "Lake", vpc=site.vpc, bucket=bucket)
    (system,) = site.resources("AWS::S3Files::FileSystem")
    assert "Prefix" not in system


@pytest.mark.parametrize("prefix", ["lake", "/lake/", "lake/*/"])
def test_refuses_a_prefix_that_is_no_directory(site: Site, prefix: str) -> None:
    with pytest.raises(ConfigurationError, match=r"'Stack/Lake' prefix: .*\(STORAGE003\)"):
        make(site, prefix=prefix)


def test_it_keeps_its_place_among_other_volumes(site: Site) -> None:
    storage = make(site, clients=[site.fargate])
    twice = S3FilesStorage(
        site.stack,
        "Other",
        vpc=site.vpc,
        bucket=s3.Bucket(site.stack, "Second", versioned=True),
        clients=[site.fargate],
        mount_path="/mnt/other",
    )
    site.job(storage, twice)
    names = [volume["Name"] for volume in site.container()["Volumes"]]
    assert names == ["mnt-s3", "mnt-other"]
