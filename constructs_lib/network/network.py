"""A VPC for compute environments, isolated from the internet by default."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.network.access import NetworkAccess
from constructs_lib.network.checks import check_nat_gateways, check_platforms, check_services, check_zones
from constructs_lib.network.endpoints import BatchEndpoints
from constructs_lib.network.prices import endpoints_usd, nat_gateways_usd


@checked
class BatchNetwork(ec2.Vpc):
    """A VPC in which jobs reach the AWS services that they need, and that nothing outside can reach.

    It is an ``ec2.Vpc``: pass it wherever aws-cdk-lib takes an ``IVpc``. Our compute environments start in its
    ``job_subnets``. All traffic is recorded by flow logs, the default security group is used by nothing, S3 is reached
    by a gateway endpoint. What it costs while no job runs, in US dollars a month (us-east-1, two zones, November 2026):

    ========================= ============================================= ======
    access                    what jobs reach                               fixed
    ========================= ============================================= ======
    ``ENDPOINTS``, Fargate    ECR, CloudWatch Logs, S3                       43.80
    ``ENDPOINTS``, EC2 too    the same, and ECS                              87.60
    ``NAT``, one gateway      the internet, and so all of AWS                36.50
    ``NAT``, one per zone     the same, also when a zone is lost             73.00
    ``PUBLIC``                the internet; each running job or instance     0.00
                              has an address for 0.005 an hour
    ========================= ============================================= ======

    Sources: https://docs.aws.amazon.com/batch/latest/userguide/create-public-private-vpc.html,
    https://aws.amazon.com/privatelink/pricing/ and https://aws.amazon.com/vpc/pricing/

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        access: how jobs reach what is outside. Default: ``NetworkAccess.ENDPOINTS``, isolated subnets and endpoints;
            images then come from ECR, public registries are out of reach.
        platforms: what the endpoints are for; of no meaning with another access. Default: both EC2 and Fargate.
        services: more services to reach, for ``NetworkAccess.ENDPOINTS`` only. Default: none.
        max_azs: availability zones, of which an environment-agnostic stack has two. Default: 2.
        nat_gateways: for ``NetworkAccess.NAT`` only. Default: one, shared by the zones.
        ip_addresses: of the VPC. Default: 10.0.0.0/16, split evenly.
        flow_logs_retention: how long flow logs are kept. Default: one month.
        vpc_name: physical name. Default: the path of the construct.

    Raises:
        ConfigurationError: no platform or zone, NAT gateways or services with another access, or more
            gateways than zones.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        access: NetworkAccess = NetworkAccess.ENDPOINTS,
        platforms: Sequence[Platform] = tuple(Platform),
        services: Sequence[ec2.InterfaceVpcEndpointAwsService] = (),
        max_azs: int = 2,
        nat_gateways: int | None = None,
        ip_addresses: ec2.IIpAddresses | None = None,
        flow_logs_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        vpc_name: str | None = None,
    ) -> None:
        place = ArgumentPath("BatchNetwork", scope, construct_id)
        access = NetworkAccess(access)
        check_zones(place, max_azs)
        check_platforms(place, platforms)
        check_services(place, access, services)
        gateways = check_nat_gateways(place, access, nat_gateways, max_azs)
        super().__init__(
            scope,
            construct_id,
            max_azs=max_azs,
            nat_gateways=gateways,
            subnet_configuration=_subnets(access),
            ip_addresses=ip_addresses,
            # It takes a Lambda function to empty the default security group, which nothing here uses.
            restrict_default_security_group=False,
            vpc_name=vpc_name,
        )
        self.access = access
        self._platforms = {Platform(platform) for platform in platforms}
        self._nat_gateways = gateways
        self._record(flow_logs_retention)
        self._endpoints = self._reach_services(platforms, services)

    @property
    def job_subnets(self) -> ec2.SubnetSelection:
        """Where jobs run: the subnets of the access."""
        return ec2.SubnetSelection(subnet_type=_SUBNET_TYPES[self.access])

    @property
    def monthly_price_usd(self) -> float:
        """List price of its fixed costs: NAT gateways and interface endpoints, without traffic.

        Of us-east-1 in November 2026; see https://aws.amazon.com/privatelink/pricing/.
        """
        zones = len(self.availability_zones)
        return nat_gateways_usd(self._nat_gateways) + endpoints_usd(self._endpoints, zones)

    def has_endpoints_for(self, platform: Platform) -> bool:
        """Whether jobs of a platform start in it by its endpoints alone.

        Args:
            platform: on which the jobs run.
        """
        return self.access is NetworkAccess.ENDPOINTS and platform in self._platforms

    def _record(self, retention: logs.RetentionDays) -> None:
        group = logs.LogGroup(self, "FlowLogs", retention=retention, removal_policy=RemovalPolicy.DESTROY)
        self.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group))

    def _reach_services(
        self, platforms: Sequence[Platform], services: Sequence[ec2.InterfaceVpcEndpointAwsService]
    ) -> int:
        """Make the endpoints, and tell how many cost something."""
        if self.access is NetworkAccess.ENDPOINTS:
            made = BatchEndpoints(
                self,
                "Endpoints",
                vpc=self,
                platforms=platforms,
                services=services,
                subnets=self.job_subnets,
                # By subnet, because their addresses are known here, to those who check security groups too.
                allow_from=[ec2.Peer.ipv4(subnet.ipv4_cidr_block) for subnet in self.isolated_subnets],
            )
            return len(made.interface_endpoints)
        # The image layers come from S3: by this endpoint they cost nothing, through a NAT gateway they do.
        self.add_gateway_endpoint("S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
        return 0


_SUBNET_TYPES = {
    NetworkAccess.ENDPOINTS: ec2.SubnetType.PRIVATE_ISOLATED,
    NetworkAccess.NAT: ec2.SubnetType.PRIVATE_WITH_EGRESS,
    NetworkAccess.PUBLIC: ec2.SubnetType.PUBLIC,
}


def _subnets(access: NetworkAccess) -> list[ec2.SubnetConfiguration]:
    public = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
    if access is NetworkAccess.PUBLIC:
        return [public]
    private = ec2.SubnetConfiguration(name="Private", subnet_type=_SUBNET_TYPES[access])
    return [public, private] if access is NetworkAccess.NAT else [private]
