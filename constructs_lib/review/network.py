"""What becomes public, and from where more can be reached: rules of security groups, buckets, addresses.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds
from constructs_lib.templates.texts import is_scalar, text_of

_GROUP: Final = "AWS::EC2::SecurityGroup"
_ALL: Final = "-1"
_NUMBERS: Final = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_PEERS: Final = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourceSecurityGroupName",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_BLOCKS: Final = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_DEFAULT_EGRESS: Final = [{"IpProtocol": _ALL, "CidrIp": "0.0.0.0/0"}]
"""What a group without rules for what goes out has."""
_OPENED: Final = {
    "AWS::Lambda::Url": ("AuthType", "NONE", "can be called by everybody"),
    "AWS::RDS::DBInstance": ("PubliclyAccessible", "true", "has a public address"),
    "AWS::EC2::Subnet": ("MapPublicIpOnLaunch", "true", "gives instances public addresses"),
}


@dataclass(frozen=True)
class Rule:
    """A rule of a security group.

    Args:
        group: its logical id, or what is known of its id.
        is_ingress: or it is for what goes out.
        protocol: its number, or ``-1`` for all.
        ports: the first and the last one; None if they are known to the deployment alone.
        peer: addresses, a group or a list of prefixes.
    """

    group: str
    is_ingress: bool
    protocol: str
    ports: tuple[int, int] | None
    peer: str

    def covers(self, other: "Rule") -> bool:
        """Whether all that another rule lets through, this one does, too."""
        return (
            (self.group, self.is_ingress) == (other.group, other.is_ingress)
            and self.protocol in (_ALL, other.protocol)
            and (self.protocol == _ALL or self._has_ports_of(other))
            and (self.peer == other.peer or _contains(self.peer, other.peer))
        )

    def _has_ports_of(self, other: "Rule") -> bool:
        if self.ports is None or other.ports is None:
            return False
        return self.ports[0] <= other.ports[0] and other.ports[1] <= self.ports[1]

    @property
    def what(self) -> str:
        """What it lets through, as words."""
        names = {number: name for name, number in _NUMBERS.items()}
        if self.protocol == _ALL:
            return "everything"
        name = names.get(self.protocol, f"protocol {self.protocol}")
        if self.ports is None:
            return name
        first, last = self.ports
        return f"{name} {first}" if first == last else f"{name} {first} to {last}" if last < 65535 or first else name  # noqa: PLR2004 - the last port


_NOTHING: Final = ("1", (252, 86), "255.255.255.255/32")
"""What aws-cdk-lib writes for a group that lets nothing out, as a group without rules lets out everything."""


def in_words(stack: StackChange) -> Iterator[Finding]:
    """What is opened, and what is closed."""
    before, after = _rules(stack.before), _rules(stack.after)
    if not stack.after.stack:
        return
    for rule in after:
        if not any(one.covers(rule) for one in before):
            yield _finding(stack, rule, opened=True)
    for rule in before:
        if rule.group in stack.after.resources and not any(one.covers(rule) for one in after):
            yield _finding(stack, rule, opened=False)
    yield from _public(stack)


def _finding(stack: StackChange, rule: Rule, *, opened: bool) -> Finding:
    public = opened and rule.is_ingress and rule.peer in _EVERYWHERE
    way = "from" if rule.is_ingress else "to"
    peer = "everywhere" if rule.peer in _EVERYWHERE else code(rule.peer)
    verb = ("lets in" if rule.is_ingress else "lets out") if opened else "no longer lets all through of"
    text = f"The security group {stack.shown(rule.group)} {verb} {rule.what} {way} {peer}{' now' * opened}."
    warned = kinds(Kind.NETWORK if opened else None, Kind.PUBLIC if public else None)
    return Finding(text, stack.name, rule.group, warned)


def _public(stack: StackChange) -> Iterator[Finding]:
    for resource in stack.after.resources.values():
        old, who = stack.old(resource.logical_id), stack.shown(resource.logical_id)
        if resource.type == "AWS::S3::Bucket" and old:
            blocked, blocks = (_blocks(side) for side in (old, resource.properties))
            if gone := [name for name in _BLOCKS if name in blocked and name not in blocks]:
                text = f"The bucket {who} no longer has {', '.join(map(code, gone))}: it can be made public."
                yield Finding(text, stack.name, resource.logical_id, kinds(Kind.PUBLIC))
        if resource.type in _OPENED:
            name, value, words = _OPENED[resource.type]
            if _is(resource.properties.get(name), value) and not _is(old.get(name), value):
                yield Finding(
                    f"{who} ({resource.type}) {words} now.", stack.name, resource.logical_id, kinds(Kind.PUBLIC)
                )


def _is(value: Any, wanted: str) -> bool:
    return is_scalar(value) and text_of(value).lower() == wanted.lower()


def _blocks(properties: Mapping[str, Any]) -> list[str]:
    found = properties.get("PublicAccessBlockConfiguration", dict.fromkeys(_BLOCKS, "true"))  # new buckets have all
    return [name for name in _BLOCKS if isinstance(found, Mapping) and _is(found.get(name), "true")]


def _rules(side: Side) -> list[Rule]:
    found = []
    for group in side.of_type(_GROUP):
        inline = _listed(group.properties.get("SecurityGroupIngress"))
        out = _listed(group.properties.get("SecurityGroupEgress", _DEFAULT_EGRESS))
        found += [_rule(group.logical_id, rule, is_ingress=True) for rule in inline]
        found += [_rule(group.logical_id, rule, is_ingress=False) for rule in out]
    for own in side.of_type(f"{_GROUP}Ingress", f"{_GROUP}Egress"):
        is_ingress = own.type.endswith("Ingress")
        named = own.properties.get("GroupId", own.properties.get("GroupName"))
        group_id = next(iter(getattr(named, "resources", ())), str(named))
        found.append(_rule(group_id, own.properties, is_ingress=is_ingress))
    return [rule for rule in found if (rule.protocol, rule.ports, rule.peer) != _NOTHING]


def _rule(group: str, rule: Any, *, is_ingress: bool) -> Rule:
    members = rule if isinstance(rule, Mapping) else {}
    protocol = str(members.get("IpProtocol", _ALL)).lower()
    peer = next((str(members[name]) for name in _PEERS if name in members), "")
    try:
        ports = int(text_of(members.get("FromPort", 0))), int(text_of(members.get("ToPort", 65535)))
    except (TypeError, ValueError):
        return Rule(group, is_ingress, _NUMBERS.get(protocol, protocol), None, peer)
    return Rule(group, is_ingress, _NUMBERS.get(protocol, protocol), ports, peer)


def _contains(wide: str, narrow: str) -> bool:
    try:
        one, other = ipaddress.ip_network(wide, strict=False), ipaddress.ip_network(narrow, strict=False)
        return one.version == other.version and other.subnet_of(one)  # type: ignore[arg-type] # of one version
    except ValueError:
        return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
