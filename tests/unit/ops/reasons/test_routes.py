"""How a subnet leads out, by its own route table or the main one of its VPC."""

from typing import Any

import pytest

from constructs_lib.ops.reasons.failed.routes import Network, ways_out

ENDPOINTS = [f"com.amazonaws.eu-west-1.{name}" for name in ("ecr.api", "ecr.dkr", "s3")]


def way(*routes: dict[str, str], subnet: dict[str, Any] | None = None, **network: Any) -> str:
    """What is said of the subnet ``s`` whose own table has these routes beside the local one."""
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    own = {"VpcId": "v", "Associations": [{"SubnetId": "s"}], "Routes": [local, *routes]}
    main = {"VpcId": "v", "Associations": [{"Main": True}], "Routes": [local]}
    place = {"SubnetId": "s", "VpcId": "v", **(subnet or {})}
    [line] = ways_out(Network(subnets=[place], tables=[main, own], **network))
    return line.removeprefix("s: ")


def default(state: str = "active", **target: str) -> dict[str, str]:
    return {"DestinationCidrBlock": "0.0.0.0/0", "State": state, **target}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (way(), "no route to the internet, and its VPC has no endpoint ecr.api, ecr.dkr, s3"),
        (way(endpoints=ENDPOINTS[:2]), "no route to the internet, and its VPC has no endpoint s3"),
        (
            way(endpoints=ENDPOINTS),
            "no route to the internet; its VPC has the endpoints of Amazon ECR, which lead to no other registry",
        ),
        (way(default(NatGatewayId="nat-1")), "default route by nat-1"),
        (way(default("blackhole", NatGatewayId="nat-1")), "its default route leads to what was deleted (blackhole)"),
        (
            way(default(GatewayId="igw-1"), has_public_addresses=False),
            "default route by igw-1, which takes a public address, and jobs get none",
        ),
        (
            way(default(GatewayId="igw-1"), has_public_addresses=True),
            "default route by igw-1, and jobs get public addresses",
        ),
        (
            way(default(GatewayId="igw-1"), subnet={"MapPublicIpOnLaunch": True}),
            "default route by igw-1, and jobs get public addresses",
        ),
    ],
)
def test_the_way_out_of_a_subnet(said: str, expected: str) -> None:
    assert said == expected


def test_a_subnet_without_a_table_of_its_own_has_the_main_one() -> None:
    main = {"VpcId": "v", "Associations": [{"Main": True}], "Routes": [default(NatGatewayId="nat-1")]}
    network = Network(subnets=[{"SubnetId": "s", "VpcId": "v"}, {"SubnetId": "t", "VpcId": "w"}], tables=[main])
    assert list(ways_out(network)) == ["s: default route by nat-1"], "nothing is known of the other VPC"
