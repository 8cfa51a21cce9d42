"""Compute environments in isolated subnets without the endpoints that their jobs need to start.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
"""

import re
from collections.abc import Sequence
from typing import Final

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from constructs_lib.core.platform import Platform
from constructs_lib.network.network import BatchNetwork
from constructs_lib.network.way_out import WayOut

_FOR_JOBS: Final = ("ecr.api", "ecr.dkr", "logs", "s3")
_FOR_INSTANCES: Final = ("ecs", "ecs-agent", "ecs-telemetry")
_TOKEN: Final = re.compile(r"\$\{[^}]*\}")


def warn_of_missing_endpoints(environment: Construct, vpc: ec2.IVpc, out: WayOut | None, platform: Platform) -> None:
    """Warn, at the environment and once the app is complete, of endpoints without which no job starts.

    Args:
        environment: in these subnets.
        vpc: in which it is; of one that is not of this app nothing is known.
        out: the way out of its subnets.
        platform: instances need more endpoints than tasks on Fargate.
    """
    closed = out is WayOut.NONE and isinstance(vpc, ec2.Vpc)
    if closed and not (isinstance(vpc, BatchNetwork) and vpc.has_endpoints_for(platform)):
        needed = _FOR_JOBS if platform is Platform.FARGATE else (*_FOR_JOBS, *_FOR_INSTANCES)
        Aspects.of(environment).add(_MissingEndpoints(environment, vpc, needed))


@jsii.implements(IAspect)
class _MissingEndpoints:
    def __init__(self, environment: Construct, vpc: ec2.IVpc, needed: Sequence[str]) -> None:
        self._environment = environment
        self._vpc = vpc
        self._needed = needed

    @jsii.member(jsii_name="visit")
    def visit(self, node: IConstruct) -> None:
        """Look when it is the environment's turn: endpoints may be made after it.

        Args:
            node: a construct of the environment.
        """
        if node is not self._environment:
            return
        there = _endpoints(self._environment, self._vpc.vpc_id)
        missing = [service for service in self._needed if service not in there]
        if missing:
            Annotations.of(self._environment).add_warning_v2(
                "constructs-lib:missingEndpoints",
                f"It is in isolated subnets, and the VPC has no endpoint for {', '.join(missing)}: no job can pull its "
                "image and write its output. Make them with BatchEndpoints, or take subnets with a way out.",
            )


def _endpoints(scope: Construct, vpc_id: str) -> set[str]:
    """The services that a VPC has endpoints for, wherever in the app they are made."""
    return {
        _service(each.service_name)
        for each in scope.node.root.node.find_all()
        if isinstance(each, ec2.CfnVPCEndpoint) and each.vpc_id == vpc_id and each.service_name
    }


def _service(name: str) -> str:
    """``ecr.api`` of ``com.amazonaws.eu-west-1.ecr.api``, where the first parts may be tokens."""
    plain = _TOKEN.sub("", name)
    return next((each for each in (*_FOR_JOBS, *_FOR_INSTANCES) if plain.endswith(f".{each}")), plain)
