"""Security groups and their rules."""

from contextlib import nullcontext, suppress
from typing import Any, ClassVar

from moto.ec2.exceptions import (
    DependencyViolationError,
    InvalidPermissionDuplicateError,
    InvalidPermissionNotFoundError,
    InvalidSecurityGroupNotFoundError,
)

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2, interfaces

_INGRESS, _EGRESS = "SecurityGroupIngress", "SecurityGroupEgress"
_WITH_PORTS = ("tcp", "udp", "6", "17")


class _SecurityGroup(Ec2Handler):
    attributes: ClassVar = {
        "Id": lambda group: group.id,
        "GroupId": lambda group: group.id,
        "VpcId": lambda group: group.vpc_id,
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        name = properties.get("GroupName", desired.name)
        return backend.create_security_group(name, properties["GroupDescription"], vpc_id=properties.get("VpcId"))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        backend, group = ec2(desired), made.model
        if change.is_new:
            # moto's rules that let everything out; they go with the first that a template has, wherever it has it.
            group.default_rules = list(group.egress_rules)
        if change.after.get(_EGRESS):
            _forget_default(group)
        for name in (_INGRESS, _EGRESS):
            added, removed = change.items(name)
            for rule in removed:
                _revoke(backend, group.id, rule, egress=name == _EGRESS)
            # One that is there already is there after a change that has failed half-way; a template has none twice.
            for rule in added:
                with nullcontext() if change.is_new else suppress(InvalidPermissionDuplicateError):
                    _authorize(backend, group.id, rule, egress=name == _EGRESS)

    def destroy(self, backend: Any, made: Made) -> None:
        group_id = made.physical_id
        others = [group for groups in backend.groups.values() for group in groups.values() if group.id != group_id]
        rules = [rule for group in others for rule in (*group.ingress_rules, *group.egress_rules)]
        if any(rule.source_group.get("GroupId") == group_id for rule in rules) or any(
            group.id == group_id for interface in interfaces(backend) for group in interface.group_set
        ):
            message = f"resource {group_id} has a dependent object"
            raise DependencyViolationError(message)
        backend.delete_security_group(group_id=group_id)


class _Rule(ResourceHandler):
    """A rule of a group, of its own.

    Args:
        egress: whether it lets something out.
    """

    attributes: ClassVar = {"Id": lambda rule: rule.id}

    def __init__(self, *, egress: bool) -> None:
        self._egress = egress

    def make(self, desired: Desired) -> Made:
        backend, properties = ec2(desired), desired.properties
        group = properties.get("GroupId") or properties.get("GroupName")
        if self._egress:
            _forget_default(backend.get_security_group_by_name_or_id(group))
        rule = _authorize(backend, group, properties, egress=self._egress)
        return Made(rule.id, rule)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del desired
        if change.touches("Description"):
            _describe(made.model, change.after)

    def remove(self, made: Made, desired: Desired) -> None:
        backend, rule = ec2(desired), made.model
        revoke = backend.revoke_security_group_egress if self._egress else backend.revoke_security_group_ingress
        revoke(rule.group_id, None, None, None, [], security_rule_ids=[rule.id])


def _authorize(backend: Any, group: Any, rule: Properties, *, egress: bool) -> Any:
    authorize = backend.authorize_security_group_egress if egress else backend.authorize_security_group_ingress
    [made], _ = authorize(group, **_members(rule))
    _describe(made, rule)
    return made


def _revoke(backend: Any, group_id: str, rule: Properties, *, egress: bool) -> None:
    revoke = backend.revoke_security_group_egress if egress else backend.revoke_security_group_ingress
    # Somebody else took it away; or it was never there, as the change that was to make it has failed.
    with suppress(InvalidPermissionNotFoundError, InvalidSecurityGroupNotFoundError, HandlerError):
        revoke(group_id, **_members(rule))


def _members(rule: Properties) -> dict[str, Any]:
    """A rule of a template as moto's backend takes it."""
    protocol = str(rule["IpProtocol"])
    ports = [rule.get("FromPort"), rule.get("ToPort")]
    if protocol.lower() in _WITH_PORTS and None in ports:
        message = "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
        raise HandlerError(message)
    ranges = [{name: rule[name]} for name in ("CidrIp", "CidrIpv6") if rule.get(name)]
    lists = [rule[name] for name in ("SourcePrefixListId", "DestinationPrefixListId") if rule.get(name)]
    groups = [
        {member: rule[name]}
        for name, member in (
            ("SourceSecurityGroupId", "GroupId"),
            ("DestinationSecurityGroupId", "GroupId"),
            ("SourceSecurityGroupName", "GroupName"),
        )
        if rule.get(name)
    ]
    if len(ranges) + len(lists) + len(groups) != 1:
        message = "Exactly one of CidrIp, CidrIpv6, a prefix list and a security group must be specified in a rule"
        raise HandlerError(message)
    return {
        "ip_protocol": protocol,
        "from_port": -1 if ports[0] is None else ports[0],
        "to_port": -1 if ports[1] is None else ports[1],
        "ip_ranges": ranges,
        "source_groups": groups,
        "prefix_list_ids": [{"PrefixListId": item} for item in lists],
    }


def _describe(rule: Any, properties: Properties) -> None:
    """Give a rule its description: moto tells it from its range to some, and from its group to others."""
    for place in (rule.ip_range, rule.source_group):
        place.pop("Description", None)
    if description := properties.get("Description"):
        rule.ip_range["Description"] = description
        if rule.source_group:
            rule.source_group["Description"] = description


def _forget_default(group: Any) -> None:
    """Take away the rules that a group has because its template had none."""
    gone = getattr(group, "default_rules", [])
    group.egress_rules = [rule for rule in group.egress_rules if all(rule is not item for item in gone)]


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::SecurityGroup": _SecurityGroup(),
    "AWS::EC2::SecurityGroupEgress": _Rule(egress=True),
    "AWS::EC2::SecurityGroupIngress": _Rule(egress=False),
}
