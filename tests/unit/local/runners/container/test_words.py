"""What is asked of the engine for a job: each member of its container, and nothing that was not said."""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.runners.container.engine import ContainerEngine
from constructs_lib.local.runners.container.words import container_name, create_words
from constructs_lib.local.runners.several import PartJob
from constructs_lib.local.runners.volumes import Volumes
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import Job, JobSpec

ENGINE = ContainerEngine(("docker",))
UNLIMITED = ContainerEngine(("docker",), limits_memory=False, limits_cpu=False)


def words(
    container: dict[str, Any],
    directory: Path = Path("/nowhere"),
    engine: ContainerEngine = UNLIMITED,
    *,
    platform: str = "EC2",
    vcpus: float = 2.0,
    environment: dict[str, str] | None = None,
) -> str:
    spec = SimpleNamespace(
        container={"command": [], **container},
        memory=512.0,
        vcpus=vcpus,
        details={"platformCapabilities": [platform]},
    )
    job = cast("Job", SimpleNamespace(spec=spec))
    made = create_words(job, "image", environment or {}, engine, Volumes(directory))
    return " ".join(made)


def test_a_job_that_asks_for_nothing() -> None:
    assert words({}) == "--network host image"


def test_the_command_follows_the_image_and_the_configured_words_come_last_before_it() -> None:
    engine = replace(UNLIMITED, create_words=("--ulimit", "nproc=9"))
    assert words({"command": ["a", "b"]}, engine=engine) == "--network host --ulimit nproc=9 image a b"


def test_an_engine_in_a_virtual_machine_has_a_network_of_its_own() -> None:
    assert words({}, engine=replace(UNLIMITED, shares_network=False)) == "image"


def test_variables_keep_their_characters() -> None:
    assert words({}, environment={"A": "1=2", "B": ""}) == "--network host --env A=1=2 --env B= image"


def test_vcpus_are_a_share_of_an_instance() -> None:
    made = words({}, engine=ENGINE)
    assert made == "--network host --memory 512m --memory-swap 512m --cpu-shares 2048 image"


@pytest.mark.parametrize(("vcpus", "expected"), [(0.25, "0.25"), (10_000.0, f"{os.cpu_count()}")])
def test_vcpus_are_a_limit_on_fargate_but_no_more_than_there_are(vcpus: float, expected: str) -> None:
    assert f"--cpus {expected} image" in words({}, engine=ENGINE, platform="FARGATE", vcpus=vcpus)


def test_swap_is_what_the_job_asks_for() -> None:
    made = words({"linuxParameters": {"maxSwap": 100, "swappiness": 60}}, engine=ENGINE)
    assert "--memory 512m --memory-swap 612m --memory-swappiness 60" in made


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"user": "1000:1000"}, "--user 1000:1000"),
        ({"readonlyRootFilesystem": True}, "--read-only"),
        ({"privileged": True}, "--privileged"),
        ({"ulimits": [{"name": "nofile", "softLimit": 10, "hardLimit": 20}]}, "--ulimit nofile=10:20"),
        ({"linuxParameters": {"initProcessEnabled": True}}, "--init"),
        ({"linuxParameters": {"sharedMemorySize": 64}}, "--shm-size 64m"),
        (
            {"linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 8, "mountOptions": ["rw", "noexec"]}]}},
            "--tmpfs /t:size=8m,rw,noexec",
        ),
        ({"linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 8}]}}, "--tmpfs /t:size=8m"),
        ({"linuxParameters": {"devices": [{"hostPath": "/dev/fuse"}]}}, "--device /dev/fuse:/dev/fuse"),
        (
            {
                "linuxParameters": {
                    "devices": [{"hostPath": "/dev/a", "containerPath": "/dev/b", "permissions": ["READ", "MKNOD"]}]
                }
            },
            "--device /dev/a:/dev/b:rm",
        ),
        ({"user": "", "readonlyRootFilesystem": False, "privileged": False, "ulimits": []}, ""),
    ],
)
def test_members_of_the_container(container: dict[str, Any], expected: str) -> None:
    assert words(container) == " ".join(["--network host", *([expected] if expected else []), "image"])


@pytest.mark.parametrize(
    ("volume", "inside"),
    [
        ({"host": {"sourcePath": "/data/../x"}}, "host/data/x"),
        ({"efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/a"}}, "efs/fs-1/a"),
        ({"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}, "efs/fs-1"),
    ],
)
def test_a_volume_is_a_directory_of_the_run(tmp_path: Path, volume: dict[str, Any], inside: str) -> None:
    container = {
        "volumes": [{"name": "v", **volume}],
        "mountPoints": [
            {"sourceVolume": "v", "containerPath": "/in"},
            {"sourceVolume": "v", "containerPath": "/ro", "readOnly": True},
        ],
    }
    directory = tmp_path / inside
    assert f"--volume {directory}:/in --volume {directory}:/ro:ro" in words(container, tmp_path)
    assert directory.stat().st_mode & 0o777 == 0o777


def volume_words(tmp_path: Path, volume: dict[str, Any], inside: str = "/in") -> str:
    container = {"volumes": [{"name": "v", **volume}], "mountPoints": [{"sourceVolume": "v", "containerPath": inside}]}
    return words(container, tmp_path / "volumes")


@pytest.mark.parametrize(
    ("volume", "inside"),
    [
        ({"host": {"sourcePath": "../../../outside"}}, "host/outside"),
        ({"efsVolumeConfiguration": {"fileSystemId": "../../outside"}}, "efs/%../%../outside"),
        ({"efsVolumeConfiguration": {"fileSystemId": "/outside"}}, "efs/%/outside"),
        ({"efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/../../outside"}}, "efs/fs-1/outside"),
    ],
)
def test_no_volume_is_outside_of_the_run(tmp_path: Path, volume: dict[str, Any], inside: str) -> None:
    assert f"--volume {tmp_path}/volumes/{inside}:/in" in volume_words(tmp_path, volume)
    assert [path.name for path in tmp_path.iterdir()] == ["volumes"]


@pytest.mark.parametrize("target", ["outside", "../../../outside", "../../../../outside"])
def test_a_link_that_a_job_has_made_in_a_volume_leads_nowhere_else(tmp_path: Path, target: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    link = tmp_path / "volumes" / "host" / "data" / "link"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside if target == "outside" else target)
    made = volume_words(tmp_path, {"host": {"sourcePath": "/data/link/more"}})
    assert f"--volume {tmp_path}/volumes/host/" in made
    assert (outside.stat().st_mode & 0o777, list(outside.iterdir())) == (0o700, [])


def test_a_file_in_the_place_of_a_volume_is_the_reason_why_it_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "volumes" / "host").mkdir(parents=True)
    (tmp_path / "volumes" / "host" / "data").write_text("")
    with pytest.raises(CannotStartError, match=r"CannotCreateContainerError: .*/host/data: File exists"):
        volume_words(tmp_path, {"host": {"sourcePath": "/data"}})


@pytest.mark.parametrize("volume", [{}, {"host": {"sourcePath": "/data"}}])
def test_no_path_of_this_machine_is_mounted_by_a_colon(tmp_path: Path, volume: dict[str, Any]) -> None:
    with pytest.raises(CannotStartError, match="the path /etc:/in of a mount point has a colon in it"):
        volume_words(tmp_path, volume, "/etc:/in")


def test_a_volume_of_neither_is_the_containers_own(tmp_path: Path) -> None:
    container = {"volumes": [{"name": "v"}], "mountPoints": [{"sourceVolume": "v", "containerPath": "/in"}]}
    assert "--volume /in image" in words(container, tmp_path)


def test_a_volume_of_neither_is_shared_by_the_containers_of_a_job(tmp_path: Path) -> None:
    container = {
        "name": "side",
        "command": [],
        "volumes": [{"name": "v"}, {"name": "w", "host": {"sourcePath": "/x"}}],
        "mountPoints": [{"sourceVolume": name, "containerPath": f"/{name}"} for name in ("v", "w")],
    }
    spec = SimpleNamespace(container=container, memory=0, vcpus=0, details={})
    job = PartJob("job:0", cast("JobSpec", spec), 0.0, attempts=[Attempt("", "log")], shared=tmp_path / "shared")
    made = " ".join(create_words(job, "image", {}, UNLIMITED, Volumes(tmp_path)))
    assert f"--volume {tmp_path}/shared/v:/v --volume {tmp_path}/host/x:/w image" in made
    assert container_name(job) == "constructs-lib-job-0-1-side"
