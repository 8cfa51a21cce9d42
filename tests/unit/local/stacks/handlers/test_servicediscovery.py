"""Namespaces and services of Cloud Map."""

from typing import Any

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import VPC


def tags(services: Services, arn: str) -> dict[str, str]:
    told = services.client("servicediscovery").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in told}


def namespace(services: Services, namespace_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("servicediscovery").get_namespace(Id=namespace_id)["Namespace"]
    assert found["Name"] == properties["Name"]
    assert found.get("Description") == properties.get("Description")
    return tags(services, found["Arn"])


def service(services: Services, service_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("servicediscovery").get_service(Id=service_id)["Service"]
    assert found["NamespaceId"] == properties["NamespaceId"]
    assert found["Name"] == properties.get("Name", found["Name"])
    assert found.get("Description") == properties.get("Description")
    assert found["DnsConfig"]["DnsRecords"] == properties["DnsConfig"]["DnsRecords"]
    return tags(services, found["Arn"])


def records(seconds: int) -> dict[str, Any]:
    return {"DnsRecords": [{"Type": "A", "TTL": seconds}], "RoutingPolicy": "MULTIVALUE"}


PRIVATE = {"Name": "jobs.internal", "Vpc": {"Ref": "Vpc"}}
NEEDS = {"Vpc": VPC, "Names": {"Type": "AWS::ServiceDiscovery::PrivateDnsNamespace", "Properties": PRIVATE}}

LIVES = [
    Life(
        "AWS::ServiceDiscovery::HttpNamespace",
        {"Name": "jobs"},
        namespace,
        changed={"Description": "of jobs"},
        replaced={"Name": "tasks"},
    ),
    Life(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        PRIVATE,
        namespace,
        needs={"Vpc": VPC},
        changed={"Description": "of jobs"},
    ),
    Life("AWS::ServiceDiscovery::PublicDnsNamespace", {"Name": "example.com"}, namespace),
    Life(
        "AWS::ServiceDiscovery::Service",
        {"NamespaceId": {"Ref": "Names"}, "DnsConfig": records(60)},
        service,
        needs=NEEDS,
        names={"Name": "scheduler"},
        changed=[{"Description": "schedules"}, {"DnsConfig": records(10)}],
        replaced={"Name": "planner"},
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_a_namespace_with_a_service_is_not_deleted(account: Account) -> None:
    service = {"Type": "AWS::ServiceDiscovery::Service", "Properties": {"NamespaceId": {"Ref": "Names"}}}
    account.deploy({**NEEDS, "Service": service})
    with pytest.raises(HandlerError, match="contains one or more services"):
        account.deploy({"Vpc": VPC, "Service": service})
