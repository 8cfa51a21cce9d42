"""What instances are started with: images, volumes, user data, adapters, reservations; and how they are renewed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib import (
    CapacityReservation,
    ConfigurationError,
    ContainerInsights,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    InstanceScratch,
)
from tests.unit.resources import environment, id_of, named, resources

Template = dict[str, Any]
Make = Callable[..., Ec2ComputeEnvironment]
ImageType = batch.EcsMachineImageType
ARM = ec2.InstanceArchitecture.ARM_64
PRIVATE = ec2.SubnetType.PRIVATE_WITH_EGRESS


def script(*commands: str) -> ec2.UserData:
    data = ec2.UserData.for_linux()
    data.add_commands(*commands)
    return data


def parts() -> ec2.MultipartUserData:
    data = ec2.MultipartUserData()
    data.add_part(ec2.MultipartBody.from_user_data(script("echo part")))
    return data


@pytest.fixture(scope="module")
def template() -> Template:
    app = App(analytics_reporting=False)
    stack = Stack(app, "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
    own = ec2.MachineImage.from_ssm_parameter("/images/batch")

    def make(construct_id: str, **options: Any) -> None:
        Ec2ComputeEnvironment(stack, construct_id, **{"vpc": vpc, "max_vcpus": 64, **options})

    make("Gpu", instance_types=["g6", "p5"])
    make("OwnImage", image=own, instance_types=["g6"])
    make("OwnArm", image=own, instance_types=["g5g"], root_volume=Size.gibibytes(80))
    make("Untyped", images=[batch.EcsMachineImage(image=own)], instance_types=["m7i"])
    make("Typed", image_type=ImageType.ECS_AL2023_NVIDIA, instance_types=["g6", "m7i"])
    make("Volume", scratch=InstanceScratch.ebs(Size.gibibytes(500), iops=6000, throughput=500))
    make("Store", scratch=InstanceScratch.instance_store(path="/fast"), instance_types=["c7gd"], user_data=script("id"))
    make("Parts", user_data=parts())
    make("Reserved", capacity_reservation=CapacityReservation.of_id("cr-0123456789abcdef0"), instance_types=["m7i"])
    make("Group", capacity_reservation=CapacityReservation.of_group("arn:aws:group"), instance_types=["m7i"])
    make("Unreserved", capacity_reservation=CapacityReservation.none())
    make("Efa", efa=True, instance_types=["hpc7a"])
    group = ec2.SecurityGroup(stack, "OwnGroup", vpc=vpc)
    place = ec2.PlacementGroup(stack, "OwnPlace", strategy=ec2.PlacementGroupStrategy.CLUSTER)
    one = ec2.SubnetSelection(subnets=[vpc.private_subnets[1]])
    make("OwnEfa", efa=True, instance_types=["c7i.48xlarge"], security_groups=[group], placement_group=place)
    make("OwnZone", efa=True, instance_types=["c7i.48xlarge"], vpc_subnets=one)
    make("Patient", min_scale_down_delay=Duration.hours(1), container_insights=ContainerInsights.ENHANCED)
    make("Replaced", replace_on_update=True, allocation_strategy=batch.AllocationStrategy.BEST_FIT)
    FargateComputeEnvironment(stack, "Fargate", vpc=vpc, max_vcpus=4, container_insights=ContainerInsights.ENABLED)
    made: Template = app.synth().get_stack_by_name("Stack").template
    return made


def compute(template: Template, name: str) -> dict[str, Any]:
    resources: dict[str, Any] = environment(template, name)["ComputeResources"]
    return resources


def launch_data(template: Template, name: str) -> dict[str, Any]:
    found = named(template, "AWS::EC2::LaunchTemplate", f"{name}LaunchTemplate")
    data: dict[str, Any] = found["Properties"]["LaunchTemplateData"]
    return data


def user_data(template: Template, name: str) -> str:
    """The parts with what is in them; each is encoded on its own when it is deployed."""
    pieces = launch_data(template, name)["UserData"]["Fn::Base64"]["Fn::Join"][1]
    return "".join(piece if isinstance(piece, str) else piece["Fn::Base64"] for piece in pieces)


class TestImages:
    def test_aws_batch_chooses_images_with_drivers_for_gpus(self, template: Template) -> None:
        assert compute(template, "Gpu")["InstanceTypes"] == ["g6", "p5"]
        assert "Ec2Configuration" not in compute(template, "Gpu")

    def test_an_own_image_is_for_the_kind_of_the_types(self, template: Template) -> None:
        kinds = {name: compute(template, name)["Ec2Configuration"] for name in ("OwnImage", "OwnArm", "Untyped")}
        assert [[each["ImageType"] for each in kind] for kind in kinds.values()] == [
            ["ECS_AL2023_NVIDIA"],
            ["ECS_AL2023"],
            ["ECS_AL2023"],
        ]
        assert all("Ref" in each["ImageIdOverride"] for kind in kinds.values() for each in kind)

    def test_a_type_alone_is_one_of_amazons(self, template: Template) -> None:
        assert compute(template, "Typed")["Ec2Configuration"] == [{"ImageType": "ECS_AL2023_NVIDIA"}]

    def test_the_root_volume_is_as_large_as_an_own_image_and_encrypted(self, template: Template) -> None:
        (root,) = launch_data(template, "OwnImage")["BlockDeviceMappings"]
        assert root["Ebs"] == {"DeleteOnTermination": True, "Encrypted": True, "VolumeType": "gp3"}
        (larger,) = launch_data(template, "OwnArm")["BlockDeviceMappings"]
        assert larger["Ebs"]["VolumeSize"] == 80


class TestScratch:
    def test_a_volume_is_encrypted_and_mounted(self, template: Template) -> None:
        _, scratch = launch_data(template, "Volume")["BlockDeviceMappings"]
        assert scratch == {
            "DeviceName": "/dev/sdf",
            "Ebs": {
                "DeleteOnTermination": True,
                "Encrypted": True,
                "Iops": 6000,
                "Throughput": 500,
                "VolumeSize": 500,
                "VolumeType": "gp3",
            },
        }
        assert "disk=$(readlink -e /dev/sdf)" in user_data(template, "Volume")
        assert 'mount -o noatime "$disk" /mnt/scratch' in user_data(template, "Volume")

    def test_the_instance_store_is_mounted_before_the_callers_commands_run(self, template: Template) -> None:
        assert len(launch_data(template, "Store")["BlockDeviceMappings"]) == 1
        text = user_data(template, "Store")
        assert text.startswith("Content-Type: multipart/mixed;")
        assert text.count("Content-Type: text/x-shellscript") == 2
        assert text.index("mdadm --create") < text.index('mount -o noatime "$disk" /fast') < text.rindex("\nid")

    def test_an_instance_without_its_scratch_space_takes_no_jobs(self, template: Template) -> None:
        for name in ("Volume", "Store"):
            assert "trap 'systemctl mask --now ecs; shutdown -h now' ERR" in user_data(template, name)

    def test_parts_stay_as_they_are(self, template: Template) -> None:
        assert user_data(template, "Parts").count("Content-Type: text/x-shellscript") == 1
        assert "echo part" in user_data(template, "Parts")

    def test_nothing_runs_that_was_not_asked_for(self, template: Template) -> None:
        assert "UserData" not in launch_data(template, "Gpu")


class TestReservations:
    def test_what_instances_may_use(self, template: Template) -> None:
        of = {
            name: launch_data(template, name)["CapacityReservationSpecification"]
            for name in ("Reserved", "Group", "Unreserved")
        }
        target = "CapacityReservationTarget"
        assert of["Reserved"] == {target: {"CapacityReservationId": "cr-0123456789abcdef0"}}
        assert of["Group"] == {target: {"CapacityReservationResourceGroupArn": "arn:aws:group"}}
        assert of["Unreserved"] == {"CapacityReservationPreference": "none"}


class TestEfa:
    def test_instances_reach_each_other_by_an_adapter(self, template: Template) -> None:
        group = id_of(template, named(template, "AWS::EC2::SecurityGroup", "EfaEfaSecurityGroup"))
        (interface,) = launch_data(template, "Efa")["NetworkInterfaces"]
        assert (interface["InterfaceType"], interface["DeviceIndex"]) == ("efa", 0)
        assert {"Fn::GetAtt": [group, "GroupId"]} in interface["Groups"]
        rules = [
            rule["Properties"]
            for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
            for rule in resources(template, kind).values()
            if rule["Properties"]["GroupId"] == {"Fn::GetAtt": [group, "GroupId"]}
        ]
        others = [rule.get("SourceSecurityGroupId", rule.get("DestinationSecurityGroupId")) for rule in rules]
        assert others == [{"Fn::GetAtt": [group, "GroupId"]}] * 2
        assert [rule["IpProtocol"] for rule in rules] == ["-1", "-1"]

    def test_they_are_close_together(self, template: Template) -> None:
        made = id_of(template, named(template, "AWS::EC2::PlacementGroup", "EfaPlacementGroup"))
        assert template["Resources"][made]["Properties"] == {"Strategy": "cluster"}
        assert compute(template, "Efa")["PlacementGroup"]["Fn::GetAtt"][0] == made
        assert len(compute(template, "Efa")["Subnets"]) == 1

    def test_security_groups_are_those_of_the_interface_alone(self, template: Template) -> None:
        for name, number in (("Efa", 2), ("OwnEfa", 2)):
            assert "SecurityGroupIds" not in compute(template, name)
            assert len(launch_data(template, name)["NetworkInterfaces"][0]["Groups"]) == number

    def test_own_parts(self, template: Template) -> None:
        assert compute(template, "OwnEfa")["PlacementGroup"]["Fn::GetAtt"][0].startswith("OwnPlace")
        assert compute(template, "OwnZone")["Subnets"] != compute(template, "OwnEfa")["Subnets"]


class TestRenewal:
    def test_instances_stay_for_a_while(self, template: Template) -> None:
        assert compute(template, "Patient")["ScalingPolicy"] == {"MinScaleDownDelayMinutes": 60}

    def test_container_insights(self, template: Template) -> None:
        assert environment(template, "Patient")["EcsSettings"] == {"ContainerInsights": "ENHANCED"}
        assert environment(template, "Fargate")["EcsSettings"] == {"ContainerInsights": "ENABLED"}
        assert "EcsSettings" not in environment(template, "Gpu")

    def test_replacement(self, template: Template) -> None:
        assert environment(template, "Replaced")["ReplaceComputeEnvironment"] is True
        assert compute(template, "Replaced")["AllocationStrategy"] == "BEST_FIT"


NVIDIA = getattr(ImageType, "ECS_AL2023_NVIDIA", None)  # which older versions of aws-cdk-lib do not have
OWN_IMAGE = ec2.MachineImage.from_ssm_parameter("/images/batch")
REFUSED = [
    ({"instance_types": ["p3"]}, "instance_types: got p3, Amazon Linux 2023 does not support it"),
    ({"instance_types": ["m7g", "g5g"]}, "instance_types: got g5g, Amazon has no ECS-optimized image with GPU drivers"),
    (
        {"architecture": ARM, "image_type": NVIDIA},
        "image_type: got ECS_AL2023_NVIDIA on ARM_64, images for GPUs are for x86_64 (COMPUTE002).",
    ),
    (
        {"instance_types": ["g5g"], "image": OWN_IMAGE, "image_type": NVIDIA},
        "image: got ECS_AL2023_NVIDIA on ARM_64, ",
    ),
    ({"image_type": ImageType.ECS_AL2}, "image_type: got ECS_AL2, since June 30, 2026 AWS Batch has no images"),
    ({"image_type": ImageType.ECS_AL2023, "instance_types": ["g6"]}, "got ECS_AL2023 for g6, without drivers"),
    ({"image": OWN_IMAGE, "images": []}, "images: got images beside image or image_type, both choose the image"),
    ({"scratch": InstanceScratch.instance_store()}, "scratch: got an instance store on AWS's choice, all types need"),
    (
        {"scratch": InstanceScratch.instance_store(), "instance_types": ["c7gd", "m7g"]},
        "scratch: got an instance store on m7g, all types need one (COMPUTE003).",
    ),
    ({"scratch": InstanceScratch.ebs(Size.gibibytes(9)), "user_data": parts()}, "scratch: got scratch space beside"),
    ({"efa": True}, ": got an EFA without instance_types, only some types have one"),
    ({"efa": True, "instance_types": ["c7i", "hpc7a"]}, ": got an EFA for c7i, all types need one"),
    ({"efa": True, "instance_types": ["m7i.24xlarge"]}, ": got an EFA for m7i.24xlarge, "),
    (
        {"spot": True, "instance_types": ["m7i"], "capacity_reservation": CapacityReservation.none()},
        "capacity_reservation: got a capacity reservation on Spot, only on-demand instances have them (COMPUTE005).",
    ),
    (
        {"capacity_reservation": CapacityReservation.of_group("arn:aws:resource-groups:us-east-1:1:group/a")},
        "capacity_reservation: got a reservation without instance_types, a reservation is for one instance type",
    ),
    (
        {"min_scale_down_delay": Duration.minutes(19)},
        "min_scale_down_delay: got 19 minutes, AWS Batch allows 20 to 10,080 minutes (COMPUTE006).",
    ),
    ({"update_timeout": Duration.days(6)}, "update_timeout: got 8,640 minutes, AWS Batch allows 1 to 7,200 minutes"),
    (
        {"allocation_strategy": batch.AllocationStrategy.BEST_FIT},
        "allocation_strategy: got BEST_FIT with updates in place, AWS Batch cannot update such an environment",
    ),
    ({"replace_on_update": True, "compute_environment_name": "bulk"}, "got 'bulk' with replace_on_update, the new"),
    ({"replace_on_update": True, "terminate_on_update": False}, "terminate_on_update: got a value with replace_on"),
    ({"replace_on_update": True, "update_timeout": Duration.hours(1)}, "update_timeout: got a value with replace_on"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_refuses(make_ec2: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_ec2(**options)
    assert str(caught.value).startswith("Ec2ComputeEnvironment 'Stack/Ec2'")
    assert message in str(caught.value)


def test_refuses_a_placement_group_that_spreads(stack: Stack, make_ec2: Make) -> None:
    spread = ec2.PlacementGroup(stack, "Spread", strategy=ec2.PlacementGroupStrategy.SPREAD)
    with pytest.raises(ConfigurationError, match="got a placement group of strategy SPREAD"):
        make_ec2(efa=True, instance_types=["hpc7a"], placement_group=spread)


def test_refuses_an_efa_in_two_zones(stack: Stack, make_ec2: Make) -> None:
    vpc = ec2.Vpc(stack, "Wide", max_azs=2)
    with pytest.raises(ConfigurationError, match="vpc_subnets: got subnets in 2 availability zones"):
        make_ec2(
            efa=True, instance_types=["hpc7a"], vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=vpc.private_subnets)
        )


@pytest.mark.parametrize(
    "options",
    [
        {"scratch": InstanceScratch.ebs(Size.gibibytes(9))},
        {"user_data": script("id")},
        {"capacity_reservation": CapacityReservation.none()},
        {"efa": True, "instance_types": ["hpc7a"]},
    ],
)
def test_refuses_options_that_an_own_launch_template_would_not_heed(
    stack: Stack, make_ec2: Make, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=f"{next(iter(options))}: got a value beside your own launch_template"):
        make_ec2(launch_template=ec2.LaunchTemplate(stack, "Own"), **options)


@pytest.mark.parametrize("wrong", ["cr-1", "lt-0123456789abcdef0", ""])
def test_refuses_what_is_no_reservation(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(repr(wrong))):
        CapacityReservation.of_id(wrong)


@pytest.mark.parametrize("path", ["scratch", "/"])
def test_refuses_a_path_that_is_no_directory(path: str) -> None:
    with pytest.raises(ConfigurationError, match="STORAGE002"):
        InstanceScratch.ebs(Size.gibibytes(1), path=path)
    with pytest.raises(ConfigurationError, match="STORAGE002"):
        InstanceScratch.instance_store(path=path)
