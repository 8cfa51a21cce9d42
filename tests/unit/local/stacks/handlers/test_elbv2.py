"""Load balancers, their listeners and target groups."""

from typing import Any

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import GROUP, VPC


def tags(services: Services, arn: str) -> dict[str, str]:
    [told] = services.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return {tag["Key"]: tag["Value"] for tag in told["Tags"]}


def balancer(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    client = services.client("elbv2")
    [found] = client.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert found["Type"] == properties.get("Type", "application")
    assert found["Scheme"] == properties.get("Scheme", "internet-facing")
    assert found["LoadBalancerName"] == properties.get("Name", found["LoadBalancerName"])
    assert len(found["LoadBalancerName"]) <= 32
    assert sorted(zone["SubnetId"] for zone in found["AvailabilityZones"]) == sorted(properties["Subnets"])
    groups = properties.get("SecurityGroups")
    assert groups is None or found["SecurityGroups"] == groups
    told = client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    protection = {item["Key"]: item["Value"] for item in told}["deletion_protection.enabled"]
    given = {item["Key"]: item["Value"] for item in properties.get("LoadBalancerAttributes", [])}
    assert protection == given.get("deletion_protection.enabled", "false")
    return tags(services, arn)


def target_group(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    client = services.client("elbv2")
    [found] = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    for name in ("Port", "Protocol", "TargetType"):
        assert found.get(name) == properties.get(name, found.get(name))
    assert found["HealthCheckIntervalSeconds"] == properties.get("HealthCheckIntervalSeconds", 30)
    assert found.get("HealthCheckPath", "/") == properties.get("HealthCheckPath", "/")
    told = client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    given = {item["Key"]: item["Value"] for item in properties.get("TargetGroupAttributes", [])}
    delay = {item["Key"]: item["Value"] for item in told}["deregistration_delay.timeout_seconds"]
    assert delay == given.get("deregistration_delay.timeout_seconds", "300")
    health = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert [item["Target"]["Id"] for item in health] == [item["Id"] for item in properties.get("Targets", [])]
    return tags(services, arn)


def listener(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    [found] = services.client("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"]
    assert (found["Port"], found["Protocol"]) == (int(properties["Port"]), properties["Protocol"])
    assert found["LoadBalancerArn"] == properties["LoadBalancerArn"]
    [action], [wanted] = found["DefaultActions"], properties["DefaultActions"]
    assert action["Type"] == wanted["Type"]
    assert action.get("TargetGroupArn") == wanted.get("TargetGroupArn")
    return tags(services, arn)


def listener_rule(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    [found] = services.client("elbv2").describe_rules(RuleArns=[arn])["Rules"]
    assert found["Priority"] == str(properties["Priority"])
    [condition], [wanted] = found["Conditions"], properties["Conditions"]
    assert condition["PathPatternConfig"] == wanted["PathPatternConfig"]
    return tags(services, arn)


def subnet(number: int) -> dict[str, Any]:
    zone = f"eu-west-1{'abc'[number]}"
    properties = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": f"10.0.{number}.0/24", "AvailabilityZone": zone}
    return {"Type": "AWS::EC2::Subnet", "Properties": properties}


ZONES = {"Vpc": VPC, "A": subnet(0), "B": subnet(1), "C": subnet(2)}
SUBNETS = [{"Ref": "A"}, {"Ref": "B"}]
BALANCER = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Subnets": SUBNETS}}
NETWORK = {"Type": BALANCER["Type"], "Properties": {"Subnets": SUBNETS, "Type": "network"}}
WEB = {"VpcId": {"Ref": "Vpc"}, "Port": 80, "Protocol": "HTTP", "TargetType": "ip"}
TARGETS = {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": WEB}
STREAM = {"Type": TARGETS["Type"], "Properties": {**WEB, "Protocol": "TCP"}}
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
LISTENER = {
    "Type": "AWS::ElasticLoadBalancingV2::Listener",
    "Properties": {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "Protocol": "HTTP", "DefaultActions": [FIXED]},
}
PROTECTED = [{"Key": "deletion_protection.enabled", "Value": "true"}]
DELAY = [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]


def forward(group: str) -> Properties:
    return {"Type": "forward", "TargetGroupArn": {"Ref": group}}


def path(pattern: str) -> Properties:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": [pattern]}}


LIVES = [
    Life(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Subnets": SUBNETS},
        balancer,
        needs={**ZONES, "Group": GROUP},
        names={"Name": "web"},
        changed=[
            {"SecurityGroups": [{"Ref": "Group"}]},
            {"LoadBalancerAttributes": PROTECTED},
            {"Subnets": [{"Ref": "B"}, {"Ref": "C"}]},
        ],
        replaced={"Name": "web2", "Scheme": "internal"},
    ),
    Life(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Subnets": SUBNETS, "Type": "network", "Scheme": "internal"},
        balancer,
        needs=ZONES,
    ),
    Life(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        WEB,
        target_group,
        needs=ZONES,
        names={"Name": "web"},
        changed=[
            {"HealthCheckIntervalSeconds": 60, "HealthCheckPath": "/health"},
            {"TargetGroupAttributes": DELAY},
            {"Targets": [{"Id": "10.0.0.9", "Port": 80}]},
        ],
        replaced={"Name": "web2", "Port": 8080},
    ),
    Life(
        "AWS::ElasticLoadBalancingV2::Listener",
        {**LISTENER["Properties"], "DefaultActions": [forward("One")]},
        listener,
        needs={**ZONES, "Balancer": BALANCER, "One": TARGETS, "Two": TARGETS},
        changed=[{"DefaultActions": [forward("Two")]}, {"Port": 8080}],
    ),
    Life(
        "AWS::ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": {"Ref": "Balancer"},
            "Port": "5432",
            "Protocol": "TCP",
            "DefaultActions": [forward("One")],
        },
        listener,
        needs={**ZONES, "Balancer": NETWORK, "One": STREAM},
        changed={"Port": "5433"},
    ),
    Life(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        {"ListenerArn": {"Ref": "Listener"}, "Priority": 10, "Conditions": [path("/a/*")], "Actions": [forward("One")]},
        listener_rule,
        needs={**ZONES, "Balancer": BALANCER, "Listener": LISTENER, "One": TARGETS},
        changed=[{"Conditions": [path("/b/*")]}, {"Priority": 20}],
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_what_is_protected_or_in_use_is_not_deleted(account: Account) -> None:
    protected = {**BALANCER, "Properties": {"Subnets": SUBNETS, "LoadBalancerAttributes": PROTECTED}}
    used = {"Type": LISTENER["Type"], "Properties": {**LISTENER["Properties"], "DefaultActions": [forward("One")]}}
    resources = {**ZONES, "Balancer": protected, "One": TARGETS, "Listener": used}
    account.deploy(resources)
    with pytest.raises(Exception, match="is currently in use by a listener or a rule"):
        account.deploy({key: resource for key, resource in resources.items() if key != "One"})
    with pytest.raises(HandlerError, match="cannot be deleted because deletion protection is enabled"):
        account.deploy({**ZONES, "One": TARGETS})
    account.deploy({**ZONES, "One": TARGETS, "Balancer": BALANCER})
