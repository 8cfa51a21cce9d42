from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Template

from constructs_lib import (
    ConfigurationError,
    HostScratch,
    JobImage,
    LinuxParameters,
    MultiNodeJob,
    NodeGroup,
    Retry,
)
from tests.unit.resources import job, resources

BUSYBOX = JobImage.from_registry("busybox:1.37")


def group(**options: Any) -> NodeGroup:
    return NodeGroup(**{"image": BUSYBOX, "vcpus": 8, "memory": Size.gibibytes(30), **options})


def properties(stack: Stack) -> dict[str, Any]:
    return job(dict(Template.from_stack(stack).to_json()), "Job")


def ranges(stack: Stack) -> list[dict[str, Any]]:
    return list(properties(stack)["NodeProperties"]["NodeRangeProperties"])


def test_groups_are_ranges_that_cover_all_nodes(stack: Stack) -> None:
    made = MultiNodeJob(stack, "Job", groups=[group(command=["lead"]), group(nodes=7), group(nodes=2)], main_node=1)
    node_properties = properties(stack)["NodeProperties"]
    assert (node_properties["NumNodes"], node_properties["MainNode"], made.nodes) == (10, 1, 10)
    assert [each["TargetNodes"] for each in ranges(stack)] == ["0:0", "1:7", "8:9"]
    assert [each["Container"].get("Command") for each in ranges(stack)] == [["lead"], None, None]
    assert (properties(stack)["Type"], properties(stack)["PlatformCapabilities"]) == ("multinode", ["EC2"])


def test_all_nodes_have_one_role_one_log_group_and_one_instance_type(stack: Stack) -> None:
    made = MultiNodeJob(stack, "Job", groups=[group(), group(nodes=3)], instance_type="hpc7a.96xlarge")
    template = dict(Template.from_stack(stack).to_json())
    assert len(resources(template, "AWS::IAM::Role")) == 2
    assert len(resources(template, "AWS::Logs::LogGroup")) == 1
    assert {each["Container"]["InstanceType"] for each in ranges(stack)} == {"hpc7a.96xlarge"}
    assert made.grant_principal is made.job_role


def test_adapters_bring_their_devices_and_locked_memory(stack: Stack) -> None:
    memlock = batch.Ulimit(name=batch.UlimitName.MEMLOCK, soft_limit=1024, hard_limit=1024)
    shared = LinuxParameters(shared_memory=Size.gibibytes(4), devices=["/dev/fuse"])
    MultiNodeJob(
        stack, "Job", efa_interfaces=2, groups=[group(linux_parameters=shared), group(nodes=2, ulimits=[memlock])]
    )
    adapters = [{"HostPath": "/dev/infiniband/uverbs0"}, {"HostPath": "/dev/infiniband/uverbs1"}]
    first, second = (each["Container"] for each in ranges(stack))
    assert first["LinuxParameters"] == {"SharedMemorySize": 4096, "Devices": [{"HostPath": "/dev/fuse"}, *adapters]}
    assert first["Ulimits"] == [{"Name": "memlock", "SoftLimit": -1, "HardLimit": -1}]
    assert second["LinuxParameters"] == {"Devices": adapters}
    assert second["Ulimits"] == [{"Name": "memlock", "SoftLimit": 1024, "HardLimit": 1024}]


def test_no_adapter_no_device(stack: Stack) -> None:
    MultiNodeJob(stack, "Job", groups=[group(nodes=2)])
    assert not {"LinuxParameters", "Ulimits", "InstanceType"} & set(ranges(stack)[0]["Container"])


def test_storage_and_credentials_of_a_group(stack: Stack) -> None:
    registry = secretsmanager.Secret(stack, "Registry")
    private = JobImage.from_registry("registry.example.com/solver:3", credentials=registry)
    MultiNodeJob(stack, "Job", groups=[group(), group(image=private, storage=[HostScratch(variable="SCRATCH")])])
    first, second = (each["Container"] for each in ranges(stack))
    assert not {"RepositoryCredentials", "Volumes"} & set(first)
    assert second["RepositoryCredentials"] == {"CredentialsParameter": stack.resolve(registry.secret_arn)}
    assert second["Environment"] == [{"Name": "SCRATCH", "Value": "/scratch"}]
    assert second["MountPoints"] == [{"ContainerPath": "/scratch", "SourceVolume": "scratch", "ReadOnly": False}]


def test_options_of_the_definition(stack: Stack) -> None:
    MultiNodeJob(
        stack,
        "Job",
        groups=[group(nodes=2)],
        instance_type=ec2.InstanceType("c7i.48xlarge"),
        parameters={"steps": "10"},
        retry=Retry(attempts=2),
        timeout=Duration.hours(6),
        scheduling_priority=9,
        propagate_tags=False,
        keep_revisions=True,
        job_definition_name="job",
    )
    rendered = properties(stack)
    assert (rendered["SchedulingPriority"], rendered["PropagateTags"], rendered["JobDefinitionName"]) == (
        9,
        False,
        "job",
    )
    assert (rendered["Parameters"], rendered["RetryStrategy"]["Attempts"]) == ({"steps": "10"}, 2)
    assert rendered["Timeout"] == {"AttemptDurationSeconds": 21_600}
    assert rendered["ResourceRetentionPolicy"] == {"SkipDeregisterOnUpdate": True}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": []}, "MultiNodeJob 'Stack/Job' groups: got 0 groups, AWS Batch allows 1 to 5 per job (BATCH031)."),
        ({"groups": [group()] * 6}, "groups: got 6 groups, AWS Batch allows 1 to 5 per job"),
        ({"groups": [group(nodes=0)]}, "groups[0].nodes: got 0, AWS Batch allows 1 or more"),
        ({"groups": [group(nodes=1_001)]}, "groups: got 1,001 nodes, AWS allows 1,000 instances per job"),
        ({"groups": [group(nodes=4)], "main_node": 4}, "main_node: got 4, the nodes are 0 to 3 (BATCH040)."),
        ({"groups": [group(vcpus=0.5)]}, "Group 0 of MultiNodeJob 'Stack/Job' vcpus: got 0.5 vCPUs, jobs on EC2"),
        ({"groups": [group(environment={"AWS_BATCH_X": "1"})]}, "groups[0].environment: got an environment variable"),
        ({"groups": [group()], "efa_interfaces": -1}, "efa_interfaces: got -1, AWS Batch allows 0 or more"),
        (
            {"groups": [group()], "efa_interfaces": 1, "instance_type": "c7i.large"},
            "efa_interfaces: got 1 on c7i.large, that type has no Elastic Fabric Adapter",
        ),
        (
            {"groups": [group()], "instance_type": "c7i.3xlarge"},
            "instance_type: got 'c7i.3xlarge', c7i has the sizes large",
        ),
        ({"groups": [group()], "timeout": Duration.seconds(1)}, "timeout: got 1 s, AWS Batch allows 60 or more s"),
    ],
)
def test_refuses(stack: Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MultiNodeJob(stack, "Job", **options)
    assert message in str(caught.value)
    assert not stack.node.children
