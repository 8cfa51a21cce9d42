"""Endpoints of VPCs: gateways to S3 and DynamoDB, and interfaces to other services."""

import json
from contextlib import suppress
from typing import Any, ClassVar

from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.ec2.exceptions import InvalidRouteError, InvalidRouteTableIdError, InvalidVpcEndPointIdError
from moto.ec2.utils import random_private_ip

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2


class _Endpoint(Ec2Handler):
    attributes: ClassVar = {
        "Id": lambda endpoint: endpoint.id,
        "CreationTimestamp": lambda endpoint: iso_8601_datetime_with_milliseconds(endpoint.creation_timestamp),
        "DnsEntries": lambda endpoint: [
            f"{entry['hosted_zone_id']}:{entry['dns_name']}" for entry in endpoint.dns_entries
        ],
        "NetworkInterfaceIds": lambda endpoint: list(endpoint.network_interface_ids),
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        # Subnets, route tables and groups are given when it is settled.
        return backend.create_vpc_endpoint(
            properties["VpcId"],
            properties["ServiceName"],
            properties.get("VpcEndpointType", "Gateway"),
            None,
            [],
            subnet_ids=[],
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        backend, endpoint, after = ec2(desired), made.model, change.after
        policy = after.get("PolicyDocument") or endpoint.DEFAULT_POLICY
        endpoint.policy_document = policy if isinstance(policy, str) else json.dumps(policy)
        is_interface = endpoint.vpc_endpoint_type == "Interface"
        endpoint.private_dns_enabled = boolean(after.get("PrivateDnsEnabled", False)) if is_interface else None
        for table in after.get("RouteTableIds") or []:
            backend.get_route_table(table)
        added, removed = change.items("RouteTableIds")
        endpoint.modify(None, None, None, added, removed, None, None)
        self._route(backend, endpoint, added, removed)
        if endpoint.vpc_endpoint_type != "Gateway":
            self._connect(backend, endpoint, change)

    def destroy(self, backend: Any, made: Made) -> None:
        endpoint = backend.vpc_end_points.pop(made.physical_id, None)
        if not endpoint:
            raise InvalidVpcEndPointIdError(made.physical_id)
        self._route(backend, endpoint, [], endpoint.route_table_ids)
        for interface in endpoint.network_interface_ids:
            backend.enis.pop(interface, None)

    @staticmethod
    def _route(backend: Any, endpoint: Any, added: list[str], removed: list[str]) -> None:
        """Route the addresses of the service by the endpoint, or no longer."""
        prefixes = endpoint.destination_prefix_list_id
        if not prefixes:
            return
        for table in added:
            backend.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefixes)
        for table in removed:
            with suppress(InvalidRouteError, InvalidRouteTableIdError):
                backend.delete_route(table, None, destination_prefix_list_id=prefixes)

    @staticmethod
    def _connect(backend: Any, endpoint: Any, change: Change) -> None:
        """Give the endpoint an interface in each of its subnets, in its security groups."""
        groups = change.after.get("SecurityGroupIds") or [backend.get_default_security_group(endpoint.vpc_id).id]
        endpoint.security_group_ids = list(groups)
        added, removed = change.items("SubnetIds")
        interfaces = {backend.enis[key].subnet.id: key for key in endpoint.network_interface_ids}
        for subnet_id in removed:
            backend.enis.pop(interfaces.pop(subnet_id, ""), None)
        for subnet_id in added:
            if subnet_id in interfaces:  # from a change that has failed half-way
                continue
            subnet = backend.get_subnet(subnet_id)
            address = random_private_ip(subnet.cidr_block)
            interfaces[subnet_id] = backend.create_network_interface(subnet, address).id
        for interface in interfaces.values():
            backend.modify_network_interface_attribute(interface, groups)
        endpoint.network_interface_ids = list(interfaces.values())
        endpoint.subnet_ids = list(change.after.get("SubnetIds") or [])


HANDLERS: dict[str, Handler] = {"AWS::EC2::VPCEndpoint": _Endpoint()}
