import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from constructs_lib import (
    ConfigurationError,
    Ec2ComputeEnvironment,
    EfsStorage,
    InstanceScratch,
    JobQueue,
    UnmanagedComputeEnvironment,
)
from tests.unit.resources import environment, id_of, named, resources

Template = dict[str, Any]
ARM = ec2.InstanceArchitecture.ARM_64


@pytest.fixture(scope="module")
def template() -> Template:
    app = App(analytics_reporting=False)
    stack = Stack(app, "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
    plain = UnmanagedComputeEnvironment(stack, "Plain", vpc=vpc, instance_types=["m7i.large"], max_instances=2)
    script = ec2.UserData.for_linux()
    script.add_commands("echo mine")
    UnmanagedComputeEnvironment(
        stack,
        "Own",
        vpc=vpc,
        instance_types=["c7gd.large", "m7gd.large"],
        min_instances=1,
        max_instances=5,
        spot=True,
        share_vcpus=16,
        image=ec2.MachineImage.from_ssm_parameter("/images/batch"),
        root_volume=Size.gibibytes(60),
        scratch=InstanceScratch.instance_store(),
        user_data=script,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        security_group=ec2.SecurityGroup(stack, "OwnGroup", vpc=vpc),
        instance_role=iam.Role(stack, "OwnRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com")),
        compute_environment_name="own",
        enabled=False,
    )
    UnmanagedComputeEnvironment(stack, "Gpu", vpc=vpc, instance_types=["g6.xlarge"], max_instances=1)
    UnmanagedComputeEnvironment(stack, "Arm", vpc=vpc, instance_types=["c8g.large"], max_instances=1)
    EfsStorage(stack, "Efs", vpc=vpc, clients=[plain])
    JobQueue(stack, "Queue", compute_environments=[plain])
    made: Template = app.synth().get_stack_by_name("Stack").template
    return made


def launch_data(template: Template, name: str) -> dict[str, Any]:
    found = named(template, "AWS::EC2::LaunchTemplate", f"{name}LaunchTemplate")
    data: dict[str, Any] = found["Properties"]["LaunchTemplateData"]
    return data


def group(template: Template, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = named(template, "AWS::AutoScaling::AutoScalingGroup", f"{name}InstancesASG")[
        "Properties"
    ]
    return properties


def test_aws_batch_schedules_and_nothing_else(template: Template) -> None:
    plain = environment(template, "Plain")
    assert (plain["Type"], plain["State"]) == ("unmanaged", "ENABLED")
    assert "ComputeResources" not in plain
    own = environment(template, "Own")
    assert (own["UnmanagedvCpus"], own["ComputeEnvironmentName"], own["State"]) == (16, "own", "DISABLED")


def test_instances_join_the_cluster_of_their_environment(template: Template) -> None:
    asked = named(template, "Custom::AWS", "PlainCluster")
    made = id_of(template, named(template, "AWS::Batch::ComputeEnvironment", "Plain"))
    assert {"Fn::GetAtt": [made, "ComputeEnvironmentArn"]} in asked["Properties"]["Create"]["Fn::Join"][1]
    arn = {"Fn::GetAtt": [id_of(template, asked), "computeEnvironments.0.ecsClusterArn"]}
    pieces = launch_data(template, "Plain")["UserData"]["Fn::Base64"]["Fn::Join"][1]
    (commands,) = [piece["Fn::Base64"]["Fn::Join"][1] for piece in pieces if isinstance(piece, dict)]
    assert commands == ['#!/bin/bash\necho "ECS_CLUSTER=', arn, '" >> /etc/ecs/ecs.config']


def test_they_join_before_anything_else_of_theirs_runs(template: Template) -> None:
    text = json.dumps(launch_data(template, "Own")["UserData"])
    steps = [
        text.index(step) for step in ("ECS_CLUSTER=", "SPOT_INSTANCE_DRAINING=true", "mdadm --create", "echo mine")
    ]
    assert steps == sorted(steps)


def test_asking_for_the_cluster_is_all_that_the_function_may_do(template: Template) -> None:
    policy = named(template, "AWS::IAM::Policy", "PlainClusterCustomResourcePolicy")
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement == {"Action": "batch:DescribeComputeEnvironments", "Effect": "Allow", "Resource": "*"}
    assert len(resources(template, "AWS::Lambda::Function")) == 1
    kept = [logs["Properties"]["RetentionInDays"] for logs in resources(template, "AWS::Logs::LogGroup").values()]
    assert kept == [30]


def test_instances_are_as_safe_as_those_of_managed_environments(template: Template) -> None:
    for name, size in (("Plain", 30), ("Own", 60)):
        data = launch_data(template, name)
        assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
        (root,) = data["BlockDeviceMappings"]
        assert (root["Ebs"]["Encrypted"], root["Ebs"]["VolumeSize"]) == (True, size)
    subnets = group(template, "Plain")["VPCZoneIdentifier"]
    assert [subnet["Ref"].startswith("VpcPrivate") for subnet in subnets] == [True, True]
    (security_group,) = launch_data(template, "Plain")["SecurityGroupIds"]
    assert "SecurityGroupIngress" not in template["Resources"][security_group["Fn::GetAtt"][0]]["Properties"]


def test_on_demand_in_order_and_spot_by_price_and_capacity(template: Template) -> None:
    plain, own = group(template, "Plain"), group(template, "Own")
    assert (plain["MinSize"], plain["MaxSize"], own["MinSize"], own["MaxSize"]) == ("0", "2", "1", "5")
    assert plain["MixedInstancesPolicy"]["InstancesDistribution"] == {
        "OnDemandAllocationStrategy": "prioritized",
        "OnDemandPercentageAboveBaseCapacity": 100,
    }
    assert own["MixedInstancesPolicy"]["InstancesDistribution"] == {
        "OnDemandPercentageAboveBaseCapacity": 0,
        "SpotAllocationStrategy": "price-capacity-optimized",
    }
    types = [each["InstanceType"] for each in own["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]]
    assert types == ["c7gd.large", "m7gd.large"]


def test_images_are_amazons_for_the_types(template: Template) -> None:
    parameters = [launch_data(template, name)["ImageId"]["Ref"] for name in ("Plain", "Gpu", "Arm")]
    assert [template["Parameters"][name]["Default"] for name in parameters] == [
        f"/aws/service/ecs/optimized-ami/amazon-linux-2023/{kind}recommended/image_id"
        for kind in ("", "gpu/", "arm64/")
    ]


def test_it_is_a_client_of_file_systems(template: Template) -> None:
    (security_group,) = launch_data(template, "Plain")["SecurityGroupIds"]
    sources = [
        rule["Properties"].get("SourceSecurityGroupId")
        for rule in resources(template, "AWS::EC2::SecurityGroupIngress").values()
    ]
    assert security_group in sources


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_types": []}, "instance_types: got no instance type, "),
        (
            {"instance_types": ["m7i", "c7i.large"]},
            "instance_types: got m7i, an Auto Scaling group has instance types, not families",
        ),
        ({"instance_types": ["g6.xlarge", "m7i.large"]}, "instance_types: got types with and types without GPUs"),
        ({"instance_types": ["m7g.large", "m7i.large"]}, "got m7g.large (arm64) and m7i.large (x86_64)"),
        ({"instance_types": ["g5g.xlarge"]}, "instance_types: got g5g.xlarge, Amazon has no ECS-optimized image"),
        ({"min_instances": 4}, ": got min_instances=4, max_instances=3, 0 <= min_instances <= max_instances"),
        ({"max_instances": 0}, ": got min_instances=0, max_instances=0, "),
        ({"share_vcpus": -1}, "share_vcpus: got -1, AWS Batch allows 0 or more (COMPUTE023)."),
        ({"scratch": InstanceScratch.instance_store()}, "scratch: got an instance store on m7i.large"),
        ({"user_data": ec2.MultipartUserData()}, "user_data: got user data of several parts"),
    ],
)
def test_refuses(stack: Stack, vpc: ec2.Vpc, options: dict[str, Any], message: str) -> None:
    given = {"vpc": vpc, "instance_types": ["m7i.large"], "max_instances": 3, **options}
    with pytest.raises(ConfigurationError) as caught:
        UnmanagedComputeEnvironment(stack, "Own", **given)
    assert str(caught.value).startswith("UnmanagedComputeEnvironment 'Stack/Own'")
    assert message in str(caught.value)


def test_a_queue_has_one_architecture(
    stack: Stack, vpc: ec2.Vpc, make_ec2: Callable[..., Ec2ComputeEnvironment]
) -> None:
    own = UnmanagedComputeEnvironment(stack, "Own", vpc=vpc, instance_types=["m7i.large"], max_instances=3)
    with pytest.raises(ConfigurationError, match="BATCH019"):
        JobQueue(stack, "Queue", compute_environments=[own, make_ec2(architecture=ARM)])


def test_refuses_a_vpc_without_private_subnets(stack: Stack) -> None:
    public = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
    vpc = ec2.Vpc(stack, "PublicVpc", subnet_configuration=[public])
    with pytest.raises(ConfigurationError, match="BATCH021"):
        UnmanagedComputeEnvironment(stack, "Own", vpc=vpc, instance_types=["m7i.large"], max_instances=3)
