"""Where the route tables of subnets lead.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html and
https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, Literal

from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.values import items

Way = Literal["gateway", "elsewhere", "nowhere"]
"""``gateway``: an internet gateway, for what has an address of its own; ``elsewhere``: a NAT gateway, another network
or an appliance, behind which anything may be; ``nowhere``: it stays in the VPC."""

VPC: Final = "AWS::EC2::VPC"
SUBNET: Final = "AWS::EC2::Subnet"
TABLE: Final = "AWS::EC2::RouteTable"
_ROUTE: Final = "AWS::EC2::Route"
_ASSOCIATION: Final = "AWS::EC2::SubnetRouteTableAssociation"
_PROPAGATION: Final = "AWS::EC2::VPNGatewayRoutePropagation"
_GATEWAY: Final = "AWS::EC2::InternetGateway"


class Routes:
    """The routes of the subnets of all stacks.

    Args:
        model: the stacks.
        handed_on: the keys of the resources that somebody unknown may change.
    """

    def __init__(self, model: Model, handed_on: frozenset[str]) -> None:
        self._model = model
        self._handed_on = handed_on

    def subnet(self, value: Any) -> Resource | None:
        """The subnet that a value refers to; None if that is not here."""
        found = self._model.resource(value)
        return found if found and found.type == SUBNET else None

    def vpc(self, subnet: Resource) -> Resource | None:
        """The VPC of a subnet; None if it is not here, or somebody unknown may change it."""
        found = self._model.resource(subnet.properties.get("VpcId"))
        return found if found and found.type == VPC and found.key not in self._handed_on else None

    def table(self, subnet: Resource) -> Resource | None:
        """The route table that a subnet is associated with; None if it is not known, or the main one of its VPC."""
        found = self._tables.get(subnet.key, [])
        return found[0] if len(found) == 1 else None

    def way(self, value: Any) -> Way | None:
        """Where a subnet leads; None if that is not known."""
        subnet = self.subnet(value)
        if subnet is None or self.vpc(subnet) is None or subnet.key in self._handed_on:
            return None
        if subnet.key not in self._tables:
            return "nowhere" if None not in self._tables else None  # the main table has but the route within the VPC
        table = self.table(subnet)
        if table is None or table.key in self._handed_on or None in self._targets:
            return None
        targets = self._targets.get(table.key, set())
        return "elsewhere" if "elsewhere" in targets else "gateway" if targets else "nowhere"

    def ways(self, subnets: list[Any] | None) -> frozenset[Way] | None:
        """Where some subnets lead; None if that is not known of each."""
        found = [self.way(subnet) for subnet in subnets or ()]
        known = frozenset(way for way in found if way)
        return known if known and None not in found else None

    @cached_property
    def _tables(self) -> dict[str | None, list[Resource | None]]:
        """The tables by the key of their subnet, of which None is one that is not known."""
        found: dict[str | None, list[Resource | None]] = {}
        for association in self._model.of_type(_ASSOCIATION):
            subnet = self.subnet(association.properties.get("SubnetId"))
            table = self._model.resource(association.properties.get("RouteTableId"))
            found.setdefault(subnet.key if subnet else None, []).append(
                table if table and table.type == TABLE else None
            )
        return found

    @cached_property
    def _targets(self) -> dict[str | None, set[Way]]:
        """Where the routes lead, by the key of their table, of which None is one that is not known."""
        found: dict[str | None, set[Way]] = {}
        for route in self._model.of_type(_ROUTE):
            table = self._model.resource(route.properties.get("RouteTableId"))
            target = self._model.resource(route.properties.get("GatewayId"))
            is_gateway = target is not None and target.type == _GATEWAY
            found.setdefault(table.key if table else None, set()).add("gateway" if is_gateway else "elsewhere")
        for table in self._propagated():
            found.setdefault(table.key if table else None, set()).add("elsewhere")
        return found

    def _propagated(self) -> Iterator[Resource | None]:
        for propagation in self._model.of_type(_PROPAGATION):
            tables = items(propagation.properties.get("RouteTableIds"))
            yield from (self._model.resource(table) for table in tables or (None,))
