from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2

from constructs_lib import (
    ConfigurationError,
    ContainerInsights,
    Ec2ComputeEnvironment,
    EfsStorage,
    JobQueue,
    ManagedInstancesComputeEnvironment,
)
from tests.unit.resources import id_of, resources

Template = dict[str, Any]
Make = Callable[..., ManagedInstancesComputeEnvironment]


@pytest.fixture(scope="module")
def template() -> Template:
    app = App(analytics_reporting=False)
    stack = Stack(app, "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
    plain = ManagedInstancesComputeEnvironment(stack, "Plain", vpc=vpc, max_vcpus=64)
    own = ManagedInstancesComputeEnvironment(
        stack,
        "Own",
        vpc=vpc,
        max_vcpus=8,
        spot=True,
        instance_types=["c7gd", "m6id.large"],
        root_volume=Size.gibibytes(100),
        instance_store=True,
        scale_in_after=Duration.minutes(10),
        detailed_monitoring=True,
        container_insights=ContainerInsights.ENHANCED,
        vpc_subnets=ec2.SubnetSelection(subnets=[vpc.public_subnets[0]]),
        security_groups=[ec2.SecurityGroup(stack, "OwnGroup", vpc=vpc)],
        compute_environment_name="own",
        enabled=False,
    )
    EfsStorage(stack, "Efs", vpc=vpc, clients=[plain])
    JobQueue(stack, "Queue", compute_environments=[plain, own])
    made: Template = app.synth().get_stack_by_name("Stack").template
    return made


def environment(template: Template, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"][name]["Properties"]
    return properties


def launch(template: Template, name: str) -> dict[str, Any]:
    provider = environment(template, name)["ComputeResources"]["ManagedInstancesProvider"]
    data: dict[str, Any] = provider["InstanceLaunchTemplate"]
    return data


def test_ecs_chooses_whatever_is_not_said(template: Template) -> None:
    plain = environment(template, "Plain")
    compute = plain["ComputeResources"]
    assert (plain["Type"], plain["State"], compute["Type"]) == ("MANAGED", "ENABLED", "ECS_MANAGED_INSTANCES")
    assert compute["MaxvCpus"] == 64
    assert plain["ReplaceComputeEnvironment"] is False
    assert launch(template, "Plain")["CapacityOptionType"] == "ON_DEMAND"
    assert not {"InstanceRequirements", "StorageConfiguration"} & launch(template, "Plain").keys()
    assert "InfrastructureOptimization" not in compute["ManagedInstancesProvider"]


def test_every_option(template: Template) -> None:
    own, data = environment(template, "Own"), launch(template, "Own")
    assert data["CapacityOptionType"] == "SPOT"
    assert data["InstanceRequirements"] == {"AllowedInstanceTypes": ["c7gd", "m6id.large"]}
    assert data["StorageConfiguration"] == {"StorageSizeGiB": 100}
    assert data["LocalStorageConfiguration"] == {"UseLocalStorage": True}
    assert data["Monitoring"] == "DETAILED"
    provider = own["ComputeResources"]["ManagedInstancesProvider"]
    assert provider["InfrastructureOptimization"] == {"ScaleInAfter": 600}
    assert own["EcsSettings"] == {"ContainerInsights": "ENHANCED"}
    assert (own["ComputeEnvironmentName"], own["State"]) == ("own", "DISABLED")
    network = data["NetworkConfiguration"]
    assert [subnet["Ref"].startswith("VpcPublic") for subnet in network["Subnets"]] == [True]
    assert [group["Fn::GetAtt"][0].startswith("OwnGroup") for group in network["SecurityGroups"]] == [True]


def test_instances_start_in_private_subnets_and_let_nothing_in(template: Template) -> None:
    network = launch(template, "Plain")["NetworkConfiguration"]
    assert [subnet["Ref"].startswith("VpcPrivate") for subnet in network["Subnets"]] == [True, True]
    (group,) = network["SecurityGroups"]
    assert "SecurityGroupIngress" not in template["Resources"][group["Fn::GetAtt"][0]]["Properties"]


def test_ecs_may_pass_the_role_of_the_instances_and_no_other(template: Template) -> None:
    roles = resources(template, "AWS::IAM::Role")
    (instances,) = [name for name in roles if name.startswith("PlainInstancesInstanceRole")]
    (infrastructure,) = [name for name in roles if name.startswith("PlainInstancesInfrastructureRole")]
    provider = environment(template, "Plain")["ComputeResources"]["ManagedInstancesProvider"]
    assert provider["InfrastructureRoleArn"] == {"Fn::GetAtt": [infrastructure, "Arn"]}
    (policy,) = [
        resource
        for resource in resources(template, "AWS::IAM::Policy").values()
        if resource["Properties"]["Roles"] == [{"Ref": infrastructure}]
    ]
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Action": "iam:PassRole",
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [instances, "Arn"]},
        }
    ]
    assert template["Resources"]["Plain"]["DependsOn"] == [id_of(template, policy)]
    assert roles[infrastructure]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "Service": "ecs.amazonaws.com"
    }


def test_it_is_a_client_of_file_systems(template: Template) -> None:
    (group,) = launch(template, "Plain")["NetworkConfiguration"]["SecurityGroups"]
    rules = resources(template, "AWS::EC2::SecurityGroupIngress").values()
    assert group in [rule["Properties"]["SourceSecurityGroupId"] for rule in rules]


@pytest.fixture
def make(stack: Stack, vpc: ec2.Vpc) -> Make:
    def make(construct_id: str = "Own", **options: Any) -> ManagedInstancesComputeEnvironment:
        return ManagedInstancesComputeEnvironment(stack, construct_id, **{"vpc": vpc, "max_vcpus": 8, **options})

    return make


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_vcpus": 0}, "max_vcpus: got 0, AWS Batch allows 1 or more (BATCH001)."),
        ({"instance_types": []}, "instance_types: got no instance type, "),
        (
            {"instance_types": ["m7i"], "instance_store": True},
            "instance_store: got an instance store on m7i, all types",
        ),
        ({"scale_in_after": Duration.hours(2)}, "scale_in_after: got 7,200 s, AWS Batch allows 0 to 3,600 s"),
    ],
)
def test_refuses(make: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(**options)
    assert str(caught.value).startswith("ManagedInstancesComputeEnvironment 'Stack/Own'")
    assert message in str(caught.value)


def test_refuses_a_vpc_without_private_subnets(stack: Stack, make: Make) -> None:
    public = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
    with pytest.raises(ConfigurationError, match="BATCH021"):
        make(vpc=ec2.Vpc(stack, "PublicVpc", subnet_configuration=[public]))


def test_a_queue_has_nothing_else_beside_it(
    stack: Stack, make: Make, make_ec2: Callable[..., Ec2ComputeEnvironment]
) -> None:
    with pytest.raises(ConfigurationError, match=r"Own \(ECS managed instances\), Ec2 \(EC2\).*BATCH007"):
        JobQueue(stack, "Queue", compute_environments=[make(), make_ec2()])


def test_a_queue_takes_spot_last(stack: Stack, make: Make) -> None:
    with pytest.raises(ConfigurationError, match="got ECS managed instances on Spot before those on demand"):
        JobQueue(stack, "Queue", compute_environments=[make("Spot", spot=True), make()])
