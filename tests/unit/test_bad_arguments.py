"""Arguments of a right type and a wrong value: each is refused in words that name what and where.

Beside `core/test_argument_table.py`, which has every wrong type.
"""

# ruff: noqa: E501 - a case reads best on one line

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_fsx as fsx

from constructs_lib import (
    CapacityReservation,
    ConfigurationError,
    CostTags,
    HostScratch,
    InstanceScratch,
    ItemSource,
    JobContainer,
    JobImage,
    LinuxParameters,
    NetworkAccess,
    NodeGroup,
    OwnDefinitions,
    PipelineStage,
    Platform,
    PosixOwner,
    PriorityQueue,
    Retry,
    S3Storage,
    StartAfter,
    Strategy,
    StuckJobAction,
    SubmitterRole,
    instance_types_for,
)
from tests.unit.core.right_calls import IMAGE, Parts, made

Changes = dict[str, Any]
EC2 = {"platform": Platform.EC2}
ARM = ec2.InstanceArchitecture.ARM_64
ONE = {"image": IMAGE, "vcpus": 1, "memory": Size.gibibytes(2)}
CONDITION = batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.CANNOT_PULL_CONTAINER)


def container(name: str = "work", **changes: Any) -> JobContainer:
    return JobContainer(**{"name": name, **ONE, **changes})


def group(**changes: Any) -> NodeGroup:
    return NodeGroup(**{**ONE, "nodes": 2, **changes})


OF_CONSTRUCTS: list[tuple[str, str, Changes]] = [
    *[("ContainerJob", "vcpus", {"vcpus": value}) for value in (0, -1, 0.3, 3, 1000, 1e9)],
    *[("ContainerJob", "vcpus", {**EC2, "vcpus": value}) for value in (0, -1, 0.25, 1.5)],
    *[("ContainerJob", "memory", {"memory": value}) for value in (Size.mebibytes(0), Size.mebibytes(2049), Size.tebibytes(1))],
    *[("ContainerJob", "memory", {**EC2, "memory": value}) for value in (Size.mebibytes(0), Size.mebibytes(3), Size.kibibytes(5_000))],
    *[("ContainerJob", "gpus", {"gpus": value}) for value in (1, -1)],
    *[("ContainerJob", "gpus", {**EC2, "gpus": value}) for value in (-1, -100)],
    *[("ContainerJob", "timeout", {"timeout": value}) for value in (Duration.seconds(0), Duration.seconds(59), Duration.millis(1), Duration.millis(60_001))],
    *[("ContainerJob", "scheduling_priority", {"scheduling_priority": value}) for value in (-1, 10_000, 10**12)],
    *[("ContainerJob", "ephemeral_storage", {"ephemeral_storage": value}) for value in (Size.gibibytes(20), Size.gibibytes(201), Size.mebibytes(26_112), Size.mebibytes(0))],
    ("ContainerJob", "ephemeral_storage", {**EC2, "ephemeral_storage": Size.gibibytes(30)}),
    ("ContainerJob", "architecture", {**EC2, "architecture": ARM}),
    ("ContainerJob", "architecture", {"architecture": ARM, "image": JobImage(IMAGE.container_image, ec2.InstanceArchitecture.X86_64)}),
    ("ContainerJob", "assign_public_ip", {**EC2, "assign_public_ip": True}),
    ("ContainerJob", "ulimits", {"ulimits": [batch.Ulimit(name=batch.UlimitName.NOFILE, soft_limit=1, hard_limit=1)]}),
    *[("ContainerJob", "linux_parameters", {"linux_parameters": value}) for value in (LinuxParameters(shared_memory=Size.mebibytes(64)), LinuxParameters(devices=["/dev/fuse"]))],
    *[("ContainerJob", "linux_parameters", {**EC2, "linux_parameters": value}) for value in (LinuxParameters(shared_memory=Size.mebibytes(0)), LinuxParameters(shared_memory=Size.kibibytes(1500)), LinuxParameters(swappiness=60), LinuxParameters(swappiness=101, max_swap=Size.mebibytes(1)), LinuxParameters(swappiness=-1, max_swap=Size.mebibytes(1)), LinuxParameters(devices=["dev"]), LinuxParameters(tmpfs={"run": Size.mebibytes(1)}))],
    *[("ContainerJob", "retry", {"retry": value}) for value in (Retry(attempts=0), Retry(attempts=-1), Retry(attempts=11), Retry(conditions=(CONDITION,) * 6))],
    *[("ContainerJob", "environment", {"environment": {name: "x"}}) for name in ("", " ", "A B", "A=B", "AWS_BATCH_X", "A\t")],
    ("ContainerJob", "variables", {"environment": {"A": "x" * 30_000}}),
    *[("ContainerJob", "job_definition_name", {"job_definition_name": value}) for value in ("", "a b", "a/b", "a" * 129)],
    *[("ContainerJob", "storage", {"storage": value}) for value in ([HostScratch()], [HostScratch(), HostScratch()], [HostScratch(host_path="/mnt/x")])],
    *[("ContainerJob", "storage", {**EC2, "storage": value}) for value in ([HostScratch(), HostScratch()], [HostScratch(variable="A B")], [HostScratch(variable="A"), HostScratch(mount_path="/b", variable="A")])],
    *[("MultiContainerJob", "containers", {"containers": value}) for value in ([], [container()] * 11, [container(), container()], [container(essential=False)], [container(after={"other": StartAfter.START})], [container("")], [container("a b")])],
    ("MultiContainerJob", "shared_directories", {"containers": [container()], "shared_directories": ["relative"]}),
    ("MultiContainerJob", "shared_directories", {"containers": [container()], "shared_directories": ["/a", "/a"]}),
    ("MultiContainerJob", "shared_directories", {"containers": [container()], "shared_directories": ["/"]}),
    ("MultiContainerJob", "vCPU", {"containers": [container(vcpus=3)]}),
    ("MultiContainerJob", "gpus", {"containers": [container(gpus=1)]}),
    ("MultiContainerJob", "timeout", {"timeout": Duration.seconds(1)}),
    *[("MultiNodeJob", "groups", {"groups": value}) for value in ([], [group()] * 6, [group(nodes=0)], [group(nodes=-1)], [group(nodes=1001)])],
    *[("MultiNodeJob", "main_node", {"main_node": value}) for value in (-1, 2, 100)],
    *[("MultiNodeJob", "efa_interfaces", {"efa_interfaces": value, "instance_type": "m7i.large"}) for value in (-1, 1)],
    ("MultiNodeJob", "vcpus", {"groups": [group(vcpus=0.5)]}),
    *[("FargateComputeEnvironment", "max_vcpus", {"max_vcpus": value}) for value in (0, -1, -(10**9))],
    ("FargateComputeEnvironment", "compute_environment_name", {"compute_environment_name": "a.b"}),
    *[("Ec2ComputeEnvironment", "max_vcpus", {"max_vcpus": value}) for value in (0, -1)],
    *[("Ec2ComputeEnvironment", "min_vcpus", {"min_vcpus": value}) for value in (-1, 65)],
    *[("Ec2ComputeEnvironment", "desired_vcpus", {"desired_vcpus": value}) for value in (-1, 65)],
    *[("Ec2ComputeEnvironment", "instance_types", {"instance_types": value}) for value in ([], ["nonsense"], ["m7i.large", "c7g.large"], [""], ["m7i large"], ["p3.2xlarge"])],
    ("Ec2ComputeEnvironment", "instance_types", {"instance_types": ["m7i"], "architecture": ARM}),
    *[("Ec2ComputeEnvironment", "spot_bid_percentage", {"spot": True, "spot_bid_percentage": value}) for value in (0, -1, 101)],
    ("Ec2ComputeEnvironment", "spot_bid_percentage", {"spot_bid_percentage": 50}),
    *[("Ec2ComputeEnvironment", "root_volume", {"root_volume": value}) for value in (Size.gibibytes(0), Size.gibibytes(29), Size.mebibytes(31_000))],
    *[("Ec2ComputeEnvironment", "min_scale_down_delay", {"min_scale_down_delay": value}) for value in (Duration.minutes(19), Duration.days(8), Duration.seconds(1_201))],
    *[("Ec2ComputeEnvironment", "update_timeout", {"update_timeout": value}) for value in (Duration.seconds(0), Duration.days(6), Duration.seconds(61))],
    ("Ec2ComputeEnvironment", "EFA", {"efa": True}),
    ("Ec2ComputeEnvironment", "EFA", {"efa": True, "instance_types": ["m7i.large"]}),
    ("Ec2ComputeEnvironment", "scratch", {"scratch": InstanceScratch.instance_store(), "instance_types": ["m7i.large"]}),
    ("Ec2ComputeEnvironment", "capacity_reservation", {"capacity_reservation": CapacityReservation.of_id("cr-0123456789abcdef0"), "spot": True, "instance_types": ["m7i.large"]}),
    *[("ManagedInstancesComputeEnvironment", "max_vcpus", {"max_vcpus": value}) for value in (0, -5)],
    *[("ManagedInstancesComputeEnvironment", "scale_in_after", {"scale_in_after": value}) for value in (Duration.hours(2), Duration.millis(1_500))],
    ("ManagedInstancesComputeEnvironment", "root_volume", {"root_volume": Size.mebibytes(31_000)}),
    *[("UnmanagedComputeEnvironment", "max_instances", {"max_instances": value}) for value in (0, -1)],
    *[("UnmanagedComputeEnvironment", "min_instances", {"min_instances": value}) for value in (-1, 6)],
    *[("UnmanagedComputeEnvironment", "instance_types", {"instance_types": value}) for value in ([], ["m7i"], ["m7i.large", "g5.xlarge"])],
    ("UnmanagedComputeEnvironment", "share_vcpus", {"share_vcpus": -1}),
    ("JobQueue", "environment", {"compute_environments": []}),
    *[("JobQueue", "priority", {"priority": value}) for value in (-1, 1001)],
    *[("JobQueue", "cancel_unplaceable_after", {"cancel_unplaceable_after": value}) for value in (Duration.seconds(599), Duration.days(2), Duration.millis(600_001))],
    *[("JobQueue", "cancel_without_capacity_after", {"cancel_without_capacity_after": value}) for value in (Duration.seconds(1), Duration.hours(25))],
    *[("JobQueue", "job_queue_name", {"job_queue_name": value}) for value in ("", "a b", "ä", "q" * 129)],
    *[("FairShare", "shares", {"shares": {name: 1}}) for name in ("", "a b", "a-b", "*", "a*b", "x" * 256)],
    *[("FairShare", "shares", {"shares": {"a": value}}) for value in (0, -1, 1e9, 1e-9)],
    ("FairShare", "shares", {"shares": {"a*": 1, "ab": 1}}),
    ("FairShare", "shares", {"shares": {f"s{index}": 1 for index in range(501)}}),
    *[("FairShare", "decay", {"decay": value}) for value in (Duration.days(8), Duration.millis(1_500))],
    *[("FairShare", "compute_reservation", {"compute_reservation": value}) for value in (-1, 100)],
    *[("RateLimit", "limit", {"limit": value}) for value in (0, -1)],
    ("PriorityQueues", "queues", {"queues": {}}),
    *[("PriorityQueues", "/Urgent' priority", {"queues": {"Urgent": value}}) for value in (1001, -1)],
    ("PriorityQueues", "no compute environment", {"queues": {"Urgent": PriorityQueue(priority=1, compute_environments=[])}}),
    *[("BatchBudget", "monthly_usd", {"monthly_usd": value}) for value in (0, -5)],
    *[("BatchBudget", "tag", {"tag": value}) for value in (("", "x"), ("aws:x", "y"), ("k" * 129, "v"), ("k", "v" * 257))],
    *[("BatchBudget", "warn_at", {"warn_at": value}) for value in ([0], [-1], [50, 50], list(range(1, 20)))],
    ("BatchBudget", "emails", {"emails": [f"a{index}@example.com" for index in range(11)]}),
    ("BatchBudget", "emails[0]", {"emails": ["nobody"]}),
    ("BatchBudget", "cap_at", {"cap_at": 0}),
    ("BatchBudget", "capped_vcpus", {"capped_vcpus": -1}),
    ("BatchBudget", "capped_vcpus", {"capped_vcpus": 16}),
    *[("MixedCapacity", "spot_share", {"spot_share": value}) for value in (0, 100, -1)],
    ("MixedCapacity", "vCPUs", {"max_vcpus": 1}),
    *[("BatchNetwork", "max_azs", {"max_azs": value}) for value in (0, -1)],
    *[("BatchNetwork", "nat_gateways", {"access": NetworkAccess.NAT, "nat_gateways": value}) for value in (0, -1, 3)],
    ("BatchNetwork", "platforms", {"platforms": []}),
    ("BatchEndpoints", "platforms", {"platforms": []}),
    *[("ImageRepository", "keep", {"keep": value}) for value in (0, -1)],
    *[("ImageRepository", "untagged_for", {"untagged_for": value}) for value in (Duration.hours(1), Duration.hours(36), Duration.days(0))],
    ("ImageRepository", "mutable_tags", {"mutable_tags": ["*"]}),
    ("ImageRepository", "A B", {"repository_name": "A B"}),
    *[("ImagePipeline", "timeout", {"timeout": value}) for value in (Duration.minutes(4), Duration.days(2), Duration.seconds(301))],
    *[("ImagePipeline", "directory", {"directory": value}) for value in ("", "/abs", "../up")],
    ("ImagePipeline", "jobs", {"jobs": []}),
    *[("EfsStorage", "mount_path", {"mount_path": value}) for value in ("", "mnt", "/", "/mnt/", "//x", "/a/../b")],
    ("EfsStorage", "path", {"path": "jobs"}),
    *[("EfsStorage", "permissions", {"permissions": value}) for value in ("rwx", "", "999", "75")],
    *[("LustreStorage", "capacity", {"capacity": value}) for value in (Size.gibibytes(1), Size.gibibytes(1_300), Size.gibibytes(0))],
    ("LustreStorage", "per_unit_storage_throughput", {"deployment_type": fsx.LustreDeploymentType.SCRATCH_2}),
    ("LustreStorage", "perUnitStorageThroughput", {"per_unit_storage_throughput": 7}),
    *[("S3FilesStorage", "prefix", {"prefix": value}) for value in ("/a/", "a", "a*/")],
    *[("SubmitJob", "array_size", {"array_size": value}) for value in (0, 1, -1, 10_001, "5", "$.n", "{% ( %}")],
    *[("SubmitJob", "job_name", {"job_name": value}) for value in ("", "a b", "-a", "j" * 129)],
    *[("SubmitJob", "attempts", {"attempts": value}) for value in (0, -1, 11)],
    *[("SubmitJob", "timeout", {"timeout": value}) for value in (Duration.seconds(59), Duration.millis(60_001))],
    *[("SubmitJob", "scheduling_priority", {"scheduling_priority": value}) for value in (-1, 10_000)],
    ("SubmitJob", "depends_on", {"depends_on": ["{% $states.input.id %}"] * 21}),
    *[("SubmitJob", "depends_on[0]", {"depends_on": [value]}) for value in ("", "not an id", "$.JobId")],
    ("SubmitJob", "submitted_by", {"submitted_by": "x" * 257}),
    *[("SubmitJob", "share_identifier", {"share_identifier": value}) for value in ("", "a b", "a-b", "x" * 256)],
    ("EcsTaskFanOut", "variables", {"environment": {"A": "x" * 9_000}}),
    ("SubmitJob", "n_to_n", {"n_to_n": True}),
    ("SubmitJob", "share_identifier", {"share_identifier": "a"}),
    ("SubmitJob", "tags", {"tags": {f"k{index}": "v" for index in range(50)}}),
    ("SubmitJob", "vCPU", {"vcpus": 3}),
    ("SubmitJob", "gpus", {"gpus": 1}),
    ("SubmitJob", "gpus", {"gpus": -1}),
    ("SubmitJob", "memory", {"memory": Size.mebibytes(0)}),
    ("SubmitJob", "environment", {"environment": "A=B"}),
    *[("MapFanOut", "max_concurrency", {"max_concurrency": value}) for value in (0, -1, 41)],
    *[("LambdaFanOut", "max_concurrency", {"max_concurrency": value}) for value in (0, 41)],
    *[("EcsTaskFanOut", "max_concurrency", {"max_concurrency": value}) for value in (0, 41)],
    *[("EcsTaskFanOut", "attempts", {"attempts": value}) for value in (0, 11)],
    *[("EcsTaskFanOut", "timeout", {"timeout": value}) for value in (Duration.seconds(0), Duration.millis(1_500))],
    ("EcsTaskFanOut", "on_demand_fallback", {"on_demand_fallback": True}),
    *[(kind, "tolerated_failures", {"tolerated_failures": -1}) for kind in ("ArrayFanOut", "MapFanOut", "DistributedFanOut", "LambdaFanOut", "EcsTaskFanOut", "ArrayPipeline")],
    *[(kind, "tolerated_failure_percentage", {"tolerated_failure_percentage": value}) for kind in ("ArrayFanOut", "DistributedFanOut") for value in (-0.1, 100.1)],
    *[(kind, "items", {"items": value}) for kind in ("ArrayFanOut", "MapFanOut", "LambdaFanOut", "ArrayPipeline") for value in ("", "$.items", "items", "{% ( %}")],
    *[(kind, "ITEMS", {"environment": {"ITEMS": "x"}}) for kind in ("ArrayFanOut", "MapFanOut", "DistributedFanOut", "ArrayPipeline")],
    *[("DistributedFanOut", "batch_size", {"batch_size": value}) for value in (0, 10_001)],
    *[("DistributedFanOut", "batch_bytes", {"batch_bytes": value}) for value in (0, 262_144)],
    *[("DistributedFanOut", "max_concurrency", {"max_concurrency": value}) for value in (0, 10_001)],
    *[("ArrayFanOut", "memory_steps", {"memory_steps": value}) for value in ([Size.gibibytes(1)], [Size.gibibytes(4), Size.gibibytes(3)], [Size.kibibytes(5_000_001)])],
    ("ArrayFanOut", "memory_steps", {"memory_steps": [Size.gibibytes(4), Size.gibibytes(4)]}),
    ("ArrayPipeline", "stages", {"stages": []}),
    ("fan_out", "items", {"items": ItemSource.from_input("{% $states.input.x %}"), "strategy": Strategy.ARRAY, "tolerated_failures": -1}),
    *[("RunnableWatch", "after", {"after": value}) for value in (Duration.minutes(1), Duration.days(300), Duration.millis(600_001))],
    ("RunnableWatch", "queues", {"queues": []}),
    ("RunnableWatch", "action", {"action": StuckJobAction()}),
    *[("SubmitterRole", "max_session_duration", {"max_session_duration": value}) for value in (Duration.minutes(59), Duration.hours(13))],
    ("SubmitterRole", "no job", {"jobs": []}),
    ("SubmitterRole", "share", {"share_identifiers": ["a"]}),
    ("SubmitterRole", "prefix", {"jobs": [OwnDefinitions(prefix="", images=["x"], users=["1"])]}),
    ("SubmitterRole", "images", {"jobs": [OwnDefinitions(prefix="a", images=["*"], users=["1"])]}),
    *[("BatchStateMachine", "timeout", {"timeout": value}) for value in (Duration.seconds(0), Duration.days(366), Duration.millis(1_500))],
    ("BatchStateMachine", "name", {"state_machine_name": "a b"}),
    ("BatchStateMachine", "name", {"state_machine_name": "n" * 81}),
]  # fmt: skip


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(Stack(App(analytics_reporting=False), "Stack"))


@pytest.mark.parametrize(
    ("number", "kind", "told", "changes"),
    [(number, *case) for number, case in enumerate(OF_CONSTRUCTS)],
    ids=[f"{kind}-{told}-{number}" for number, (kind, told, _) in enumerate(OF_CONSTRUCTS)],
)
def test_a_wrong_value_is_refused(parts: Parts, number: int, kind: str, told: str, changes: Changes) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(parts, kind, f"Case{number}", **changes)
    _is_readable(caught.value)
    assert f"'Stack/Case{number}" in str(caught.value)
    assert told in str(caught.value)


OF_VALUES: list[tuple[str, Callable[[Parts], object]]] = [
    *[("JobImage.from_registry", lambda _, name=name: JobImage.from_registry(name)) for name in ("", "a b", " busybox")],
    *[("JobImage.from_repository", lambda parts, tags=tags: JobImage.from_repository(parts.repository, **tags)) for tags in ({}, {"tag": "a", "digest": "b"}, {"tag": ""}, {"tag": "a b"}, {"digest": "sha256:1"})],
    *[("JobImage.from_directory", lambda parts, path=path: JobImage.from_directory(parts.stack, "Image", path)) for path in ("", "/nowhere", __file__)],
    *[("JobImage.from_python", lambda parts, given=given: JobImage.from_python(parts.stack, "Image", **given)) for given in ({"directory": "/nowhere", "handler": "a:b"}, {"directory": "container/handlers", "handler": "echo"}, {"directory": "container/handlers", "handler": "echo:nothing"}, {"directory": "container/handlers", "handler": "echo:handler", "python": "2.7"}, {"directory": "container/handlers", "handler": "echo:handler", "base_image": "python"}, {"directory": "container/handlers", "handler": "echo:handler", "requirements": "none.txt"})],
    *[("CostTags", lambda _, tags=tags: CostTags(tags=tags)) for tags in ({}, {"": "x"}, {"aws:x": "y"}, {f"k{index}": "v" for index in range(41)})],
    *[("CapacityReservation.of_id", lambda _, name=name: CapacityReservation.of_id(name)) for name in ("", "cr-1", "abc")],
    *[("InstanceScratch", lambda _, path=path: InstanceScratch.instance_store(path=path)) for path in ("", "scratch", "/", "/a/")],
    ("InstanceScratch", lambda _: InstanceScratch.ebs(Size.mebibytes(1_500))),
    *[("HostScratch", lambda _, path=path: HostScratch(mount_path=path)) for path in ("", "scratch", "/")],
    *[("S3Storage", lambda parts, prefix=prefix: S3Storage(bucket=parts.bucket, prefix=prefix)) for prefix in ("/a", "a*", "a?")],
    *[("ItemSource", lambda parts, given=given: ItemSource.csv(parts.bucket, "key", **given)) for given in ({"delimiter": ""}, {"delimiter": "x"}, {"headers": []}, {"max_items": 0}, {"max_items": -1}, {"max_items": 10**9})],
    ("ItemSource", lambda _: ItemSource.from_input("$.items")),
    ("ItemSource", lambda parts: ItemSource.json(parts.bucket, "key", pointer="$.items")),
    *[("instance_types_for", lambda _, vcpus=vcpus: instance_types_for(vcpus=vcpus)) for vcpus in ((0, 0), (8, 2), (-2, -1), (1000, 2000))],
    ("instance_types_for", lambda _: instance_types_for(vcpus=(2, 8), memory=(Size.tebibytes(9), Size.tebibytes(10)))),
    ("instance_types_for", lambda _: instance_types_for(vcpus=(2, 8), gpus=(100, 200))),
    ("SubmitterRole", lambda _: SubmitterRole.ci(_provider(), subjects=["*"])),
    ("stages[1].attempts", lambda parts: made(parts, "ArrayPipeline", "Attempts", stages=[PipelineStage(name=name, job=parts.job, queue=parts.queue, attempts=attempts) for name, attempts in (("a", 1), ("b", 99))])),
    ("stages[0].tags", lambda parts: made(parts, "ArrayPipeline", "Tags", stages=[PipelineStage(name=name, job=parts.job, queue=parts.queue, tags={"aws:x": "1"}) for name in ("a", "b")])),
    ("stages", lambda parts: made(parts, "ArrayPipeline", "Stages", stages=[PipelineStage(name="", job=parts.job, queue=parts.queue)] * 2)),
    *[("PosixOwner", lambda _, uid=uid: PosixOwner(uid=uid)) for uid in (-1, 2**32)],
    ("Retry", lambda _: Retry(attempts=math.nan)),
    ("Retry", lambda _: Retry(attempts=math.inf)),
    ("Retry", lambda _: Retry(attempts=3.0)),
]  # fmt: skip


def _provider() -> Any:
    from aws_cdk import aws_iam as iam  # noqa: PLC0415 - of one case

    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    return iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(Stack(), "Provider", arn)


@pytest.mark.parametrize(
    ("told", "call"), OF_VALUES, ids=[f"{told}-{number}" for number, (told, _) in enumerate(OF_VALUES)]
)
def test_a_wrong_value_of_a_part_is_refused(parts: Parts, told: str, call: Callable[[Parts], object]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        call(parts)
    _is_readable(caught.value)
    assert told in str(caught.value)


def _is_readable(error: ConfigurationError) -> None:
    text = str(error)
    assert re.fullmatch(r"[A-Z]+\d{3}", error.code)
    assert error.where
    assert error.got
    assert error.expected
    assert error.fix.endswith((".", ")", "?")), error.fix
    assert " object at 0x" not in text
    assert "Token[" not in text
    assert not re.search(r"\de\+\d", text)
    assert "Traceback" not in text


def test_there_are_more_than_two_hundred() -> None:
    assert len(OF_CONSTRUCTS) + len(OF_VALUES) > 200
