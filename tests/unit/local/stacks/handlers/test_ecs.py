"""Clusters, capacity, task definitions and services of ECS."""

from typing import Any

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import SUBNET, VPC


def tags(found: list[dict[str, str]]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in found}


def cluster(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("ecs")
    include = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
    found = client.describe_clusters(clusters=[name], include=include)["clusters"][0]
    if found["status"] == "INACTIVE":
        raise LookupError
    [insights] = properties.get("ClusterSettings", [{"Value": "disabled"}])
    assert found["settings"] == [{"name": "containerInsights", "value": insights["Value"]}]
    assert found.get("capacityProviders", []) == properties.get("CapacityProviders", [])
    command = properties.get("Configuration", {}).get("ExecuteCommandConfiguration", {})
    told = found.get("configuration", {}).get("executeCommandConfiguration", {})
    assert told.get("logging") == command.get("Logging")
    return tags(found.get("tags", []))


def capacity_provider(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("ecs")
    found = client.describe_capacity_providers(capacityProviders=[name], include=["TAGS"])["capacityProviders"][0]
    wanted, told = properties["AutoScalingGroupProvider"], found["autoScalingGroupProvider"]
    assert told["autoScalingGroupArn"] == wanted["AutoScalingGroupArn"]
    assert told["managedTerminationProtection"] == wanted.get("ManagedTerminationProtection", "DISABLED")
    assert told["managedScaling"]["status"] == wanted.get("ManagedScaling", {}).get("Status", "DISABLED")
    return tags(found.get("tags", []))


def associations(services: Services, name: str, properties: Properties) -> None:
    found = services.client("ecs").describe_clusters(clusters=[name])["clusters"][0]
    if not found["capacityProviders"]:
        raise LookupError
    assert found["capacityProviders"] == properties["CapacityProviders"]
    [strategy] = found["defaultCapacityProviderStrategy"]
    assert strategy["capacityProvider"] == properties["DefaultCapacityProviderStrategy"][0]["CapacityProvider"]


def task_definition(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    told = services.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    found = told["taskDefinition"]
    if found["status"] == "INACTIVE":
        raise LookupError
    [container], [wanted] = found["containerDefinitions"], properties["ContainerDefinitions"]
    assert (container["name"], container["image"]) == (wanted["Name"], wanted["Image"])
    for name in ("memory", "memoryReservation"):
        value = wanted.get(name[0].upper() + name[1:])
        assert container.get(name) == (None if value is None else int(value))
    assert container["environment"] == [
        {"name": item["Name"], "value": item["Value"]} for item in wanted.get("Environment", [])
    ]
    assert found["family"] == properties.get("Family", found["family"])
    assert (found.get("cpu"), found.get("memory")) == (properties.get("Cpu"), properties.get("Memory"))
    return tags(told.get("tags", []))


def service(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    client = services.client("ecs")
    told = client.describe_services(cluster=properties["Cluster"], services=[arn], include=["TAGS"])
    found = told["services"][0]
    if found["status"] == "INACTIVE":
        raise LookupError
    assert found["desiredCount"] == properties.get("DesiredCount", 1)
    assert found["taskDefinition"] == properties["TaskDefinition"]
    network = properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    told_network = found.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    assert told_network.get("assignPublicIp") == network.get("AssignPublicIp")
    assert found["launchType"] == properties.get("LaunchType", "EC2")
    assert found["serviceName"] == properties.get("ServiceName", found["serviceName"])
    return tags(found.get("tags", []))


IMAGE = "public.ecr.aws/docker/library/python:3.13"
TASK: dict[str, Any] = {
    "Type": "AWS::ECS::TaskDefinition",
    "Properties": {"ContainerDefinitions": [{"Name": "web", "Image": IMAGE, "Memory": 512}]},
}
CLUSTER = {"Type": "AWS::ECS::Cluster"}
LAUNCH = {
    "Type": "AWS::EC2::LaunchTemplate",
    "Properties": {"LaunchTemplateData": {"ImageId": "ami-12c6146b", "InstanceType": "m5.large"}},
}
GROUP = {
    "Type": "AWS::AutoScaling::AutoScalingGroup",
    "Properties": {
        "MinSize": "0",
        "MaxSize": "0",
        "AvailabilityZones": ["eu-west-1a"],
        "LaunchTemplate": {
            "LaunchTemplateId": {"Ref": "Launch"},
            "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]},
        },
    },
}
SCALED = {"AutoScalingGroupArn": "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:u:autoScalingGroupName/g"}

LIVES = [
    Life(
        "AWS::ECS::Cluster",
        {},
        cluster,
        names={"ClusterName": "tasks"},
        changed=[
            {"ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]},
            {"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]},
            {"Configuration": {"ExecuteCommandConfiguration": {"Logging": "NONE"}}},
        ],
        replaced={"ClusterName": "others"},
        attributes={"Arn": {"Fn::Join": ["/", ["arn:aws:ecs:eu-west-1:111122223333:cluster", {"Ref": "It"}]]}},
    ),
    Life(
        "AWS::ECS::CapacityProvider",
        {"AutoScalingGroupProvider": SCALED},
        capacity_provider,
        names={"Name": "spot"},
        changed={"AutoScalingGroupProvider": {**SCALED, "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 80}}},
        replaced={"Name": "on-demand"},
    ),
    Life(
        "AWS::ECS::ClusterCapacityProviderAssociations",
        {
            "Cluster": {"Ref": "Cluster"},
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        },
        associations,
        needs={"Cluster": CLUSTER},
        changed={"DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]},
        tags=False,
    ),
    Life(
        "AWS::ECS::TaskDefinition",
        TASK["Properties"],
        task_definition,
        names={"Family": "web"},
        replaced={"ContainerDefinitions": [{"Name": "web", "Image": IMAGE, "Memory": "1024"}]},
    ),
    Life(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [{"Name": "web", "Image": IMAGE, "MemoryReservation": "256"}],
            "RequiresCompatibilities": ["EC2"],
            "NetworkMode": "bridge",
        },
        task_definition,
    ),
    Life(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [{"Name": "a", "Image": IMAGE, "Environment": [{"Name": "STAGE", "Value": "dev"}]}],
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "Cpu": "256",
            "Memory": "512",
        },
        task_definition,
    ),
    Life(
        "AWS::ECS::Service",
        {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}},
        service,
        needs={"Cluster": CLUSTER, "Task": TASK, "Other": TASK},
        names={"ServiceName": "web"},
        changed=[{"DesiredCount": 3}, {"TaskDefinition": {"Ref": "Other"}}],
        replaced={"ServiceName": "web2"},
    ),
    Life(
        "AWS::ECS::Service",
        {
            "Cluster": {"Ref": "Cluster"},
            "TaskDefinition": {"Ref": "Task"},
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "Subnet"}]}},
        },
        service,
        needs={"Cluster": CLUSTER, "Task": TASK, "Vpc": VPC, "Subnet": SUBNET},
        changed={
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {"Subnets": [{"Ref": "Subnet"}], "AssignPublicIp": "ENABLED"}
            }
        },
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_a_cluster_with_a_service_is_not_deleted(account: Account) -> None:
    service = {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}}
    resources = {"Cluster": CLUSTER, "Task": TASK, "Service": {"Type": "AWS::ECS::Service", "Properties": service}}
    account.deploy(resources)
    with pytest.raises(HandlerError, match=r"The Cluster cannot be deleted while Services are active\."):
        account.deploy({"Task": TASK, "Service": resources["Service"]})
