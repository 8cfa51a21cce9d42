"""VPCs and what is associated with them as a whole."""

from typing import Any, ClassVar

from moto.ec2.exceptions import DependencyViolationError

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2, interfaces, refuse_pools


class _Vpc(Ec2Handler):
    attributes: ClassVar = {
        "VpcId": lambda vpc: vpc.id,
        "CidrBlock": lambda vpc: vpc.cidr_block,
        "CidrBlockAssociations": lambda vpc: [item["association_id"] for item in _associated(vpc, ipv6=False)],
        "Ipv6CidrBlocks": lambda vpc: [item["cidr_block"] for item in _associated(vpc, ipv6=True)],
        "DefaultNetworkAcl": lambda vpc: _default_acl(vpc.ec2_backend, vpc.id),
        "DefaultSecurityGroup": lambda vpc: vpc.ec2_backend.get_default_security_group(vpc.id).id,
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        refuse_pools(desired.properties, "CidrBlock")
        tenancy = desired.properties.get("InstanceTenancy", "default")
        return backend.create_vpc(desired.properties["CidrBlock"], instance_tenancy=tenancy)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        vpc = made.model
        vpc.enable_dns_support = boolean(change.after.get("EnableDnsSupport", True))
        vpc.enable_dns_hostnames = boolean(change.after.get("EnableDnsHostnames", False))
        if not change.is_new and change.touches("InstanceTenancy"):
            vpc.modify_vpc_tenancy(change.after.get("InstanceTenancy", "default"))

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        tenancies = [state.properties.get("InstanceTenancy", "default") for state in (before, desired)]
        # "dedicated" can be changed to "default" in place, and nothing else.
        return True if tenancies[0] != tenancies[1] and tenancies[1] != "default" else None

    def destroy(self, backend: Any, made: Made) -> None:
        vpc_id = made.physical_id
        used = (
            any(not group.is_default for group in backend.groups.get(vpc_id, {}).values())
            or any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in backend.internet_gateways.values())
            or any(interface.subnet.vpc_id == vpc_id for interface in interfaces(backend))
        )
        if used:
            message = f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
            raise DependencyViolationError(message)
        backend.delete_vpc(vpc_id)
        for acl in [acl for acl in backend.network_acls.values() if acl.vpc_id == vpc_id]:
            del backend.network_acls[acl.id]


class _CidrBlock(ResourceHandler):
    """A further IPv4 block of a VPC, or its IPv6 block."""

    attributes: ClassVar = {
        "Id": lambda block: block["association_id"],
        "IpSource": lambda _: "amazon",
        "Ipv6AddressAttribute": lambda _: "public",
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        is_ipv6 = boolean(properties.get("AmazonProvidedIpv6CidrBlock", False))
        refuse_pools(properties, "CidrBlock", "AmazonProvidedIpv6CidrBlock")
        block = ec2(desired).associate_vpc_cidr_block(properties["VpcId"], properties.get("CidrBlock"), is_ipv6)
        return Made(block["association_id"], block)

    def remove(self, made: Made, desired: Desired) -> None:
        ec2(desired).disassociate_vpc_cidr_block(made.physical_id)


def _associated(vpc: Any, *, ipv6: bool) -> list[dict[str, Any]]:
    found = vpc.get_cidr_block_association_set(ipv6=ipv6)
    return [item for item in found if item["cidr_block_state"]["state"] == "associated"]


def _default_acl(backend: Any, vpc_id: str) -> str:
    return next(str(acl.id) for acl in backend.network_acls.values() if acl.vpc_id == vpc_id and acl.default)


HANDLERS: dict[str, Handler] = {"AWS::EC2::VPC": _Vpc(), "AWS::EC2::VPCCidrBlock": _CidrBlock()}
