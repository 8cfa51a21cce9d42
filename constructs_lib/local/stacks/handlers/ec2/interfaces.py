"""Network interfaces."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler


class _NetworkInterface(Ec2Handler):
    attributes: ClassVar = {
        "Id": lambda interface: interface.id,
        "PrimaryPrivateIpAddress": lambda interface: interface.private_ip_address,
        "PrimaryIpv6Address": lambda interface: next(iter(interface.ipv6_addresses), ""),
        "SecondaryPrivateIpAddresses": lambda interface: [
            address["PrivateIpAddress"] for address in interface.private_ip_addresses if not address.get("Primary")
        ],
        "VpcId": lambda interface: interface.subnet.vpc_id,
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        subnet = backend.get_subnet(properties["SubnetId"])
        groups = properties.get("GroupSet") or [backend.get_default_security_group(subnet.vpc_id).id]
        return backend.create_network_interface(
            subnet,
            properties.get("PrivateIpAddress"),
            [dict(address) for address in properties.get("PrivateIpAddresses") or []],
            group_ids=groups,
            secondary_ips_count=properties.get("SecondaryPrivateIpAddressCount"),
            ipv6_addresses=[item["Ipv6Address"] for item in properties.get("Ipv6Addresses") or []],
            ipv6_address_count=int(properties.get("Ipv6AddressCount") or 0),
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        interface, after = made.model, change.after
        interface.description = after.get("Description", "")
        interface.source_dest_check = boolean(after.get("SourceDestCheck", True))
        if not change.is_new and change.touches("GroupSet"):
            backend = interface.ec2_backend
            groups = after.get("GroupSet") or [backend.get_default_security_group(interface.subnet.vpc_id).id]
            backend.modify_network_interface_attribute(interface.id, groups)

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_network_interface(made.physical_id)


HANDLERS: dict[str, Handler] = {"AWS::EC2::NetworkInterface": _NetworkInterface()}
