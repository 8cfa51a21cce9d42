"""VPC endpoints: how jobs in isolated subnets reach the AWS services that they need."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.network.checks import check_platforms

Service: Final = ec2.InterfaceVpcEndpointAwsService


@checked
class BatchEndpoints(Construct):
    """The VPC endpoints that jobs in isolated subnets need to start.

    S3, from which the layers of images come, gets a gateway endpoint, which is free. Every other service gets an
    interface endpoint with private DNS in each zone, 7.30 US dollars a month per zone: ECR (two) and CloudWatch Logs
    for jobs on any platform, and for instances also the three of ECS. A security group of their own lets HTTPS in, from
    the VPC at most. What a program calls besides is named in ``services``; the credentials of its role need none.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/vpc-endpoint-considerations.html,
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: of whichever app; it must not have these endpoints yet.
        platforms: what jobs run on. Default: both EC2 and Fargate.
        services: more services to reach, such as ``ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER`` and ``SSM`` for
            the secrets of a job, or ``STS``. Default: none.
        subnets: where the interface endpoints are. Default: the private or isolated subnets, one per zone.
        allow_from: who may use the interface endpoints. Default: all addresses of the VPC.

    Raises:
        ConfigurationError: no platform.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        platforms: Sequence[Platform] = tuple(Platform),
        services: Sequence[ec2.InterfaceVpcEndpointAwsService] = (),
        subnets: ec2.SubnetSelection | None = None,
        allow_from: Sequence[ec2.IPeer] | None = None,
    ) -> None:
        place = ArgumentPath("BatchEndpoints", scope, construct_id)
        wanted = [*_needed(check_platforms(place, platforms)), *services]
        super().__init__(scope, construct_id)
        self.security_group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="HTTPS to AWS services", allow_all_outbound=False
        )
        for peer in allow_from or [ec2.Peer.ipv4(vpc.vpc_cidr_block)]:
            self.security_group.add_ingress_rule(peer, ec2.Port.HTTPS, "HTTPS from jobs")
        self.interface_endpoints = [
            ec2.InterfaceVpcEndpoint(
                self,
                name,
                vpc=vpc,
                service=service,
                subnets=subnets,
                security_groups=[self.security_group],
                open=False,  # to the VPC: the group lets it in already
            )
            for name, service in {_pascal(service.short_name): service for service in wanted}.items()
        ]
        ec2.GatewayVpcEndpoint(
            self,
            "S3",
            vpc=vpc,
            service=ec2.GatewayVpcEndpointAwsService.S3,
            subnets=None if subnets is None else [subnets],
        )


def _needed(platforms: set[Platform]) -> Iterator[ec2.InterfaceVpcEndpointAwsService]:
    yield from (Service.ECR, Service.ECR_DOCKER, Service.CLOUDWATCH_LOGS)
    if Platform.EC2 in platforms:
        yield from (Service.ECS, Service.ECS_AGENT, Service.ECS_TELEMETRY)


def _pascal(service: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[.-]", service))
