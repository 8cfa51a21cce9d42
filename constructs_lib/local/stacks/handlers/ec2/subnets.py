"""Subnets, their IPv6 blocks and which of their VPC's network ACLs and route tables they have."""

import re
from contextlib import suppress
from typing import Any, ClassVar

from moto.ec2.exceptions import DependencyViolationError

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2, interfaces, refuse_pools

# The CDK writes dummy1a for a zone that it has not looked up, as it does for a stack with an account and a region that
# is synthesized without its command line. Source: https://docs.aws.amazon.com/cdk/v2/guide/context.html
_DUMMY_ZONE = re.compile(r"dummy\d([a-z])")


def zone_name(named: str, region: str) -> str:
    """The zone that is meant by a name of the CDK's."""
    dummy = _DUMMY_ZONE.fullmatch(named)
    return f"{region}{dummy[1]}" if dummy else named


def zone(desired: Desired, name: str = "AvailabilityZone") -> str:
    """The availability zone that a property of a resource names, or the first of its region."""
    if named := desired.properties.get(name):
        return zone_name(str(named), desired.services.region)
    zones = ec2(desired).describe_availability_zones()
    wanted = desired.properties.get("AvailabilityZoneId", zones[0].zone_id)
    return next((str(item.name) for item in zones if item.zone_id == wanted), str(wanted))


class _Subnet(Ec2Handler):
    attributes: ClassVar = {
        "SubnetId": lambda subnet: subnet.id,
        "AvailabilityZone": lambda subnet: subnet.availability_zone,
        "AvailabilityZoneId": lambda subnet: subnet.availability_zone_id,
        "CidrBlock": lambda subnet: subnet.cidr_block,
        "Ipv6CidrBlocks": lambda subnet: [item["ipv6CidrBlock"] for item in subnet.ipv6_cidr_block_association_set],
        "NetworkAclAssociationId": lambda subnet: _acl_association(subnet)[1],
        "VpcId": lambda subnet: subnet.vpc_id,
        "BlockPublicAccessStates": lambda _: {"InternetGatewayBlockMode": "off"},
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        refuse_pools(properties, "CidrBlock", "Ipv6CidrBlock")
        return backend.create_subnet(
            properties["VpcId"],
            properties.get("CidrBlock"),
            ipv6_cidr_block=properties.get("Ipv6CidrBlock"),
            ipv6_native=boolean(properties.get("Ipv6Native", False)),
            availability_zone=zone(desired),
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        subnet, after = made.model, change.after
        if not change.is_new and change.touches("Ipv6CidrBlock"):
            self._change_ipv6_block(subnet, change)
        subnet.map_public_ip_on_launch = boolean(after.get("MapPublicIpOnLaunch", False))
        subnet.assign_ipv6_address_on_creation = boolean(
            after.get("AssignIpv6AddressOnCreation", after.get("Ipv6Native", False))
        )
        options = after.get("PrivateDnsNameOptionsOnLaunch") or {}
        subnet.private_dns_name_options_on_launch = {
            "HostnameType": options.get("HostnameType", "ip-name"),
            "EnableResourceNameDnsARecord": boolean(options.get("EnableResourceNameDnsARecord", False)),
            "EnableResourceNameDnsAAAARecord": boolean(options.get("EnableResourceNameDnsAAAARecord", False)),
        }

    def destroy(self, backend: Any, made: Made) -> None:
        subnet_id = made.physical_id
        if any(interface.subnet.id == subnet_id for interface in interfaces(backend)):
            message = f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            raise DependencyViolationError(message)
        backend.delete_subnet(subnet_id)
        for table in backend.route_tables.values():
            for association in [key for key, target in table._associations.items() if target == subnet_id]:  # noqa: SLF001 - moto has no other way
                del table._associations[association]  # noqa: SLF001 - as above
        for acl in backend.network_acls.values():
            for association in [item for item in acl.associations if item.subnet_id == subnet_id]:
                del acl._associations[association.id]  # noqa: SLF001 - as above

    @staticmethod
    def _change_ipv6_block(subnet: Any, change: Change) -> None:
        for item in list(subnet.ipv6_cidr_block_associations.values()):
            if item["ipv6CidrBlock"] == change.before.get("Ipv6CidrBlock"):
                subnet.detach_subnet_cidr_block(item["associationId"])
        present = [item["ipv6CidrBlock"] for item in subnet.ipv6_cidr_block_association_set]
        if (block := change.after.get("Ipv6CidrBlock")) and block not in present:
            subnet.attach_ipv6_cidr_block_associations(block)


class _Ipv6Block(ResourceHandler):
    attributes: ClassVar = {
        "Id": lambda block: block["associationId"],
        "IpSource": lambda _: "amazon",
        "Ipv6AddressAttribute": lambda _: "public",
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        refuse_pools(properties, "Ipv6CidrBlock")
        block = ec2(desired).associate_subnet_cidr_block(properties["SubnetId"], properties["Ipv6CidrBlock"])
        return Made(block["associationId"], block)

    def remove(self, made: Made, desired: Desired) -> None:
        ec2(desired).disassociate_subnet_cidr_block(made.physical_id)


class _RouteTableAssociation(ResourceHandler):
    """Of a subnet with a route table; another one takes its place, as it does in CloudFormation."""

    attributes: ClassVar = {"Id": lambda association: association}

    def make(self, desired: Desired) -> Made:
        backend, subnet_id = ec2(desired), desired.properties["SubnetId"]
        table = backend.get_route_table(desired.properties["RouteTableId"])
        for other in backend.route_tables.values():
            for association in [key for key, target in other._associations.items() if target == subnet_id]:  # noqa: SLF001 - moto has no other way
                del other._associations[association]  # noqa: SLF001 - as above
        association = backend.associate_route_table(table.id, subnet_id=subnet_id)
        return Made(association, association)

    def remove(self, made: Made, desired: Desired) -> None:
        ec2(desired).disassociate_route_table(made.physical_id)


class _NetworkAclAssociation(ResourceHandler):
    """Of a subnet with a network ACL; without one, it has its VPC's."""

    attributes: ClassVar = {"AssociationId": lambda association: association}

    def make(self, desired: Desired) -> Made:
        backend = ec2(desired)
        subnet = backend.get_subnet(desired.properties["SubnetId"])
        acl = backend.get_network_acl(desired.properties["NetworkAclId"])
        _, present = _acl_association(subnet)
        association = backend.replace_network_acl_association(present, acl.id)
        return Made(association.id, association.id)

    def remove(self, made: Made, desired: Desired) -> None:
        backend = ec2(desired)
        for acl in backend.network_acls.values():
            association = acl._associations.pop(made.physical_id, None)  # noqa: SLF001 - moto has no other way
            if association:
                backend.associate_default_network_acl_with_subnet(association.subnet_id, acl.vpc_id)
                return


def _acl_association(subnet: Any) -> tuple[Any, str]:
    """The network ACL of a subnet, and the association's id."""
    with suppress(StopIteration):
        return next(
            (acl, str(association.id))
            for acl in subnet.ec2_backend.network_acls.values()
            for association in acl.associations
            if association.subnet_id == subnet.id
        )
    raise HandlerError(f"The subnet '{subnet.id}' has no network ACL", "NotFound")


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::Subnet": _Subnet(),
    "AWS::EC2::SubnetCidrBlock": _Ipv6Block(),
    "AWS::EC2::SubnetNetworkAclAssociation": _NetworkAclAssociation(),
    "AWS::EC2::SubnetRouteTableAssociation": _RouteTableAssociation(),
}
