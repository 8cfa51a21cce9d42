"""Route tables and their routes."""

from typing import Any, ClassVar

from moto.ec2.exceptions import RouteAlreadyExistsError
from moto.ec2.utils import generate_route_id

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2

_TARGETS = {
    "CarrierGatewayId": "carrier_gateway_id",
    "EgressOnlyInternetGatewayId": "egress_only_igw_id",
    "GatewayId": "gateway_id",
    "InstanceId": "instance_id",
    "NatGatewayId": "nat_gateway_id",
    "NetworkInterfaceId": "interface_id",
    "TransitGatewayId": "transit_gateway_id",
    "VpcEndpointId": "vpc_endpoint_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _destination(properties: dict[str, Any]) -> str:
    return next(str(properties[name]) for name in _DESTINATIONS if name in properties)


class _RouteTable(Ec2Handler):
    attributes: ClassVar = {"RouteTableId": lambda table: table.id, "VpcId": lambda table: table.vpc_id}

    def build(self, backend: Any, desired: Desired) -> Any:
        return backend.create_route_table(desired.properties["VpcId"])

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_route_table(made.physical_id)


class _Route(ResourceHandler):
    attributes: ClassVar = {"CidrBlock": _destination}

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        table = ec2(desired).get_route_table(properties["RouteTableId"])
        if _key(properties) in table._routes:  # noqa: SLF001 - moto has no other way
            raise RouteAlreadyExistsError(_destination(properties))
        self._point(desired)
        return Made(f"{table.id}|{_destination(properties)}", properties)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new or not change.touches(*_TARGETS):
            return
        routes = ec2(desired).get_route_table(desired.properties["RouteTableId"])._routes  # noqa: SLF001 - as above
        before = routes.pop(_key(desired.properties), None)
        try:
            self._point(desired)
        except Exception:
            routes[_key(desired.properties)] = before
            raise
        made.model = desired.properties

    def remove(self, made: Made, desired: Desired) -> None:
        ec2(desired).delete_route(made.model["RouteTableId"], _destination(made.model))

    @staticmethod
    def _point(desired: Desired) -> None:
        """Make the route, to where its properties want it."""
        properties = desired.properties
        ec2(desired).create_route(
            properties["RouteTableId"],
            properties.get("DestinationCidrBlock"),
            destination_ipv6_cidr_block=properties.get("DestinationIpv6CidrBlock"),
            destination_prefix_list_id=properties.get("DestinationPrefixListId"),
            **{member: properties[name] for name, member in _TARGETS.items() if name in properties},
        )


def _key(properties: dict[str, Any]) -> str:
    return str(generate_route_id(properties["RouteTableId"], _destination(properties)))


HANDLERS: dict[str, Handler] = {"AWS::EC2::Route": _Route(), "AWS::EC2::RouteTable": _RouteTable()}
