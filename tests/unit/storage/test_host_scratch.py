import pytest
from aws_cdk import aws_batch as batch

from constructs_lib import ConfigurationError, HostScratch, Platform
from tests.unit.storage.site_of_jobs import Site


def test_each_job_has_its_own_place_by_default(site: Site) -> None:
    site.job(HostScratch(variable="SCRATCH"), platform=Platform.EC2)
    container = site.container()
    assert container["Volumes"] == [{"Name": "scratch", "Host": {}}]
    assert container["MountPoints"] == [{"ContainerPath": "/scratch", "ReadOnly": False, "SourceVolume": "scratch"}]
    assert container["Environment"] == [{"Name": "SCRATCH", "Value": "/scratch"}]


def test_jobs_of_an_instance_share_a_directory_that_is_named(site: Site) -> None:
    site.job(
        HostScratch(mount_path="/var/cache/models", host_path="/mnt/instance-store", read_only=True),
        platform=Platform.EC2,
    )
    container = site.container()
    assert container["Volumes"] == [{"Name": "var-cache-models", "Host": {"SourcePath": "/mnt/instance-store"}}]
    assert container["MountPoints"][0]["ReadOnly"] is True


def test_it_goes_with_volumes_of_aws_cdk_lib(site: Site) -> None:
    volume = batch.EcsVolume.host(name="own", container_path="/own", host_path="/own")
    site.job(HostScratch(), platform=Platform.EC2, volumes=[volume])
    assert [volume["Name"] for volume in site.container()["Volumes"]] == ["own", "scratch"]


def test_fargate_has_no_host(site: Site) -> None:
    message = r"'Stack/Job' storage\[0\]: got HostScratch for a job on FARGATE, only jobs on EC2 .*\(STORAGE001\)"
    with pytest.raises(ConfigurationError, match=message):
        site.job(HostScratch())


def test_fargate_has_no_host_for_aws_cdk_lib_either(site: Site) -> None:
    volume = batch.EcsVolume.host(name="own", container_path="/own", host_path="/own")
    message = r"'Stack/Job' volumes\[0\]: got a directory of the host for a job on FARGATE.*\(STORAGE001\)"
    with pytest.raises(ConfigurationError, match=message):
        site.job(volumes=[volume])


@pytest.mark.parametrize("path", ["scratch", "/", "/scratch/", "/a/../b", "//scratch"])
def test_refuses_paths_that_are_no_directory_below_the_root(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"HostScratch mount_path: .*\(STORAGE002\)"):
        HostScratch(mount_path=path)
    with pytest.raises(ConfigurationError, match=r"HostScratch host_path: .*\(STORAGE002\)"):
        HostScratch(host_path=path)


def test_refuses_two_volumes_at_one_place(site: Site) -> None:
    with pytest.raises(ConfigurationError, match=r"storage\[1\]: got /scratch, where something is .*\(STORAGE006\)"):
        site.job(HostScratch(), HostScratch(host_path="/mnt/disk"), platform=Platform.EC2)
