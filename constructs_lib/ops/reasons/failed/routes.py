"""Whether subnets lead to a registry: their default routes, public addresses, and the endpoints of their VPC.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html and
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Described = Mapping[str, Any]

_FOR_ECR: Final = ("ecr.api", "ecr.dkr", "s3")
"""The layers of an image come from S3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The subnets of an environment and what is around them, as Amazon EC2 describes it.

    Attributes:
        subnets: as DescribeSubnets has them.
        tables: the route tables of their VPC, as DescribeRouteTables has them.
        endpoints: the services of the endpoints of their VPC, such as ``com.amazonaws.eu-west-1.ecr.api``.
        has_public_addresses: whether tasks get one (``assignPublicIp``); None on instances, where the subnet decides.
    """

    subnets: Sequence[Described] = ()
    tables: Sequence[Described] = ()
    endpoints: Sequence[str] = ()
    has_public_addresses: bool | None = None


def ways_out(network: Network) -> Iterator[str]:
    """How each subnet leads out, or does not, a line each."""
    for subnet in network.subnets:
        table = _table_of(subnet, network.tables)
        if table is not None:
            yield f"{subnet['SubnetId']}: {_way(subnet, table, network)}"


def _table_of(subnet: Described, tables: Sequence[Described]) -> Described | None:
    """Its own route table, or else the main one of its VPC."""
    associations = [
        (table, association)
        for table in tables
        if table.get("VpcId") == subnet.get("VpcId")
        for association in table.get("Associations", [])
    ]
    own = [table for table, association in associations if association.get("SubnetId") == subnet["SubnetId"]]
    main = [table for table, association in associations if association.get("Main")]
    return next(iter([*own, *main]), None)


def _way(subnet: Described, table: Described, network: Network) -> str:
    routes = [route for route in table.get("Routes", []) if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
    if not routes:
        missing = [name for name in _FOR_ECR if not any(each.endswith(f".{name}") for each in network.endpoints)]
        if missing:
            return f"no route to the internet, and its VPC has no endpoint {', '.join(missing)}"
        return "no route to the internet; its VPC has the endpoints of Amazon ECR, which lead to no other registry"
    route = routes[0]
    if route.get("State") == "blackhole":
        return "its default route leads to what was deleted (blackhole)"
    if str(route.get("GatewayId", "")).startswith("igw-"):
        is_public = network.has_public_addresses
        is_public = bool(subnet.get("MapPublicIpOnLaunch")) if is_public is None else is_public
        if not is_public:
            return f"default route by {route['GatewayId']}, which takes a public address, and jobs get none"
        return f"default route by {route['GatewayId']}, and jobs get public addresses"
    by = next((str(route[key]) for key in _BY if route.get(key)), "another VPC or network")
    return f"default route by {by}"


_BY: Final = ("NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "InstanceId", "GatewayId")
