from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_ec2 as ec2

from constructs_lib import ConfigurationError, FargateComputeEnvironment
from tests.unit.resources import environment

Template = dict[str, Any]
Make = Callable[..., FargateComputeEnvironment]


class TestDefault:
    def test_on_demand(self, default: Template) -> None:
        compute = environment(default, "Fargate")["ComputeResources"]
        assert (compute["Type"], compute["MaxvCpus"]) == ("FARGATE", 8)

    def test_private_subnets(self, default: Template) -> None:
        subnets = environment(default, "Fargate")["ComputeResources"]["Subnets"]
        assert [subnet["Ref"].startswith("VpcPrivate") for subnet in subnets] == [True, True]

    def test_updates_happen_in_place(self, default: Template) -> None:
        properties = environment(default, "Fargate")
        assert properties["ReplaceComputeEnvironment"] is False
        assert "UpdatePolicy" not in properties
        assert "ServiceRole" not in properties
        assert "ComputeEnvironmentName" not in properties

    def test_has_nothing_of_instances(self, default: Template) -> None:
        compute = environment(default, "Fargate")["ComputeResources"]
        assert set(compute) == {"Type", "MaxvCpus", "SecurityGroupIds", "Subnets"}


class TestCustom:
    def test_spot(self, custom: Template) -> None:
        compute = environment(custom, "FargateSpot")["ComputeResources"]
        assert (compute["Type"], compute["MaxvCpus"]) == ("FARGATE_SPOT", 16)

    def test_network(self, custom: Template) -> None:
        compute = environment(custom, "FargateSpot")["ComputeResources"]
        assert [subnet["Ref"].startswith("VpcPublic") for subnet in compute["Subnets"]] == [True]
        assert [group["Fn::GetAtt"][0].startswith("Group") for group in compute["SecurityGroupIds"]] == [True]

    def test_name_and_state(self, custom: Template) -> None:
        properties = environment(custom, "FargateSpot")
        assert (properties["ComputeEnvironmentName"], properties["State"]) == ("spot", "DISABLED")


@pytest.mark.parametrize(
    "option",
    [
        {"update_timeout": Duration.hours(2)},
        {"terminate_on_update": True},
        {"terminate_on_update": False},
        {"replace_on_update": True},
    ],
    ids=["update_timeout", "terminate_on_update", "keep_on_update", "replace_on_update"],
)
def test_refuses_an_update_policy(make_fargate: Make, option: dict[str, Any]) -> None:
    (name,) = option
    with pytest.raises(ConfigurationError, match=rf"'Stack/Fargate' {name}: got a value on Fargate, .*\(COMPUTE018\)"):
        make_fargate(**option)


def test_takes_the_default_of_replacing(make_fargate: Make) -> None:
    make_fargate(replace_on_update=False)


def test_refuses_no_vcpu(make_fargate: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"'Stack/Fargate' max_vcpus: got 0, .* 1 or more \(BATCH001\)"):
        make_fargate(max_vcpus=0)


def test_refuses_more_security_groups_than_fargate_takes(stack: Stack, vpc: ec2.Vpc, make_fargate: Make) -> None:
    groups = [ec2.SecurityGroup(stack, f"Group{number}", vpc=vpc) for number in range(6)]
    with pytest.raises(ConfigurationError, match="got 6 security groups, AWS Batch allows 5 per Fargate environment"):
        make_fargate(security_groups=groups)


def test_refuses_more_subnets_than_fargate_takes(stack: Stack, make_fargate: Make) -> None:
    subnets = [ec2.Subnet.from_subnet_id(stack, f"Subnet{number}", f"subnet-{number}") for number in range(17)]
    with pytest.raises(ConfigurationError, match="got 17 subnets, AWS Batch allows 16 per Fargate environment"):
        make_fargate(vpc_subnets=ec2.SubnetSelection(subnets=subnets))


def test_refuses_a_vpc_without_private_subnets(stack: Stack, make_fargate: Make) -> None:
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(stack, "IsolatedVpc", subnet_configuration=[isolated])
    with pytest.raises(ConfigurationError, match="pass vpc_subnets; isolated subnets need endpoints"):
        make_fargate(vpc=vpc)


def test_tokens_pass(make_fargate: Make) -> None:
    assert make_fargate(max_vcpus=Token.as_number({"Ref": "Max"})).maxv_cpus < 0
