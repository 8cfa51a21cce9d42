"""Examples of rules about networks: a pipeline in a VPC of its own template."""

import re
from typing import Final

ECR: Final = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/charts:1"


def in_a_vpc(
    *,
    route: str = "GatewayId: !Ref Gateway",
    subnets: str = "[!Ref Subnet]",
    instances: bool = False,
    egress: str = "{IpProtocol: '-1', CidrIp: 0.0.0.0/0}",
    address: str = "ENABLED",
    image: str = ECR,
    container: str = "",
    more: str = "",
) -> str:
    """The template of a queue and a definition in a VPC, with what is said otherwise.

    Args:
        route: where the subnet leads; none if it is empty.
        subnets: of the environment.
        instances: whether it is of EC2, and not of Fargate.
        egress: what the security group lets out.
        address: whether a task has a public address.
        image: of the container.
        container: one more property of it.
        more: more resources.
    """
    kind = "EC2, InstanceTypes: [m5.large], AllocationStrategy: BEST_FIT_PROGRESSIVE" if instances else "FARGATE"
    role = "ExecutionRoleArn: arn:aws:iam::123456789012:role/execution"
    on_fargate = f"{role}\n      NetworkConfiguration: {{AssignPublicIp: {address}}}"
    lines = f"""
Vpc:
  Type: AWS::EC2::VPC
  Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
Subnet:
  Type: AWS::EC2::Subnet
  Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: eu-west-1a}}
Table:
  Type: AWS::EC2::RouteTable
  Properties: {{VpcId: !Ref Vpc}}
Association:
  Type: AWS::EC2::SubnetRouteTableAssociation
  Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
{_ROUTE.format(route=route) if route else ""}
Group:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: Jobs
    VpcId: !Ref Vpc
    SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}}]
    SecurityGroupEgress: [{egress}]
{more.strip()}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {{Type: {kind}, MaxvCpus: 16, SecurityGroupIds: [!Ref Group], Subnets: {subnets}}}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder: [{{Order: 1, ComputeEnvironment: !Ref Environment}}]
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    PlatformCapabilities: [{"EC2" if instances else "FARGATE"}]
    ContainerProperties:
      Image: {image}
      ExecutionRoleArn: arn:aws:iam::123456789012:role/execution
      {"" if instances else on_fargate}
      {container}
      ResourceRequirements: [{{Type: VCPU, Value: '1'}}, {{Type: MEMORY, Value: '2048'}}]
"""
    return "\n".join(line for line in lines.splitlines() if line.strip())


_ROUTE: Final = """\
Gateway:
  Type: AWS::EC2::InternetGateway
Attachment:
  Type: AWS::EC2::VPCGatewayAttachment
  Properties: {{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
Out:
  Type: AWS::EC2::Route
  DependsOn: Attachment
  Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, {route}}}"""


def interface(service: str, *, names: str = "true", group: str = "Group") -> str:
    """An interface endpoint of that VPC.

    Args:
        service: such as ``logs``.
        names: whether the public name of the service leads to it.
        group: its security group.
    """
    logical_id = "".join(word.capitalize() for word in re.split(r"[.-]", service))
    return f"""
{logical_id}:
  Type: AWS::EC2::VPCEndpoint
  Properties:
    VpcId: !Ref Vpc
    VpcEndpointType: Interface
    ServiceName: !Sub 'com.amazonaws.${{AWS::Region}}.{service}'
    PrivateDnsEnabled: {names}
    SubnetIds: [!Ref Subnet]
    SecurityGroupIds: [!Ref {group}]
"""
