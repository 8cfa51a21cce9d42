"""Network ACLs and their entries."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2


class _NetworkAcl(Ec2Handler):
    attributes: ClassVar = {"Id": lambda acl: acl.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        return backend.create_network_acl(desired.properties["VpcId"])

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_network_acl(made.physical_id)


class _Entry(ResourceHandler):
    attributes: ClassVar = {"Id": lambda name: name}

    def make(self, desired: Desired) -> Made:
        ec2(desired).create_network_acl_entry(**_members(desired.properties))
        return Made(desired.name, desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        if not change.is_new:
            ec2(desired).replace_network_acl_entry(**_members(change.after))

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        backend, entry = ec2(desired), _members(desired.properties)
        acl, number, egress = entry["network_acl_id"], entry["rule_number"], entry["egress"]
        rules = backend.get_network_acl(acl).network_acl_entries
        if not any(rule.rule_number == number and rule.egress == egress for rule in rules):
            raise HandlerError(f"The network ACL '{acl}' has no entry {number}", "NotFound")
        backend.delete_network_acl_entry(acl, number, egress)


def _members(properties: Properties) -> dict[str, Any]:
    icmp, ports = properties.get("Icmp") or {}, properties.get("PortRange") or {}
    return {
        "network_acl_id": properties["NetworkAclId"],
        "rule_number": int(properties["RuleNumber"]),
        "protocol": str(properties["Protocol"]),
        "rule_action": properties["RuleAction"],
        "egress": boolean(properties.get("Egress", False)),
        "cidr_block": properties.get("CidrBlock"),
        "ipv6_cidr_block": properties.get("Ipv6CidrBlock"),
        "icmp_code": icmp.get("Code"),
        "icmp_type": icmp.get("Type"),
        "port_range_from": ports.get("From"),
        "port_range_to": ports.get("To"),
    }


HANDLERS: dict[str, Handler] = {"AWS::EC2::NetworkAcl": _NetworkAcl(), "AWS::EC2::NetworkAclEntry": _Entry()}
