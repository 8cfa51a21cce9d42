from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, ContainerJob, LinuxParameters, Platform

Make = Callable[..., ContainerJob]

NO_CORE_FILES = batch.Ulimit(name=batch.UlimitName.CORE, soft_limit=0, hard_limit=0)


def rendered(stack: Stack) -> dict[str, Any]:
    (definition,) = Template.from_stack(stack).find_resources("AWS::Batch::JobDefinition").values()
    container: dict[str, Any] = definition["Properties"]["ContainerProperties"]
    return container


def test_everything_reaches_the_template(stack: Stack, make_job: Make) -> None:
    make_job(
        linux_parameters=LinuxParameters(
            shared_memory=Size.gibibytes(2),
            tmpfs={"/cache": Size.mebibytes(256)},
            devices=["/dev/fuse"],
            init_process=True,
            max_swap=Size.gibibytes(1),
            swappiness=10,
        ),
        ulimits=[batch.Ulimit(name=batch.UlimitName.NOFILE, soft_limit=65_536, hard_limit=65_536)],
    )
    assert rendered(stack)["LinuxParameters"] == {
        "SharedMemorySize": 2048,
        "Tmpfs": [{"ContainerPath": "/cache", "Size": 256}],
        "Devices": [{"HostPath": "/dev/fuse"}],
        "InitProcessEnabled": True,
        "MaxSwap": 1024,
        "Swappiness": 10,
    }
    assert rendered(stack)["Ulimits"] == [{"Name": "nofile", "SoftLimit": 65_536, "HardLimit": 65_536}]


def test_no_swap_at_all(stack: Stack, make_job: Make) -> None:
    make_job(linux_parameters=LinuxParameters(max_swap=Size.mebibytes(0)))
    assert rendered(stack)["LinuxParameters"] == {"MaxSwap": 0}


@pytest.mark.parametrize("ours", [True, False])
def test_fargate_has_an_init_process(stack: Stack, make_job: Make, ours: bool) -> None:
    theirs = batch.LinuxParameters(stack, "Linux", init_process_enabled=True)
    make_job(platform=Platform.FARGATE, linux_parameters=LinuxParameters(init_process=True) if ours else theirs)
    assert rendered(stack)["LinuxParameters"] == {"InitProcessEnabled": True}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shared_memory": Size.mebibytes(64)}, "linux_parameters: got shared_memory on Fargate, only jobs on EC2"),
        (
            {"tmpfs": {"/t": Size.mebibytes(1)}, "devices": ["/dev/fuse"]},
            "got tmpfs, devices on Fargate, only jobs on EC2 have it (JOB001). Leave it out, or use Platform.EC2.",
        ),
        ({"max_swap": Size.mebibytes(0)}, "got max_swap on Fargate"),
    ],
)
def test_refuses_on_fargate(make_job: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_job(platform=Platform.FARGATE, linux_parameters=LinuxParameters(**options))
    assert message in str(caught.value)


def test_refuses_the_objects_of_aws_cdk_lib_on_fargate_too(stack: Stack, make_job: Make) -> None:
    parameters = batch.LinuxParameters(stack, "Linux", shared_memory_size=Size.mebibytes(64))
    parameters.add_tmpfs(batch.Tmpfs(container_path="/t", size=Size.mebibytes(1)))
    with pytest.raises(ConfigurationError, match="got shared_memory, tmpfs on Fargate"):
        make_job(platform=Platform.FARGATE, linux_parameters=parameters)
    with pytest.raises(ConfigurationError, match="ContainerJob 'Stack/Job': got ulimits on Fargate"):
        make_job(
            platform=Platform.FARGATE, ulimits=[batch.Ulimit(name=batch.UlimitName.CORE, soft_limit=0, hard_limit=0)]
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shared_memory": Size.mebibytes(0)}, "linux_parameters.shared_memory: got 0 MiB, AWS Batch allows 1 or more"),
        (
            {"shared_memory": Size.kibibytes(1500)},
            "got 1.46484 MiB, AWS counts in whole MiB (JOB002).",
        ),
        ({"tmpfs": {"/t": Size.mebibytes(0)}}, "linux_parameters.tmpfs[/t]: got 0 MiB, AWS Batch allows 1 or more"),
        ({"tmpfs": {"t": Size.mebibytes(1)}}, "linux_parameters: got the path 't', a path begins with a slash"),
        ({"devices": ["fuse"]}, "got the path 'fuse', a path begins with a slash"),
        (
            {"max_swap": Size.mebibytes(1), "swappiness": 101},
            "swappiness: got 101, AWS Batch allows 0 to 100",
        ),
        ({"swappiness": 10}, "swappiness: got 10 without max_swap, AWS Batch ignores"),
    ],
)
def test_refuses(stack: Stack, make_job: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_job(linux_parameters=LinuxParameters(**options))
    assert message in str(caught.value)
    assert not stack.node.children, "a refused job leaves nothing behind"
