"""The endpoints of VPCs: which services are reached by them, and what their policies let through.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html and
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.routes import Routes
from constructs_lib.checks.model.values import flag, items, member, text
from constructs_lib.templates.unknown import Unknown

ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
FOR_IMAGES: Final = ("ecr.api", "ecr.dkr", "s3")
"""Of images in Amazon ECR: their layers are in S3."""
FOR_LOGS: Final = "logs"
FOR_SECRETS: Final = ("secretsmanager", "ssm")
FOR_INSTANCES: Final = ("ecs", "ecs-agent", "ecs-telemetry")
SERVICES: Final = (*FOR_IMAGES, FOR_LOGS, *FOR_SECRETS, *FOR_INSTANCES)
"""What jobs, and the instances that they run on, need before a program starts."""
_PARTITION: Final = re.compile("^arn:aws[a-z-]*:")


@dataclass(frozen=True, eq=False)
class Endpoint:
    """An endpoint of a VPC.

    Args:
        resource: of the template.
        model: the stacks around it.
    """

    resource: Resource
    model: Model

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return self.resource.shown

    @cached_property
    def service(self) -> str | None:
        """One of `SERVICES`, or the whole name of another one; None if it is not known."""
        name = self.resource.properties.get("ServiceName")
        if not isinstance(name, str | Unknown):
            return None
        for service in SERVICES:
            if str(name).endswith(f".{service}"):
                return service
        return name if isinstance(name, str) else None

    @property
    def is_gateway(self) -> bool | None:
        """Whether it is a route rather than an address; None if that is not known."""
        kind = self.resource.properties.get("VpcEndpointType", "Gateway")
        return kind == "Gateway" if isinstance(kind, str) else None

    @property
    def vpc(self) -> Resource | None:
        """The VPC that it is of; None if it is not known."""
        return self.model.resource(self.resource.properties.get("VpcId"))

    @property
    def has_private_names(self) -> bool | None:
        """Whether the public name of the service leads to it; None if that is not known."""
        found = self.resource.properties.get("PrivateDnsEnabled", False)
        return None if isinstance(found, Unknown) else flag(found)

    @property
    def security_groups(self) -> list[Any] | None:
        """Its security groups; None if they are not known, or those of the VPC."""
        return items(self.resource.properties.get("SecurityGroupIds")) or None

    def is_for(self, table: Resource | None) -> bool:
        """Whether a gateway may be in a route table."""
        tables = items(self.resource.properties.get("RouteTableIds"))
        found = [self.model.resource(value) for value in tables or (None,)]
        return table is None or None in found or table in found

    def lets_through(self, action: str, resource: str) -> bool:
        """Whether its policy may allow a call; one that is not known may.

        Args:
            action: such as ``s3:GetObject``.
            resource: the ARN that is called, in the partition ``aws``; ``*`` stands for what nobody knows.
        """
        document = self.resource.properties.get("PolicyDocument")
        if not isinstance(document, dict):
            return True
        statements = document.get("Statement")
        listed = [statements] if isinstance(statements, dict) else items(statements) or []
        if any(_denies(statement, action) for statement in listed):
            return False
        return not statements or any(_may_allow(statement, action, resource) for statement in listed)


class Endpoints:
    """The endpoints of all stacks.

    Args:
        model: the stacks.
        routes: of their subnets.
    """

    def __init__(self, model: Model, routes: Routes) -> None:
        self._routes = routes
        self.all = [Endpoint(resource, model) for resource in model.of_type(ENDPOINT)]

    def missing(self, subnet: Any, services: tuple[str, ...]) -> list[str]:
        """Those of some services to which there is known to be no endpoint from a subnet."""
        found = self._routes.subnet(subnet)
        vpc = found and self._routes.vpc(found)
        if found is None or vpc is None:
            return []
        near = [each for each in self.all if each.vpc in (vpc, None)]
        if any(each.service is None for each in near):
            return []
        table = self._routes.table(found)
        there = {each.service for each in near if not each.is_gateway or each.is_for(table)}
        return [service for service in services if service not in there]

    def used(self, subnet: Any, service: str) -> list[Endpoint]:
        """The endpoints by which a service is known to be called from a subnet."""
        found = self._routes.subnet(subnet)
        table = found and self._routes.table(found)
        vpc = found and self._routes.vpc(found)
        if found is None or vpc is None:
            return []
        return [
            each
            for each in self.all
            if each.service == service
            and each.vpc is vpc
            and (each.has_private_names or (each.is_gateway and table is not None and each.is_for(table)))
        ]


def _denies(statement: Any, action: str) -> bool:
    """Whether a statement is known to deny everybody."""
    return (
        member(statement, "Effect") == "Deny"
        and set(statement) <= {"Sid", "Effect", "Principal", "Action", "Resource"}
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and statement.get("Resource") in ("*", ["*"])
        and any(isinstance(name, str) and _matches(name, action) for name in _listed(statement.get("Action")))
    )


def _may_allow(statement: Any, action: str, resource: str) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") == "Deny":
        return not isinstance(statement, dict)
    actions, resources = _listed(statement.get("Action", "*")), _listed(statement.get("Resource", "*"))
    return any(not text(name) or _matches(name, action) for name in actions) and any(
        not text(name) or may_be_same(_PARTITION.sub("arn:aws:", name), resource) for name in resources
    )


def _matches(pattern: str, action: str) -> bool:
    return may_be_same(pattern.lower(), action.lower())


def may_be_same(one: str, other: str) -> bool:
    """Whether there is a text that two patterns with ``*`` both match."""
    reached = {(0, 0)}
    open_ones = [(0, 0)]
    while open_ones:
        left, right = open_ones.pop()
        if (left, right) == (len(one), len(other)):
            return True
        here, there = one[left : left + 1], other[right : right + 1]
        steps: list[tuple[int, int]] = []
        if here == "*":
            steps += [(left + 1, right), *([(left, right + 1)] if there else [])]
        if there == "*":
            steps += [(left, right + 1), *([(left + 1, right)] if here else [])]
        if here and there and (here == there or "?" in (here, there)):
            steps.append((left + 1, right + 1))
        for step in steps:
            if step not in reached:
                reached.add(step)
                open_ones.append(step)
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
