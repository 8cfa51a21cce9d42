"""The network of the stacks: a VPC of their own, or one that exists."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.settings import Settings


def network(scope: Construct, settings: Settings) -> ec2.IVpc:
    """The VPC that the settings name, or a new one: two zones, private subnets behind one NAT gateway, flow logs."""
    if settings.vpc_id:
        return ec2.Vpc.from_lookup(scope, "Vpc", vpc_id=settings.vpc_id)
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        max_azs=2,
        nat_gateways=1,
        # It takes a Lambda function to empty the default security group, which nothing here uses.
        restrict_default_security_group=False,
    )
    flows = logs.LogGroup(vpc, "FlowLogs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY)
    vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(flows))
    # The image layers come from S3: by this endpoint they cost nothing, through the NAT gateway they do.
    vpc.add_gateway_endpoint("S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
    return vpc
