from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib import ConfigurationError, Ec2ComputeEnvironment
from tests.unit.resources import environment, id_of, named, resources

Template = dict[str, Any]
Make = Callable[..., Ec2ComputeEnvironment]


class TestDefault:
    def test_on_demand_takes_the_instance_types_that_aws_renews(self, default: Template) -> None:
        compute = environment(default, "OnDemand")["ComputeResources"]
        assert compute["Type"] == "EC2"
        assert compute["InstanceTypes"] == ["default_x86_64"]
        assert compute["AllocationStrategy"] == "BEST_FIT_PROGRESSIVE"

    def test_spot_prefers_capacity_that_is_not_reclaimed(self, default: Template) -> None:
        compute = environment(default, "Spot")["ComputeResources"]
        assert compute["Type"] == "SPOT"
        assert compute["AllocationStrategy"] == "SPOT_PRICE_CAPACITY_OPTIMIZED"
        assert "BidPercentage" not in compute

    def test_an_idle_environment_has_no_instances(self, default: Template) -> None:
        compute = environment(default, "OnDemand")["ComputeResources"]
        assert compute["MinvCpus"] == 0
        assert "DesiredvCpus" not in compute
        assert compute["MaxvCpus"] == 8

    def test_instances_start_in_the_private_subnets(self, default: Template) -> None:
        routes = resources(default, "AWS::EC2::Route").values()
        with_nat = {route["Properties"]["RouteTableId"]["Ref"] for route in routes if "NatGatewayId" in str(route)}
        associations = resources(default, "AWS::EC2::SubnetRouteTableAssociation").values()
        private = [
            association["Properties"]["SubnetId"]
            for association in associations
            if association["Properties"]["RouteTableId"]["Ref"] in with_nat
        ]
        assert environment(default, "OnDemand")["ComputeResources"]["Subnets"] == private
        assert len(private) == 2

    def test_nothing_is_let_in(self, default: Template) -> None:
        (group,) = environment(default, "OnDemand")["ComputeResources"]["SecurityGroupIds"]
        properties = default["Resources"][group["Fn::GetAtt"][0]]["Properties"]
        assert "SecurityGroupIngress" not in properties
        assert not resources(default, "AWS::EC2::SecurityGroupIngress")

    def test_updates_happen_in_place(self, default: Template) -> None:
        for name in ("OnDemand", "Spot"):
            properties = environment(default, name)
            assert properties["ReplaceComputeEnvironment"] is False
            assert properties["ComputeResources"]["UpdateToLatestImageVersion"] is True
            # With a service role of its own, or a physical name, AWS Batch could not update it in place or replace it.
            assert "ServiceRole" not in properties
            assert "ComputeEnvironmentName" not in properties

    def test_a_changed_launch_template_changes_the_environment(self, default: Template) -> None:
        template = id_of(default, named(default, "AWS::EC2::LaunchTemplate", "OnDemandLaunchTemplate"))
        assert environment(default, "OnDemand")["ComputeResources"]["LaunchTemplate"] == {
            "LaunchTemplateId": {"Ref": template},
            "Version": {"Fn::GetAtt": [template, "LatestVersionNumber"]},
        }

    def test_metadata_needs_a_token_and_stays_on_the_instance(self, default: Template) -> None:
        data = named(default, "AWS::EC2::LaunchTemplate", "SpotLaunchTemplate")["Properties"]["LaunchTemplateData"]
        assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}

    def test_the_root_volume_is_encrypted_gp3(self, default: Template) -> None:
        data = named(default, "AWS::EC2::LaunchTemplate", "SpotLaunchTemplate")["Properties"]["LaunchTemplateData"]
        assert data["BlockDeviceMappings"] == [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"DeleteOnTermination": True, "Encrypted": True, "VolumeSize": 30, "VolumeType": "gp3"},
            }
        ]

    def test_the_role_is_deleted_after_the_environment(self, default: Template) -> None:
        profile = id_of(default, named(default, "AWS::IAM::InstanceProfile", "OnDemandInstanceProfile"))
        role = id_of(default, named(default, "AWS::IAM::Role", "OnDemandInstanceProfileRole"))
        assert environment(default, "OnDemand")["ComputeResources"]["InstanceRole"]["Fn::GetAtt"] == [profile, "Arn"]
        assert default["Resources"][profile]["Properties"]["Roles"] == [{"Ref": role}]


class TestCustom:
    def test_vcpus(self, custom: Template) -> None:
        compute = environment(custom, "Own")["ComputeResources"]
        assert (compute["MinvCpus"], compute["DesiredvCpus"], compute["MaxvCpus"]) == (2, 4, 64)

    def test_types_and_families_in_their_order(self, custom: Template) -> None:
        assert environment(custom, "Own")["ComputeResources"]["InstanceTypes"] == [
            "c7g",
            "m8gd.large",
            "r8g.xlarge",
            "t4g",
        ]

    def test_best_fit_progressive_on_spot(self, custom: Template) -> None:
        compute = environment(custom, "Own")["ComputeResources"]
        assert (compute["Type"], compute["AllocationStrategy"]) == ("SPOT", "BEST_FIT_PROGRESSIVE")
        assert compute["BidPercentage"] == 60

    def test_arm_category(self, custom: Template) -> None:
        assert environment(custom, "Arm")["ComputeResources"]["InstanceTypes"] == ["default_arm64"]

    def test_root_volume(self, custom: Template) -> None:
        data = named(custom, "AWS::EC2::LaunchTemplate", "ArmLaunchTemplate")["Properties"]["LaunchTemplateData"]
        assert data["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 100

    def test_own_launch_template_rolls_the_environment_too(self, custom: Template) -> None:
        template = id_of(custom, named(custom, "AWS::EC2::LaunchTemplate", "OwnTemplate"))
        assert environment(custom, "Own")["ComputeResources"]["LaunchTemplate"] == {
            "LaunchTemplateId": {"Ref": template},
            "Version": {"Fn::GetAtt": [template, "LatestVersionNumber"]},
        }

    def test_own_subnets_and_security_groups(self, custom: Template) -> None:
        compute = environment(custom, "Own")["ComputeResources"]
        assert [subnet["Ref"].startswith("VpcPublic") for subnet in compute["Subnets"]] == [True]
        assert [group["Fn::GetAtt"][0].startswith("Group") for group in compute["SecurityGroupIds"]] == [True]

    def test_the_policies_of_an_own_role_are_deleted_after_the_environment(self, custom: Template) -> None:
        depends_on = named(custom, "AWS::Batch::ComputeEnvironment", "Own")["DependsOn"]
        assert {custom["Resources"][name]["Type"] for name in depends_on} == {"AWS::IAM::Role", "AWS::IAM::Policy"}

    def test_image_placement_update_and_state(self, custom: Template) -> None:
        properties = environment(custom, "Own")
        compute = properties["ComputeResources"]
        assert compute["Ec2Configuration"] == [{"ImageType": "ECS_AL2023"}]
        assert compute["PlacementGroup"]["Fn::GetAtt"][0].startswith("Placement")
        assert compute["UpdateToLatestImageVersion"] is False
        assert properties["UpdatePolicy"] == {"JobExecutionTimeoutMinutes": 10, "TerminateJobsOnUpdate": True}
        assert (properties["ComputeEnvironmentName"], properties["State"]) == ("own", "DISABLED")

    def test_imported_launch_template(self, custom: Template) -> None:
        compute = environment(custom, "Imported")["ComputeResources"]
        assert compute["LaunchTemplate"] == {"LaunchTemplateName": "shared", "Version": "3"}

    def test_an_imported_role_needs_no_dependency(self, custom: Template) -> None:
        assert "DependsOn" not in named(custom, "AWS::Batch::ComputeEnvironment", "Imported")

    def test_types_added_later_are_not_lost(self, custom: Template) -> None:
        assert environment(custom, "Imported")["ComputeResources"]["InstanceTypes"] == ["c7i", "m7i.large"]

    def test_tokens_pass(self, custom: Template) -> None:
        compute = environment(custom, "Tokens")["ComputeResources"]
        assert (compute["MaxvCpus"], compute["DesiredvCpus"]) == ({"Ref": "Max"}, {"Ref": "Desired"})
        assert (compute["InstanceTypes"], compute["BidPercentage"]) == ([{"Ref": "Type"}], {"Ref": "Bid"})
        data = named(custom, "AWS::EC2::LaunchTemplate", "TokensLaunchTemplate")["Properties"]["LaunchTemplateData"]
        assert data["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == {"Ref": "Volume"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_vcpus": 0}, "max_vcpus: got 0, AWS Batch allows 1 or more (BATCH001)."),
        ({"min_vcpus": -1}, ": got min_vcpus=-1, max_vcpus=8, 0 <= min_vcpus <= desired_vcpus <= max_vcpus"),
        ({"min_vcpus": 9}, ": got min_vcpus=9, max_vcpus=8, "),
        ({"desired_vcpus": 9}, ": got min_vcpus=0, desired_vcpus=9, max_vcpus=8, "),
        ({"instance_types": []}, "instance_types: got no instance type, "),
        ({"instance_types": ["c7i", "big"]}, "instance_types[1]: got 'big', an instance type such as 'm7i.large'"),
        ({"instance_types": ["c7g", "m7i.large"]}, "instance_types: got c7g (arm64) and m7i.large (x86_64), "),
        ({"instance_types": ["default_arm64", "optimal"]}, "got default_arm64 (arm64) and optimal (x86_64), "),
        (
            {"instance_types": ["c7g"], "architecture": ec2.InstanceArchitecture.X86_64},
            "instance_types: got c7g with architecture X86_64, these types have ARM_64 (BATCH004).",
        ),
        ({"spot_bid_percentage": 50}, ": got spot_bid_percentage=50 on demand, only Spot environments have it"),
        (
            {"allocation_strategy": batch.AllocationStrategy.SPOT_CAPACITY_OPTIMIZED},
            ": got allocation_strategy=SPOT_CAPACITY_OPTIMIZED on demand, ",
        ),
        ({"spot": True, "spot_bid_percentage": 101}, "spot_bid_percentage: got 101%, AWS Batch allows 1 to 100%"),
        ({"root_volume": Size.gibibytes(8)}, "root_volume: got 8 GiB, Amazon's ECS-optimized images need at least 30"),
    ],
)
def test_refuses(make_ec2: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_ec2(**options)
    assert str(caught.value).startswith("Ec2ComputeEnvironment 'Stack/Ec2'")
    assert message in str(caught.value)


def test_refuses_a_volume_beside_a_launch_template(stack: Stack, make_ec2: Make) -> None:
    with pytest.raises(ConfigurationError, match="a size beside your own launch_template"):
        make_ec2(root_volume=Size.gibibytes(50), launch_template=ec2.LaunchTemplate(stack, "Template"))


def test_refuses_a_vpc_without_private_subnets(stack: Stack, make_ec2: Make) -> None:
    public = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
    vpc = ec2.Vpc(stack, "PublicVpc", subnet_configuration=[public])
    with pytest.raises(ConfigurationError, match=r"vpc_subnets: got a VPC without such subnets.*\(BATCH021\)"):
        make_ec2(vpc=vpc)


def test_other_errors_of_aws_cdk_lib_are_told_with_the_place(make_ec2: Make) -> None:
    make_ec2()
    with pytest.raises(ConfigurationError, match=r"^Ec2ComputeEnvironment 'Stack/Ec2': .* already a Construct"):
        make_ec2()
