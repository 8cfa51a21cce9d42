"""How subnets lead out of a VPC, and environments in isolated ones without the endpoints that jobs need."""

from typing import Any

import pytest
from aws_cdk import Annotations as Warnings
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match

from constructs_lib import (
    BatchEndpoints,
    BatchNetwork,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    ManagedInstancesComputeEnvironment,
    NetworkAccess,
    Platform,
    UnmanagedComputeEnvironment,
)
from constructs_lib.network.way_out import WayOut, way_out

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
Select = ec2.SubnetSelection


def closed_vpc(stack: Stack, name: str = "Closed") -> ec2.Vpc:
    isolated = ec2.SubnetConfiguration(name="Jobs", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    return ec2.Vpc(stack, name, max_azs=2, subnet_configuration=[isolated])


@pytest.fixture(scope="module")
def three_kinds() -> ec2.Vpc:
    kinds = {"Out": ec2.SubnetType.PUBLIC, "Nat": ec2.SubnetType.PRIVATE_WITH_EGRESS}
    kinds["Jobs"] = ec2.SubnetType.PRIVATE_ISOLATED
    subnets = [ec2.SubnetConfiguration(name=name, subnet_type=kind) for name, kind in kinds.items()]
    return ec2.Vpc(Stack(App(), "Stack"), "Vpc", max_azs=2, subnet_configuration=subnets)


@pytest.mark.parametrize(
    ("group", "expected"), [("Out", WayOut.PUBLIC), ("Nat", WayOut.PRIVATE), ("Jobs", WayOut.NONE)]
)
def test_it_is_known_however_the_subnets_are_chosen(three_kinds: ec2.Vpc, group: str, expected: WayOut) -> None:
    chosen = three_kinds.select_subnets(subnet_group_name=group).subnets
    kind = {
        WayOut.PUBLIC: ec2.SubnetType.PUBLIC,
        WayOut.PRIVATE: ec2.SubnetType.PRIVATE_WITH_EGRESS,
        WayOut.NONE: ec2.SubnetType.PRIVATE_ISOLATED,
    }[expected]
    for selection in (Select(subnet_group_name=group), Select(subnets=chosen), Select(subnet_type=kind)):
        assert way_out(three_kinds, selection) is expected


def test_of_several_kinds_a_public_one_counts_and_others_leave_it_open(three_kinds: ec2.Vpc) -> None:
    out, nat, jobs = (three_kinds.select_subnets(subnet_group_name=name).subnets for name in ("Out", "Nat", "Jobs"))
    assert way_out(three_kinds, Select(subnets=[*out, *jobs])) is WayOut.PUBLIC
    assert way_out(three_kinds, Select(subnets=[*nat, *jobs])) is None


def test_of_subnets_from_elsewhere_it_is_not_known(three_kinds: ec2.Vpc) -> None:
    far = ec2.Subnet.from_subnet_id(three_kinds, "Far", "subnet-0123456789abcdef0")
    assert way_out(three_kinds, Select(subnets=[far])) is None


def missing(stack: Stack) -> dict[str, list[str]]:
    """The services that are warned of, by the path of the environment."""
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("missingEndpoints"))
    return {
        str(each.id): str(each.entry.data).partition("no endpoint for ")[2].partition(":")[0].split(", ")
        for each in found
    }


FOR_JOBS = ["ecr.api", "ecr.dkr", "logs", "s3"]
FOR_INSTANCES = ["ecs", "ecs-agent", "ecs-telemetry"]


def test_isolated_subnets_without_endpoints_are_warned_of(stack: Stack) -> None:
    vpc = closed_vpc(stack)
    options: dict[str, Any] = {"vpc": vpc, "vpc_subnets": ISOLATED}
    FargateComputeEnvironment(stack, "Fargate", max_vcpus=4, **options)
    Ec2ComputeEnvironment(stack, "Ec2", max_vcpus=4, **options)
    ManagedInstancesComputeEnvironment(stack, "Managed", max_vcpus=4, **options)
    UnmanagedComputeEnvironment(stack, "Own", max_instances=1, instance_types=["m7i.large"], **options)
    everything = [*FOR_JOBS, *FOR_INSTANCES]
    assert missing(stack) == {
        "/Stack/Fargate": FOR_JOBS,
        "/Stack/Ec2": everything,
        "/Stack/Managed": everything,
        "/Stack/Own": everything,
    }


def test_endpoints_may_be_made_afterwards_and_elsewhere() -> None:
    app = App()
    stack, other = Stack(app, "Stack"), Stack(app, "Other")
    vpc = closed_vpc(stack)
    FargateComputeEnvironment(stack, "Fargate", vpc=vpc, vpc_subnets=ISOLATED, max_vcpus=4)
    environment = Ec2ComputeEnvironment(stack, "Ec2", vpc=vpc, vpc_subnets=ISOLATED, max_vcpus=4)
    Ec2ComputeEnvironment(stack, "Elsewhere", vpc=closed_vpc(stack, "Second"), vpc_subnets=ISOLATED, max_vcpus=4)
    BatchEndpoints(other, "Endpoints", vpc=vpc, platforms=[Platform.FARGATE], subnets=ISOLATED)
    vpc.add_interface_endpoint("Agent", service=ec2.InterfaceVpcEndpointAwsService.ECS_AGENT)
    Warnings.of(environment).acknowledge_warning("constructs-lib:other")
    assert missing(stack) == {
        "/Stack/Ec2": ["ecs", "ecs-telemetry"],
        "/Stack/Elsewhere": [*FOR_JOBS, *FOR_INSTANCES],
    }


def test_the_warning_can_be_acknowledged_before_it_is_given(stack: Stack) -> None:
    environment = FargateComputeEnvironment(stack, "Fargate", vpc=closed_vpc(stack), vpc_subnets=ISOLATED, max_vcpus=4)
    Warnings.of(environment).acknowledge_warning("constructs-lib:missingEndpoints", "They are another team's.")
    assert missing(stack) == {}


def test_a_network_has_the_endpoints_of_its_platforms(stack: Stack) -> None:
    network = BatchNetwork(stack, "Network", platforms=[Platform.FARGATE])
    FargateComputeEnvironment(stack, "Fargate", vpc=network, max_vcpus=4)
    Ec2ComputeEnvironment(stack, "Ec2", vpc=network, max_vcpus=4)
    FargateComputeEnvironment(stack, "Open", vpc=BatchNetwork(stack, "Nat", access=NetworkAccess.NAT), max_vcpus=4)
    assert missing(stack) == {"/Stack/Ec2": FOR_INSTANCES}


def test_of_a_vpc_from_elsewhere_nothing_is_known(stack: Stack) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Far",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        isolated_subnet_ids=["subnet-1"],
    )
    made = FargateComputeEnvironment(stack, "Fargate", vpc=vpc, vpc_subnets=ISOLATED, max_vcpus=4)
    assert made.way_out is WayOut.NONE
    assert missing(stack) == {}


@pytest.mark.parametrize("given", [False, True])
def test_instances_need_an_address_from_a_public_subnet(stack: Stack, *, given: bool) -> None:
    public = ec2.SubnetConfiguration(name="Out", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=given)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1, subnet_configuration=[public])
    chosen = {"Type": Select(subnet_type=ec2.SubnetType.PUBLIC), "Subnets": Select(subnets=vpc.public_subnets)}
    for name, selection in chosen.items():
        Ec2ComputeEnvironment(stack, f"Ec2{name}", vpc=vpc, vpc_subnets=selection, max_vcpus=4)
        ManagedInstancesComputeEnvironment(stack, f"Ecs{name}", vpc=vpc, vpc_subnets=selection, max_vcpus=4)
        own: dict[str, Any] = {"instance_types": ["m7i.large"], "max_instances": 1}
        UnmanagedComputeEnvironment(stack, f"Own{name}", vpc=vpc, vpc_subnets=selection, **own)
        FargateComputeEnvironment(stack, f"Fargate{name}", vpc=vpc, vpc_subnets=selection, max_vcpus=4)
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("noPublicAddress"))
    instances = {f"/Stack/{kind}{name}" for kind in ("Ec2", "Ecs", "Own") for name in chosen}
    assert {each.id for each in found} == (set() if given else instances)
    assert all("Stack/Vpc/OutSubnet1: public subnets that give" in str(each.entry.data) for each in found)
