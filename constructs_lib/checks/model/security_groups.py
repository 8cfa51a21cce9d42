"""What security groups let in and out.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, Literal

from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.values import items, member, number

GROUP: Final = "AWS::EC2::SecurityGroup"
_TCP: Final = ("tcp", "6")
_ALL: Final = "-1"
_STANDALONE: Final = {"Ingress": "AWS::EC2::SecurityGroupIngress", "Egress": "AWS::EC2::SecurityGroupEgress"}
Direction = Literal["Ingress", "Egress"]


class SecurityGroups:
    """The security groups of all stacks.

    Args:
        model: the stacks.
        handed_on: the keys of the resources that somebody unknown may change.
    """

    def __init__(self, model: Model, handed_on: frozenset[str]) -> None:
        self._model = model
        self._handed_on = handed_on

    def known(self, values: list[Any] | None) -> list[Resource] | None:
        """The groups that values refer to; None if one of them is not here, or somebody unknown may change it."""
        found = [self._model.resource(value) for value in values or ()]
        groups = [group for group in found if group and group.type == GROUP and group.key not in self._handed_on]
        return groups if groups and len(groups) == len(found) else None

    def let_out(self, values: list[Any] | None, port: int) -> bool:
        """Whether some groups may let TCP out to a port; those that are not known may."""
        groups = self.known(values)
        return groups is None or any(
            not group.properties.get("SecurityGroupEgress")  # then everything is let out
            or any(_covers(rule, port) for rule in self._egress(group))
            for group in groups
        )

    def let_in(self, values: list[Any] | None, port: int, clients: list[Any] | None) -> bool:
        """Whether some groups may let TCP in at a port from what has other groups; those that are not known may."""
        groups, sources = self.known(values), self.known(clients)
        return (
            groups is None
            or sources is None
            or any(_covers(rule, port) and self._is_from(rule, sources) for group in groups for rule in self._in(group))
        )

    def opened_to_all(self, group: Resource) -> list[Any]:
        """The rules by which a group lets in the whole internet."""
        return [
            rule
            for rule in self._in(group)
            if member(rule, "CidrIp") == "0.0.0.0/0" or member(rule, "CidrIpv6") == "::/0"
        ]

    def _in(self, group: Resource) -> Iterator[Any]:
        return self._rules(group, "Ingress")

    def _egress(self, group: Resource) -> Iterator[Any]:
        return self._rules(group, "Egress")

    def _rules(self, group: Resource, direction: Direction) -> Iterator[Any]:
        inline = items(group.properties.get(f"SecurityGroup{direction}"))
        yield from [None] if inline is None else inline
        for owner, rule in self._standalone[direction]:
            if owner is None or owner is group:
                yield rule

    def _is_from(self, rule: Any, sources: list[Resource]) -> bool:
        if not isinstance(rule, dict):
            return True
        source = rule.get("SourceSecurityGroupId")
        if source is None:
            return True  # a range of addresses, in which the clients may be
        found = self._model.resource(source)
        return found is None or found.type != GROUP or found in sources

    @cached_property
    def _standalone(self) -> dict[Direction, list[tuple[Resource | None, Any]]]:
        """The rules that are resources, with their group, which is None if it is not known."""
        return {
            "Ingress": [*self._of(_STANDALONE["Ingress"])],
            "Egress": [*self._of(_STANDALONE["Egress"])],
        }

    def _of(self, kind: str) -> Iterator[tuple[Resource | None, Any]]:
        for rule in self._model.of_type(kind):
            yield self._model.resource(rule.properties.get("GroupId")), rule.properties


def _covers(rule: Any, port: int) -> bool:
    """Whether a rule may be about a port of TCP."""
    if not isinstance(rule, dict):
        return True
    protocol = str(rule.get("IpProtocol", _ALL)).lower()
    if protocol == _ALL or "${" in protocol:
        return True
    first, last = number(rule.get("FromPort")), number(rule.get("ToPort"))
    if protocol not in _TCP:
        return False
    return (first is None or first <= port) and (last is None or last == -1 or port <= last)
