from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Annotations, Match, Template

import constructs_lib
from constructs_lib import (
    ConfigurationError,
    HostScratch,
    JobContainer,
    JobImage,
    JobSecret,
    LinuxParameters,
    MultiContainerJob,
    Platform,
    S3Storage,
    StartAfter,
)
from tests.unit.resources import job, resources

BUSYBOX = JobImage.from_registry("busybox:1.37")


def container(name: str = "main", **options: Any) -> JobContainer:
    return JobContainer(**{"name": name, "image": BUSYBOX, "vcpus": 1, "memory": Size.gibibytes(2), **options})


def properties(stack: Stack) -> dict[str, Any]:
    return job(dict(Template.from_stack(stack).to_json()), "Job")


def task(stack: Stack) -> dict[str, Any]:
    (only,) = properties(stack)["EcsProperties"]["TaskProperties"]
    return dict(only)


def test_containers_start_in_order_and_end_together(stack: Stack) -> None:
    fetch = container("fetch", essential=False, command=["fetch", "Ref::source"])
    watch = container("watch", essential=False, after={"fetch": StartAfter.COMPLETE, "main": StartAfter.START})
    MultiContainerJob(
        stack,
        "Job",
        containers=[container("main", after={"fetch": StartAfter.SUCCESS}), fetch, watch],
        parameters={"source": "none"},
    )
    rendered = {each["Name"]: each for each in task(stack)["Containers"]}
    assert {name: each["Essential"] for name, each in rendered.items()} == {
        "main": True,
        "fetch": False,
        "watch": False,
    }
    assert rendered["main"]["DependsOn"] == [{"ContainerName": "fetch", "Condition": "SUCCESS"}]
    assert "DependsOn" not in rendered["fetch"]
    assert rendered["watch"]["DependsOn"] == [
        {"ContainerName": "fetch", "Condition": "COMPLETE"},
        {"ContainerName": "main", "Condition": "START"},
    ]
    assert rendered["fetch"]["Command"] == ["fetch", "Ref::source"]
    assert "ContainerProperties" not in properties(stack)
    assert properties(stack)["Timeout"] == {"AttemptDurationSeconds": 3600}
    assert {entry["Action"] for entry in properties(stack)["RetryStrategy"]["EvaluateOnExit"]} == {"EXIT"}


def test_nothing_is_left_of_what_renders_them(stack: Stack) -> None:
    MultiContainerJob(stack, "Job", containers=[container("a"), container("b")])
    template = dict(Template.from_stack(stack).to_json())
    assert len(resources(template, "AWS::Batch::JobDefinition")) == 1
    assert len(resources(template, "AWS::IAM::Role")) == 2
    assert len(resources(template, "AWS::Logs::LogGroup")) == 1


def test_shared_directories_and_storage_are_in_every_container(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    made = MultiContainerJob(
        stack,
        "Job",
        containers=[container("a"), container("b", environment={"MODE": "fast"})],
        shared_directories=["/exchange"],
        storage=[S3Storage(bucket=bucket, prefix="in/", variable="IN"), HostScratch(host_path="/mnt/fast")],
    )
    assert task(stack)["Volumes"] == [
        {"Name": "scratch", "Host": {"SourcePath": "/mnt/fast"}},
        {"Name": "shared-0", "Host": {}},
    ]
    for each in task(stack)["Containers"]:
        assert [(at["SourceVolume"], at["ContainerPath"]) for at in each["MountPoints"]] == [
            ("scratch", "/scratch"),
            ("shared-0", "/exchange"),
        ]
    names = [[item["Name"] for item in each["Environment"]] for each in task(stack)["Containers"]]
    assert names == [["IN"], ["MODE", "IN"]]
    assert made.job_role.node.try_find_child("DefaultPolicy")


def test_fargate_has_its_options_once_and_no_hosts(stack: Stack) -> None:
    MultiContainerJob(
        stack,
        "Job",
        platform=Platform.FARGATE,
        containers=[
            container("a", vcpus=0.25, memory=Size.mebibytes(512)),
            container("b", vcpus=0.75, memory=Size.mebibytes(1536)),
        ],
        shared_directories=["/exchange"],
        ephemeral_storage=Size.gibibytes(50),
        assign_public_ip=True,
        architecture=ec2.InstanceArchitecture.ARM_64,
    )
    assert task(stack)["Volumes"] == [{"Name": "shared-0"}]
    assert task(stack)["EphemeralStorage"] == {"SizeInGiB": 50}
    assert task(stack)["NetworkConfiguration"] == {"AssignPublicIp": "ENABLED"}
    assert task(stack)["PlatformVersion"] == "LATEST"
    assert task(stack)["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    assert properties(stack)["PlatformCapabilities"] == ["FARGATE"]


def test_each_container_has_its_own_secrets_credentials_and_linux(stack: Stack) -> None:
    token = secretsmanager.Secret(stack, "Token")
    registry = secretsmanager.Secret(stack, "Registry")
    private = JobImage.from_registry("registry.example.com/model:3", credentials=registry)
    MultiContainerJob(
        stack,
        "Job",
        containers=[
            container("a", secrets={"TOKEN": JobSecret.from_secrets_manager(token)}),
            container("b", image=private, linux_parameters=LinuxParameters(shared_memory=Size.gibibytes(1)), gpus=1),
        ],
    )
    first, second = task(stack)["Containers"]
    assert first["Secrets"] == [{"Name": "TOKEN", "ValueFrom": stack.resolve(token.secret_arn)}]
    assert "Secrets" not in second
    assert second["RepositoryCredentials"] == {"CredentialsParameter": stack.resolve(registry.secret_arn)}
    assert second["LinuxParameters"] == {"SharedMemorySize": 1024}
    assert {"Type": "GPU", "Value": "1"} in second["ResourceRequirements"]


def test_options_of_the_definition(stack: Stack) -> None:
    seats = constructs_lib.RateLimit(stack, "Seats", limit=2)
    made = MultiContainerJob(
        stack,
        "Job",
        containers=[container()],
        timeout=Duration.hours(2),
        scheduling_priority=5,
        propagate_tags=False,
        keep_revisions=True,
        consumes={seats: 1},
        job_definition_name="job",
    )
    rendered = properties(stack)
    assert (rendered["SchedulingPriority"], rendered["PropagateTags"], rendered["JobDefinitionName"]) == (
        5,
        False,
        "job",
    )
    assert rendered["ResourceRetentionPolicy"] == {"SkipDeregisterOnUpdate": True}
    assert rendered["ConsumableResourceProperties"]["ConsumableResourceList"][0]["Quantity"] == 1
    assert made.grant_principal is made.job_role


def test_warns_of_an_image_that_moves(stack: Stack) -> None:
    MultiContainerJob(stack, "Job", containers=[container(), container("b", image=JobImage.from_registry("busybox"))])
    assert len(Annotations.from_stack(stack).find_warning("/Stack/Job", Match.any_value())) == 1


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([], "containers: got 0 containers, AWS Batch allows 1 to 10 per job (BATCH030)."),
        ([container(str(index)) for index in range(11)], "containers: got 11 containers, AWS Batch allows 1 to 10"),
        ([container(), container()], "containers: got 2 containers 'main', each has a name of its own"),
        ([container("a b")], "containers[0]: got the name 'a b', a container has up to 255 letters"),
        ([container(essential=False)], "containers: got no essential container, the job ends with the end of one"),
        ([container(after={"b": StartAfter.START})], "containers[0].after: got 'b', the containers are main"),
        (
            [container(), container("b", after={"main": StartAfter.SUCCESS})],
            "containers[1].after: got SUCCESS of 'main', which is essential, the end of an essential container is the",
        ),
        (
            [container("a", after={"b": StartAfter.START}), container("b", after={"a": StartAfter.START})],
            "containers: got 'a' after 'b' after 'a', one of them has to start first",
        ),
        ([container(after={"main": StartAfter.START})], "got 'main' after 'main', one of them has to start first"),
        ([container(environment={"AWS_BATCH_X": "1"})], "containers[0].environment: got an environment variable AWS_"),
    ],
)
def test_refuses(stack: Stack, containers: list[JobContainer], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MultiContainerJob(stack, "Job", containers=containers)
    assert str(caught.value).startswith("MultiContainerJob 'Stack/Job' ")
    assert message in str(caught.value)
    assert not stack.node.children


@pytest.mark.parametrize(
    ("containers", "options", "message"),
    [
        (
            [container(vcpus=0.5)],
            {},
            "Container 'main' of MultiContainerJob 'Stack/Job' vcpus: got 0.5 vCPUs",
        ),
        (
            [container(), container("b", vcpus=2)],
            {"platform": Platform.FARGATE},
            "got 3 vCPU with 4096 MiB",
        ),
        ([container(gpus=1)], {"platform": Platform.FARGATE}, "gpus: got 1 GPUs on Fargate"),
        (
            [container(linux_parameters=LinuxParameters(devices=["/dev/fuse"]))],
            {"platform": Platform.FARGATE},
            "linux_parameters: got devices on Fargate",
        ),
        ([container()], {"ephemeral_storage": Size.gibibytes(30)}, "ephemeral_storage: got a value on EC2"),
        ([container()], {"assign_public_ip": True}, "assign_public_ip: got a public address for a job on EC2"),
        (
            [container()],
            {"shared_directories": ["work"]},
            "shared_directories[0]: got 'work', a directory",
        ),
        ([container()], {"shared_directories": ["/a", "/a"]}, "shared_directories[1]: got /a again"),
        ([container()], {"shared_directories": ["/scratch"], "storage": [HostScratch()]}, "got /scratch again"),
    ],
)
def test_refuses_what_the_platform_lacks(
    stack: Stack, containers: list[JobContainer], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MultiContainerJob(stack, "Job", containers=containers, **options)
    assert message in str(caught.value)
