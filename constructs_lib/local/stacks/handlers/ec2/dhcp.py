"""What machines of a VPC learn about names and times."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2


class _DhcpOptions(Ec2Handler):
    attributes: ClassVar = {"DhcpOptionsId": lambda options: options.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        domain, kind = properties.get("DomainName"), properties.get("NetbiosNodeType")
        return backend.create_dhcp_options(
            properties.get("DomainNameServers"),
            [domain] if domain else None,
            properties.get("NtpServers"),
            properties.get("NetbiosNameServers"),
            [str(kind)] if kind else None,
        )

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_dhcp_options_set(made.physical_id)


class _Association(ResourceHandler):
    """Of a VPC with options; without them it has the default ones."""

    def make(self, desired: Desired) -> Made:
        backend, options = ec2(desired), desired.properties["DhcpOptionsId"]
        vpc = backend.get_vpc(desired.properties["VpcId"])
        if options == "default":
            backend.disassociate_dhcp_options(vpc)
        else:
            [found] = backend.describe_dhcp_options([options])
            backend.associate_dhcp_options(found, vpc)
        return Made(f"{options}|{vpc.id}")

    def remove(self, made: Made, desired: Desired) -> None:
        backend = ec2(desired)
        options, vpc_id = made.physical_id.split("|")
        vpc = backend.get_vpc(vpc_id)
        if vpc.dhcp_options_id == options:
            backend.disassociate_dhcp_options(vpc)


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::DHCPOptions": _DhcpOptions(),
    "AWS::EC2::VPCDHCPOptionsAssociation": _Association(),
}
