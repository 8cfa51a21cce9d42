from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Match, Template

from constructs_lib import (
    BatchEndpoints,
    BatchNetwork,
    ConfigurationError,
    ContainerJob,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    NetworkAccess,
    Platform,
)
from constructs_lib.network import prices as network_prices

Make = Callable[..., BatchNetwork]
FOR_ALL = {"ecr.api", "ecr.dkr", "logs"}
FOR_INSTANCES = {"ecs", "ecs-agent", "ecs-telemetry"}


@pytest.fixture
def make(stack: Stack) -> Make:
    def make(**options: Any) -> BatchNetwork:
        return BatchNetwork(stack, "Network", **options)

    return make


def interface_endpoints(template: Template) -> dict[str, dict[str, Any]]:
    found = template.find_resources("AWS::EC2::VPCEndpoint", {"Properties": {"VpcEndpointType": "Interface"}})
    return {_service(endpoint["Properties"]): endpoint["Properties"] for endpoint in found.values()}


def _service(properties: dict[str, Any]) -> str:
    text = "".join(part for part in properties["ServiceName"]["Fn::Join"][1] if isinstance(part, str))
    return text.removeprefix("com.amazonaws..").removeprefix("com.amazonaws.").lstrip(".")


@pytest.fixture(scope="module")
def template() -> Template:
    """Of a network that gives no options, with an environment of each platform."""
    stack = Stack(App(analytics_reporting=False), "Stack")
    vpc = BatchNetwork(stack, "Network")
    FargateComputeEnvironment(stack, "Fargate", vpc=vpc, max_vcpus=4)
    Ec2ComputeEnvironment(stack, "Ec2", vpc=vpc, max_vcpus=4)
    return Template.from_stack(stack)


class TestDefault:
    def test_nothing_leads_to_the_internet(self, template: Template) -> None:
        for kind in ("NatGateway", "InternetGateway", "EIP", "Route"):
            template.resource_count_is(f"AWS::EC2::{kind}", 0)
        template.all_resources_properties("AWS::EC2::Subnet", {"MapPublicIpOnLaunch": False})

    def test_what_jobs_on_both_platforms_need(self, template: Template) -> None:
        endpoints = interface_endpoints(template)
        assert set(endpoints) == FOR_ALL | FOR_INSTANCES
        for endpoint in endpoints.values():
            assert endpoint["PrivateDnsEnabled"] is True
            assert len(endpoint["SubnetIds"]) == 2

    def test_s3_is_free(self, template: Template) -> None:
        gateways = template.find_resources("AWS::EC2::VPCEndpoint", {"Properties": {"VpcEndpointType": "Gateway"}})
        (gateway,) = gateways.values()
        assert len(gateway["Properties"]["RouteTableIds"]) == 2

    def test_endpoints_take_https_from_the_subnets_and_nothing_else(self, template: Template) -> None:
        (group,) = template.find_resources(
            "AWS::EC2::SecurityGroup", {"Properties": {"GroupDescription": "HTTPS to AWS services"}}
        ).values()
        rules = group["Properties"]["SecurityGroupIngress"]
        assert {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in rules} == {("tcp", 443, 443)}
        assert {rule["CidrIp"] for rule in rules} == {"10.0.0.0/17", "10.0.128.0/17"}
        assert "Disallow all traffic" in group["Properties"]["SecurityGroupEgress"][0]["Description"]

    def test_environments_start_in_the_isolated_subnets(self, template: Template) -> None:
        subnets = set(template.find_resources("AWS::EC2::Subnet"))
        for environment in template.find_resources("AWS::Batch::ComputeEnvironment").values():
            used = environment["Properties"]["ComputeResources"]["Subnets"]
            assert {subnet["Ref"] for subnet in used} == subnets

    def test_all_traffic_is_recorded(self, template: Template) -> None:
        template.has_resource_properties("AWS::EC2::FlowLog", {"TrafficType": "ALL", "ResourceType": "VPC"})
        template.has_resource_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})

    def test_no_function_comes_with_it(self, template: Template) -> None:
        template.resource_count_is("AWS::Lambda::Function", 0)


def test_fargate_alone_needs_no_endpoint_of_ecs(stack: Stack, make: Make) -> None:
    network = make(platforms=[Platform.FARGATE])
    assert set(interface_endpoints(Template.from_stack(stack))) == FOR_ALL
    assert network.monthly_price_usd == 43.8


def test_services_that_are_asked_for_come_once(stack: Stack, make: Make) -> None:
    services = ec2.InterfaceVpcEndpointAwsService
    make(platforms=[Platform.FARGATE], services=[services.SECRETS_MANAGER, services.CLOUDWATCH_LOGS])
    assert set(interface_endpoints(Template.from_stack(stack))) == FOR_ALL | {"secretsmanager"}


def test_nat(stack: Stack, make: Make) -> None:
    network = make(access=NetworkAccess.NAT)
    FargateComputeEnvironment(stack, "Fargate", vpc=network, max_vcpus=4)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::NatGateway", 1)
    assert interface_endpoints(template) == {}
    template.has_resource_properties("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"})
    (environment,) = template.find_resources("AWS::Batch::ComputeEnvironment").values()
    assert all("Private" in subnet["Ref"] for subnet in environment["Properties"]["ComputeResources"]["Subnets"])


def test_public(stack: Stack, make: Make) -> None:
    network = make(access=NetworkAccess.PUBLIC)
    Ec2ComputeEnvironment(stack, "Ec2", vpc=network, max_vcpus=4)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::NatGateway", 0)
    template.all_resources_properties("AWS::EC2::Subnet", {"MapPublicIpOnLaunch": True})
    (environment,) = template.find_resources("AWS::Batch::ComputeEnvironment").values()
    assert len(environment["Properties"]["ComputeResources"]["Subnets"]) == 2
    assert network.monthly_price_usd == 0


@pytest.mark.parametrize(
    ("options", "price"),
    [
        ({}, 87.6),
        ({"access": NetworkAccess.NAT}, 36.5),
        ({"access": NetworkAccess.NAT, "nat_gateways": 2}, 73.0),
        ({"max_azs": 1}, 43.8),
    ],
)
def test_its_price_is_what_its_documentation_says(options: dict[str, Any], price: float, make: Make) -> None:
    assert make(**options).monthly_price_usd == price
    assert f"{price:.2f}" in (BatchNetwork.__doc__ or "")
    assert network_prices.__doc__
    assert "us-east-1" in network_prices.__doc__


def test_an_existing_vpc_gets_endpoints(stack: Stack) -> None:
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(stack, "Vpc", subnet_configuration=[isolated])
    subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    BatchEndpoints(stack, "Endpoints", vpc=vpc, platforms=[Platform.FARGATE], subnets=subnets)
    FargateComputeEnvironment(stack, "Fargate", vpc=vpc, vpc_subnets=subnets, max_vcpus=4)
    template = Template.from_stack(stack)
    assert set(interface_endpoints(template)) == FOR_ALL
    (group,) = template.find_resources(
        "AWS::EC2::SecurityGroup", {"Properties": {"GroupDescription": "HTTPS to AWS services"}}
    ).values()
    (rule,) = group["Properties"]["SecurityGroupIngress"]
    assert rule["CidrIp"]["Fn::GetAtt"][1] == "CidrBlock"
    template.has_resource_properties(
        "AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway", "RouteTableIds": Match.any_value()}
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"platforms": []}, r"'Stack/Network' platforms: got no platform, .*\(NETWORK001\)"),
        ({"nat_gateways": 1}, r"nat_gateways: got 1 with NetworkAccess.ENDPOINTS, only NetworkAccess.NAT .*NETWORK002"),
        ({"access": NetworkAccess.NAT, "nat_gateways": 3}, r"got 3 in 2 availability zones.*\(NETWORK003\)"),
        ({"access": NetworkAccess.NAT, "nat_gateways": 0}, r"got 0 in 2 availability zones.*\(NETWORK003\)"),
        ({"max_azs": 0}, r"max_azs: got 0, a network is in at least one availability zone \(NETWORK004\)"),
        (
            {"access": NetworkAccess.NAT, "services": [ec2.InterfaceVpcEndpointAwsService.STS]},
            r"services: got 1 with NetworkAccess.NAT.*\(NETWORK005\)",
        ),
    ],
)
def test_refuses(options: dict[str, Any], message: str, make: Make) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make(**options)


def test_endpoints_for_no_platform_are_refused(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(ConfigurationError, match=r"BatchEndpoints 'Stack/Endpoints' platforms.*\(NETWORK001\)"):
        BatchEndpoints(stack, "Endpoints", vpc=vpc, platforms=[])


def test_a_task_in_a_public_subnet_has_an_address(
    stack: Stack, make: Make, make_job: Callable[..., ContainerJob]
) -> None:
    network = make(access=NetworkAccess.PUBLIC)
    FargateComputeEnvironment(stack, "Fargate", vpc=network, max_vcpus=4)
    make_job(platform=Platform.FARGATE, assign_public_ip=True)
    address = {"ContainerProperties": {"NetworkConfiguration": {"AssignPublicIp": "ENABLED"}}}
    Template.from_stack(stack).has_resource_properties("AWS::Batch::JobDefinition", Match.object_like(address))


def test_a_job_on_ec2_has_no_address_of_its_own(make_job: Callable[..., ContainerJob]) -> None:
    with pytest.raises(ConfigurationError, match=r"assign_public_ip: got a public address for a job on EC2.*BATCH028"):
        make_job(assign_public_ip=True)
