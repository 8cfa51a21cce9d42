"""Isolated subnets without the endpoints that jobs need to start: to pull their image, and to read their secrets.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from constructs_lib.core.platform import Platform
from constructs_lib.network.network import BatchNetwork
from constructs_lib.network.way_out import WayOut
from constructs_lib.rules import Caution

_FOR_JOBS: Final = ("ecr.api", "ecr.dkr", "logs", "s3")
_FOR_SECRETS: Final = ("secretsmanager", "ssm")
_FOR_INSTANCES: Final = ("ecs", "ecs-agent", "ecs-telemetry")
_TOKEN: Final = re.compile(r"\$\{[^}]*\}")


def warn_of_missing_endpoints(environment: IConstruct, vpc: ec2.IVpc, out: WayOut | None, platform: Platform) -> None:
    """Warn, at the environment and once the app is complete, of endpoints without which no job starts.

    Args:
        environment: in these subnets.
        vpc: in which it is; of one that is not of this app nothing is known.
        out: the way out of its subnets.
        platform: instances need more endpoints than tasks on Fargate.
    """
    if isinstance(vpc, BatchNetwork) and vpc.has_endpoints_for(platform):
        return
    needed = _FOR_JOBS if platform is Platform.FARGATE else (*_FOR_JOBS, *_FOR_INSTANCES)
    text = (
        "It is in isolated subnets, and the VPC has no endpoint for {}: no job can pull its image and write its "
        "output. Make them with BatchEndpoints, or take subnets with a way out."
    )
    _look(_Missing(environment, needed, Caution.MISSING_ENDPOINTS.id, text), vpc, out)


def warn_of_unreachable_secrets(job: IConstruct, vpc: ec2.IVpc, out: WayOut | None, services: Collection[str]) -> None:
    """Warn, at the job and once the app is complete, of secrets that are out of reach when it starts.

    Args:
        job: the definition.
        vpc: in which its jobs run.
        out: the way out of their subnets.
        services: that have the secrets: ``secretsmanager``, ``ssm``.
    """
    text = (
        "It has secrets, and its jobs run in isolated subnets of a VPC that has no endpoint for {}: they cannot "
        "start. Name it in services of BatchNetwork or BatchEndpoints, or take subnets with a way out."
    )
    _look(_Missing(job, sorted(services), Caution.UNREACHABLE_SECRET.id, text), vpc, out)


@dataclass(frozen=True, slots=True)
class _Missing:
    """What a construct needs endpoints for, and the warning when there are none."""

    construct: IConstruct
    services: Sequence[str]
    warning_id: str
    text: str


def _look(missing: _Missing, vpc: ec2.IVpc, out: WayOut | None) -> None:
    if out is WayOut.NONE and isinstance(vpc, ec2.Vpc):
        Aspects.of(missing.construct).add(_Look(missing, vpc.vpc_id))


@jsii.implements(IAspect)
class _Look:
    def __init__(self, missing: _Missing, vpc_id: str) -> None:
        self._missing = missing
        self._vpc_id = vpc_id

    @jsii.member(jsii_name="visit")
    def visit(self, node: IConstruct) -> None:
        """Look when it is the turn of the construct: endpoints may be made after it.

        Args:
            node: the construct, or one of its own.
        """
        if node is not self._missing.construct:
            return
        there = _endpoints(node, self._vpc_id)
        lacking = [service for service in self._missing.services if service not in there]
        if lacking:
            text = self._missing.text.format(", ".join(lacking))
            Annotations.of(node).add_warning_v2(self._missing.warning_id, text)


def _endpoints(scope: IConstruct, vpc_id: str) -> set[str]:
    """The services that a VPC has endpoints for, wherever in the app they are made."""
    return {
        _service(each.service_name)
        for each in scope.node.root.node.find_all()
        if isinstance(each, ec2.CfnVPCEndpoint) and each.vpc_id == vpc_id and each.service_name
    }


def _service(name: str) -> str:
    """``ecr.api`` of ``com.amazonaws.eu-west-1.ecr.api``, where the first parts may be tokens."""
    plain = _TOKEN.sub("", name)
    return next((each for each in (*_FOR_JOBS, *_FOR_INSTANCES, *_FOR_SECRETS) if plain.endswith(f".{each}")), plain)
