"""Networks of EC2."""

import json
from typing import Any

import pytest
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends

from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, Resources, play


def tags(found: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}


def vpc(services: Services, vpc_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    assert found["CidrBlock"] == properties["CidrBlock"]
    for name, default in (("enableDnsHostnames", False), ("enableDnsSupport", True)):
        told = client.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
        key = name[0].upper() + name[1:]
        assert told[key]["Value"] == properties.get(key, default)
    return tags(found)


def vpc_block(services: Services, association: str, properties: Properties) -> None:
    found = services.client("ec2").describe_vpcs(VpcIds=[properties["VpcId"]])["Vpcs"][0]
    kind = "Ipv6CidrBlock" if properties.get("AmazonProvidedIpv6CidrBlock") else "CidrBlock"
    blocks = {item["AssociationId"]: item for item in found.get(f"{kind}AssociationSet", ())}
    if blocks[association][f"{kind}State"]["State"] != "associated":
        raise LookupError
    assert blocks[association][kind] == properties.get("CidrBlock", blocks[association][kind])


def subnet(services: Services, subnet_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    letter = properties.get("AvailabilityZone", "a")[-1]
    assert found["AvailabilityZone"] == f"{services.region}{letter}"
    assert (found["VpcId"], found["CidrBlock"]) == (properties["VpcId"], properties["CidrBlock"])
    assert found["MapPublicIpOnLaunch"] == properties.get("MapPublicIpOnLaunch", False)
    assert found["AssignIpv6AddressOnCreation"] == properties.get("AssignIpv6AddressOnCreation", False)
    blocks = [item["Ipv6CidrBlock"] for item in found["Ipv6CidrBlockAssociationSet"]]
    assert blocks == [block for block in [properties.get("Ipv6CidrBlock")] if block]
    named = properties.get("PrivateDnsNameOptionsOnLaunch", {}).get("EnableResourceNameDnsARecord", False)
    assert found["PrivateDnsNameOptionsOnLaunch"]["EnableResourceNameDnsARecord"] == named
    return tags(found)


def subnet_block(services: Services, association: str, properties: Properties) -> None:
    found = services.client("ec2").describe_subnets(SubnetIds=[properties["SubnetId"]])["Subnets"][0]
    blocks = {item["AssociationId"]: item["Ipv6CidrBlock"] for item in found["Ipv6CidrBlockAssociationSet"]}
    assert blocks[association] == properties["Ipv6CidrBlock"]


def table_of_subnet(services: Services, association: str, properties: Properties) -> None:
    own = [{"Name": "association.subnet-id", "Values": [properties["SubnetId"]]}]
    [found] = services.client("ec2").describe_route_tables(Filters=own)["RouteTables"] or [{"Associations": []}]
    associations = {item["RouteTableAssociationId"]: item for item in found["Associations"] if not item["Main"]}
    assert associations[association]["RouteTableId"] == properties["RouteTableId"]


def acl_of_subnet(services: Services, association: str, properties: Properties) -> None:
    own = [{"Name": "association.subnet-id", "Values": [properties["SubnetId"]]}]
    [found] = services.client("ec2").describe_network_acls(Filters=own)["NetworkAcls"]
    associations = {item["NetworkAclAssociationId"]: item["NetworkAclId"] for item in found["Associations"]}
    assert associations[association] == properties["NetworkAclId"]


def route_table(services: Services, table_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]
    assert found["VpcId"] == properties["VpcId"]
    return tags(found)


def route(services: Services, physical_id: str, properties: Properties) -> None:
    table, destination = physical_id.split("|")
    found = services.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
    kind = next(name for name in properties if name.startswith("Destination"))
    assert properties[kind] == destination
    [it] = [item for item in found["Routes"] if item.get(kind) == destination] or [None]
    if it is None:
        raise LookupError
    targets = {name: value for name, value in it.items() if name.endswith("Id") and name != kind}
    wanted = {name: value for name, value in properties.items() if name not in ("RouteTableId", kind)}
    assert targets == wanted


def internet_gateway(services: Services, gateway_id: str, _: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway_id])
    return tags(found["InternetGateways"][0])


def egress_only_gateway(services: Services, gateway_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    told = client.describe_egress_only_internet_gateways(EgressOnlyInternetGatewayIds=[gateway_id])
    found = told["EgressOnlyInternetGateways"][0]
    assert found["Attachments"] == [{"State": "attached", "VpcId": properties["VpcId"]}]
    return tags(found)


def attachment(services: Services, _: str, properties: Properties) -> None:
    client = services.client("ec2")
    if gateway := properties.get("InternetGatewayId"):
        [found] = client.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
        attachments = found["Attachments"]
    else:
        [found] = client.describe_vpn_gateways(VpnGatewayIds=[properties["VpnGatewayId"]])["VpnGateways"]
        attachments = found["VpcAttachments"]
    assert attachments[0]["VpcId"] == properties["VpcId"]


def nat_gateway(services: Services, gateway_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_nat_gateways(NatGatewayIds=[gateway_id])["NatGateways"][0]
    if found["State"] == "deleted":
        assert not client.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": [found["SubnetId"]]}])[
            "NetworkInterfaces"
        ]
        raise LookupError
    assert found["SubnetId"] == properties["SubnetId"]
    assert found["ConnectivityType"] == properties.get("ConnectivityType", "public")
    assert found["NatGatewayAddresses"][0].get("AllocationId") == properties.get("AllocationId")
    return tags(found)


def elastic_ip(services: Services, address: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_addresses(PublicIps=[address])["Addresses"][0]
    assert found["Domain"] == "vpc"
    assert found.get("InstanceId", "") == properties.get("InstanceId", "")
    return tags(found)


def customer_gateway(services: Services, gateway_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_customer_gateways(CustomerGatewayIds=[gateway_id])["CustomerGateways"][0]
    if found["State"] == "deleted":
        raise LookupError
    assert (found["IpAddress"], found["BgpAsn"]) == (properties["IpAddress"], str(properties["BgpAsn"]))
    return tags(found)


def vpn_gateway(services: Services, gateway_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_vpn_gateways(VpnGatewayIds=[gateway_id])["VpnGateways"][0]
    if found["State"] == "deleted":
        raise LookupError
    assert found["Type"] == properties["Type"]
    return tags(found)


def vpn_connection(services: Services, connection_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_vpn_connections(VpnConnectionIds=[connection_id])["VpnConnections"][0]
    if found["State"] == "deleted":
        raise LookupError
    assert (found["CustomerGatewayId"], found["VpnGatewayId"]) == (
        properties["CustomerGatewayId"],
        properties["VpnGatewayId"],
    )
    return tags(found)


EVERYTHING = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


def security_group(services: Services, group_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    assert found["Description"] == properties["GroupDescription"]
    assert found["GroupName"] == properties.get("GroupName", found["GroupName"])
    rules = client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    told = [rule_of(rule) for rule in rules["SecurityGroupRules"]]
    wanted = [(False, rule) for rule in properties.get("SecurityGroupIngress", ())]
    wanted += [(True, rule) for rule in properties.get("SecurityGroupEgress", [EVERYTHING])]
    assert sorted(told, key=str) == sorted(wanted, key=str)
    return tags(found)


def rule_of(told: dict[str, Any]) -> tuple[bool, Properties]:
    """A rule as EC2 tells it, as a template has it."""
    end = "Destination" if told["IsEgress"] else "Source"
    rule = {
        "IpProtocol": told["IpProtocol"],
        "FromPort": told["FromPort"],
        "ToPort": told["ToPort"],
        "CidrIp": told.get("CidrIpv4"),
        "CidrIpv6": told.get("CidrIpv6"),
        f"{end}PrefixListId": told.get("PrefixListId"),
        f"{end}SecurityGroupId": told.get("ReferencedGroupInfo", {}).get("GroupId"),
        "Description": told.get("Description"),
    }
    return told["IsEgress"], {name: value for name, value in rule.items() if value not in (None, -1, "")}


def rule(services: Services, rule_id: str, properties: Properties) -> None:
    client = services.client("ec2")
    [found] = client.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    assert found["GroupId"] == properties["GroupId"]
    _, told = rule_of(found)
    assert told == {name: value for name, value in properties.items() if name != "GroupId"}


def endpoint(services: Services, endpoint_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    kind = properties.get("VpcEndpointType", "Gateway")
    assert (found["ServiceName"], found["VpcEndpointType"]) == (properties["ServiceName"], kind)
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    default = {"Version": "2008-10-17", "Statement": [everything]}
    assert json.loads(found["PolicyDocument"]) == properties.get("PolicyDocument", default)
    assert sorted(found["RouteTableIds"]) == sorted(properties.get("RouteTableIds", []))
    assert sorted(found["SubnetIds"]) == sorted(properties.get("SubnetIds", []))
    if kind == "Interface":
        assert found["PrivateDnsEnabled"] == properties.get("PrivateDnsEnabled", False)
        wanted = properties.get("SecurityGroupIds")
        assert wanted is None or [group["GroupId"] for group in found["Groups"]] == wanted
        told = client.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])
        assert sorted(item["SubnetId"] for item in told["NetworkInterfaces"]) == sorted(properties["SubnetIds"])
    else:
        own = [{"Name": "vpc-id", "Values": [properties["VpcId"]]}]
        told = client.describe_route_tables(Filters=own)["RouteTables"]
        targets = {table["RouteTableId"]: [item.get("GatewayId") for item in table["Routes"]] for table in told}
        routed = [table for table, gateways in targets.items() if endpoint_id in gateways]
        assert sorted(routed) == sorted(properties.get("RouteTableIds", []))
    return tags(found)


def launch_template(services: Services, template_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_launch_templates(LaunchTemplateIds=[template_id])["LaunchTemplates"][0]
    told = client.describe_launch_template_versions(LaunchTemplateId=template_id, Versions=["$Latest"])
    [version] = told["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"] == properties["LaunchTemplateData"]
    assert version["VersionNumber"] == found["LatestVersionNumber"]
    assert found["LaunchTemplateName"] == properties.get("LaunchTemplateName", found["LaunchTemplateName"])
    return tags(found)


def network_acl(services: Services, acl_id: str, properties: Properties) -> dict[str, str]:
    own = [{"Name": "association.network-acl-id", "Values": [acl_id]}]
    found = services.client("ec2").describe_network_acls(Filters=own)["NetworkAcls"][0]
    assert found["VpcId"] == properties["VpcId"]
    return tags(found)


def acl_entry(services: Services, _: str, properties: Properties) -> None:
    own = [{"Name": "association.network-acl-id", "Values": [properties["NetworkAclId"]]}]
    [found] = services.client("ec2").describe_network_acls(Filters=own)["NetworkAcls"]
    entries = {(entry["RuleNumber"], entry["Egress"]): entry for entry in found["Entries"]}
    entry = entries[properties["RuleNumber"], properties.get("Egress", False)]
    for name in ("CidrBlock", "Ipv6CidrBlock", "RuleAction", "PortRange"):
        assert entry.get(name) == properties.get(name)
    assert entry["Protocol"] == str(properties["Protocol"])


def flow_log(services: Services, flow_log_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_flow_logs(FlowLogIds=[flow_log_id])["FlowLogs"][0]
    for name in ("ResourceId", "TrafficType", "LogDestination", "LogGroupName", "LogFormat", "MaxAggregationInterval"):
        assert found.get(name) == properties.get(name, found.get(name))
    return tags(found)


VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
SUBNET_2 = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}}
TABLE = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}
GATEWAY = {"Type": "AWS::EC2::InternetGateway"}
VPN_GATEWAY = {"Type": "AWS::EC2::VPNGateway", "Properties": {"Type": "ipsec.1"}}
CUSTOMER = {
    "Type": "AWS::EC2::CustomerGateway",
    "Properties": {"Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsn": 65001},
}
ADDRESS = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}
ACL = {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}}
GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "jobs", "VpcId": {"Ref": "Vpc"}}}
NAT = {
    "Type": "AWS::EC2::NatGateway",
    "Properties": {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}},
}
IN_VPC = {"VpcId": {"Ref": "Vpc"}}
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
NFS = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
LOGS = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "flows"}}
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "flows"}}
DISK = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 100, "VolumeType": "gp3", "Encrypted": True}}
IPV6_BLOCK = "2001:db8:1234:1a00::/64"


def launch_template_tags(wanted: dict[str, str]) -> Properties:
    listed = [{"Key": key, "Value": value} for key, value in wanted.items()]
    return {"TagSpecifications": [{"ResourceType": "launch-template", "Tags": listed}]}


LIVES = [
    Life(
        "AWS::EC2::VPC",
        {"CidrBlock": "10.0.0.0/16"},
        vpc,
        changed=[{"EnableDnsHostnames": True}, {"EnableDnsSupport": False}],
        replaced={"CidrBlock": "10.1.0.0/16"},
        attributes={"CidrBlock": "10.0.0.0/16", "Ipv6CidrBlocks": []},
    ),
    Life("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, vpc, replaced={"InstanceTenancy": "dedicated"}),
    Life(
        "AWS::EC2::VPCCidrBlock",
        {**IN_VPC, "CidrBlock": "10.1.0.0/16"},
        vpc_block,
        needs={"Vpc": VPC},
        replaced={"CidrBlock": "10.2.0.0/16"},
        tags=False,
    ),
    Life(
        "AWS::EC2::VPCCidrBlock",
        {**IN_VPC, "AmazonProvidedIpv6CidrBlock": True},
        vpc_block,
        needs={"Vpc": VPC},
        tags=False,
    ),
    Life(
        "AWS::EC2::Subnet",
        {**IN_VPC, "CidrBlock": "10.0.0.0/24"},
        subnet,
        needs={"Vpc": VPC},
        changed=[
            {"MapPublicIpOnLaunch": True},
            {"Ipv6CidrBlock": IPV6_BLOCK, "AssignIpv6AddressOnCreation": True},
            {"PrivateDnsNameOptionsOnLaunch": {"EnableResourceNameDnsARecord": True}},
        ],
        replaced={"CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1b"},
        attributes={"AvailabilityZone": "eu-west-1a", "CidrBlock": "10.0.0.0/24", "VpcId": {"Ref": "Vpc"}},
    ),
    Life(
        "AWS::EC2::Subnet",
        {**IN_VPC, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "dummy1b"},
        subnet,
        needs={"Vpc": VPC},
        attributes={"AvailabilityZone": "eu-west-1b"},
    ),
    Life(
        "AWS::EC2::SubnetCidrBlock",
        {"SubnetId": {"Ref": "Subnet"}, "Ipv6CidrBlock": IPV6_BLOCK},
        subnet_block,
        needs={"Vpc": VPC, "Subnet": SUBNET},
        replaced={"Ipv6CidrBlock": "2001:db8:1234:1a01::/64"},
        tags=False,
    ),
    Life("AWS::EC2::RouteTable", IN_VPC, route_table, needs={"Vpc": VPC}, attributes={"VpcId": {"Ref": "Vpc"}}),
    Life(
        "AWS::EC2::SubnetRouteTableAssociation",
        {"RouteTableId": {"Ref": "Table"}, "SubnetId": {"Ref": "Subnet"}},
        table_of_subnet,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Table": TABLE, "Other": TABLE},
        replaced={"RouteTableId": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::EC2::SubnetNetworkAclAssociation",
        {"NetworkAclId": {"Ref": "Acl"}, "SubnetId": {"Ref": "Subnet"}},
        acl_of_subnet,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Acl": ACL, "Other": ACL},
        replaced={"NetworkAclId": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::EC2::Route",
        {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Ref": "Gateway"}},
        route,
        needs={
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Table": TABLE,
            "Gateway": GATEWAY,
            "Attachment": {
                "Type": "AWS::EC2::VPCGatewayAttachment",
                "Properties": {**IN_VPC, "InternetGatewayId": {"Ref": "Gateway"}},
            },
            "Address": ADDRESS,
            "Nat": NAT,
        },
        changed={"GatewayId": None, "NatGatewayId": {"Ref": "Nat"}},
        replaced={"DestinationCidrBlock": "192.168.0.0/16"},
        attributes={"CidrBlock": "0.0.0.0/0"},
        tags=False,
    ),
    Life(
        "AWS::EC2::Route",
        {
            "RouteTableId": {"Ref": "Table"},
            "DestinationIpv6CidrBlock": "::/0",
            "EgressOnlyInternetGatewayId": {"Ref": "Gateway"},
        },
        route,
        needs={
            "Vpc": VPC,
            "Table": TABLE,
            "Gateway": {"Type": "AWS::EC2::EgressOnlyInternetGateway", "Properties": IN_VPC},
        },
        tags=False,
    ),
    Life("AWS::EC2::InternetGateway", {}, internet_gateway),
    Life("AWS::EC2::EgressOnlyInternetGateway", IN_VPC, egress_only_gateway, needs={"Vpc": VPC}),
    Life(
        "AWS::EC2::VPCGatewayAttachment",
        {**IN_VPC, "InternetGatewayId": {"Ref": "Gateway"}},
        attachment,
        needs={"Vpc": VPC, "Gateway": GATEWAY, "Other": GATEWAY},
        changed={"InternetGatewayId": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::EC2::VPCGatewayAttachment",
        {**IN_VPC, "VpnGatewayId": {"Ref": "Gateway"}},
        attachment,
        needs={"Vpc": VPC, "Gateway": VPN_GATEWAY},
        tags=False,
    ),
    Life(
        "AWS::EC2::NatGateway",
        NAT["Properties"],
        nat_gateway,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Other": SUBNET_2, "Address": ADDRESS},
        replaced={"SubnetId": {"Ref": "Other"}, "ConnectivityType": "private", "AllocationId": None},
        untold=["AutoProvisionZones", "AutoScalingIps", "RouteTableId"],  # of regional ones
    ),
    Life("AWS::EC2::EIP", {"Domain": "vpc"}, elastic_ip),
    Life(
        "AWS::EC2::CustomerGateway",
        {"Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsn": 65001},
        customer_gateway,
        replaced={"IpAddress": "203.0.113.13"},
    ),
    Life(
        "AWS::EC2::VPNConnection",
        {"Type": "ipsec.1", "CustomerGatewayId": {"Ref": "Customer"}, "VpnGatewayId": {"Ref": "Gateway"}},
        vpn_connection,
        needs={"Customer": CUSTOMER, "Other": CUSTOMER, "Gateway": VPN_GATEWAY},
        changed={"CustomerGatewayId": {"Ref": "Other"}},
    ),
    Life("AWS::EC2::VPNGateway", {"Type": "ipsec.1"}, vpn_gateway, replaced={"AmazonSideAsn": 65002}),
    Life(
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": "jobs", **IN_VPC},
        security_group,
        needs={"Vpc": VPC, "Other": GROUP},
        names={"GroupName": "jobs"},
        changed=[
            {"SecurityGroupIngress": [{**HTTPS, "CidrIp": "10.0.0.0/16", "Description": "from inside"}]},
            {
                "SecurityGroupIngress": [
                    {**HTTPS, "CidrIp": "10.0.0.0/16"},
                    {**NFS, "SourceSecurityGroupId": {"Fn::GetAtt": ["Other", "GroupId"]}},
                    {**HTTPS, "CidrIpv6": "2001:db8::/32"},
                ]
            },
        ],
        replaced={"GroupDescription": "other jobs", "GroupName": None},
        attributes={"VpcId": {"Ref": "Vpc"}},
    ),
    Life(
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": "jobs", **IN_VPC, "SecurityGroupEgress": [{**HTTPS, "CidrIp": "0.0.0.0/0"}]},
        security_group,
        needs={"Vpc": VPC},
        changed={
            "SecurityGroupEgress": [{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "10.0.0.1/32"}]
        },
    ),
    Life(
        "AWS::EC2::SecurityGroupIngress",
        {"GroupId": {"Ref": "Group"}, **NFS, "SourceSecurityGroupId": {"Ref": "Other"}, "Description": "first"},
        rule,
        needs={"Vpc": VPC, "Group": GROUP, "Other": GROUP},
        changed=[{"Description": "second"}, {"Description": None}],
        replaced={"FromPort": 2048},
        tags=False,
    ),
    Life(
        "AWS::EC2::SecurityGroupEgress",
        {"GroupId": {"Ref": "Group"}, **HTTPS, "CidrIp": "10.0.0.0/8"},
        rule,
        needs={"Vpc": VPC, "Group": GROUP},
        changed={"Description": "to inside"},
        replaced={"CidrIp": None, "CidrIpv6": "2001:db8::/32"},
        tags=False,
    ),
    Life(
        "AWS::EC2::VPCEndpoint",
        {**IN_VPC, "ServiceName": "com.amazonaws.eu-west-1.s3", "RouteTableIds": [{"Ref": "Table"}]},
        endpoint,
        needs={"Vpc": VPC, "Table": TABLE, "Other": TABLE},
        changed=[
            {"RouteTableIds": [{"Ref": "Other"}]},
            {"PolicyDocument": {"Version": "2012-10-17", "Statement": [READ]}},
        ],
        replaced={"ServiceName": "com.amazonaws.eu-west-1.dynamodb"},
        attributes={"DnsEntries": [], "NetworkInterfaceIds": []},
    ),
    Life(
        "AWS::EC2::VPCEndpoint",
        {
            **IN_VPC,
            "ServiceName": "com.amazonaws.eu-west-1.ecr.dkr",
            "VpcEndpointType": "Interface",
            "SubnetIds": [{"Ref": "Subnet"}],
        },
        endpoint,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Other": SUBNET_2, "Group": GROUP},
        changed=[
            {"PrivateDnsEnabled": True},
            {"SubnetIds": [{"Ref": "Other"}, {"Ref": "Subnet"}]},
            {"SecurityGroupIds": [{"Ref": "Group"}]},
        ],
    ),
    Life(
        "AWS::EC2::LaunchTemplate",
        {"LaunchTemplateData": {"ImageId": "ami-0123456789abcdef0"}},
        launch_template,
        names={"LaunchTemplateName": "large-disk"},
        changed=[
            {"LaunchTemplateData": {"BlockDeviceMappings": [DISK], "UserData": "IyEvYmluL3NoCg=="}},
            {
                "LaunchTemplateData": {
                    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "weather"}]}]
                }
            },
        ],
        replaced={"LaunchTemplateName": "larger-disk"},
        tags=launch_template_tags,
        attributes={"DefaultVersionNumber": "1", "LatestVersionNumber": "1"},
    ),
    Life("AWS::EC2::NetworkAcl", IN_VPC, network_acl, needs={"Vpc": VPC}),
    Life(
        "AWS::EC2::NetworkAclEntry",
        {
            "NetworkAclId": {"Ref": "Acl"},
            "RuleNumber": 100,
            "Protocol": -1,
            "RuleAction": "allow",
            "CidrBlock": "0.0.0.0/0",
        },
        acl_entry,
        needs={"Vpc": VPC, "Acl": ACL},
        changed=[{"RuleAction": "deny"}, {"Protocol": 6, "PortRange": {"From": 443, "To": 443}}],
        replaced={"Egress": True},
        tags=False,
    ),
    Life(
        "AWS::EC2::FlowLog",
        {
            "ResourceType": "VPC",
            "ResourceId": {"Ref": "Vpc"},
            "TrafficType": "ALL",
            "LogGroupName": {"Ref": "Logs"},
            "DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/flows",
        },
        flow_log,
        needs={"Vpc": VPC, "Logs": LOGS},
        replaced={"TrafficType": "REJECT", "LogGroupName": "others"},
    ),
    Life(
        "AWS::EC2::FlowLog",
        {
            "ResourceType": "Subnet",
            "ResourceId": {"Ref": "Subnet"},
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": {"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Bucket"}, "/flows/"]]},
            "MaxAggregationInterval": 60,
        },
        flow_log,
        needs={
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "flows"}},
        },
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


IN_USE = {
    "a VPC with a group": ("Vpc", {"Vpc": VPC, "Group": GROUP}, "The vpc '{}' has dependencies and cannot be deleted."),
    "a subnet with a gateway": (
        "Subnet",
        {"Vpc": VPC, "Subnet": SUBNET, "Address": ADDRESS, "Nat": NAT},
        "The subnet '{}' has dependencies and cannot be deleted.",
    ),
    "a group that another one names": (
        "Group",
        {
            "Vpc": VPC,
            "Group": GROUP,
            "Other": {
                **GROUP,
                "Properties": {
                    **GROUP["Properties"],
                    "SecurityGroupIngress": [{**NFS, "SourceSecurityGroupId": {"Ref": "Group"}}],
                },
            },
        },
        "resource {} has a dependent object",
    ),
}


@pytest.mark.parametrize(("used", "resources", "message"), IN_USE.values(), ids=IN_USE)
def test_what_is_in_use_is_not_deleted(used: str, resources: Resources, message: str, account: Account) -> None:
    account.deploy(resources)
    physical_id = account.physical_id(used)
    with pytest.raises(EC2ClientError, match=message.format(physical_id)):
        account.deploy({key: resource for key, resource in resources.items() if key != used})


def test_a_group_lets_everything_out_until_its_template_has_a_rule(account: Account) -> None:
    client = account.services.client("ec2")
    out = {**HTTPS, "CidrIp": "0.0.0.0/0"}

    def egress() -> list[Properties]:
        own = [{"Name": "group-id", "Values": [account.physical_id("Group")]}]
        told = client.describe_security_group_rules(Filters=own)["SecurityGroupRules"]
        return [rule_of(rule)[1] for rule in told if rule["IsEgress"]]

    def deploy(*of_group: Properties, **others: Properties) -> None:
        more = {"SecurityGroupEgress": list(of_group)} if of_group else {}
        group = {**GROUP, "Properties": {**GROUP["Properties"], **more}}
        rules = {
            key: {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Group"}, **rule}}
            for key, rule in others.items()
        }
        account.deploy({"Vpc": VPC, "Group": group, **rules})

    deploy()
    assert egress() == [EVERYTHING]
    deploy(out)
    assert egress() == [out]
    deploy()
    assert egress() == []
    account.deploy({})
    deploy(All=EVERYTHING, Some=out)
    assert egress() == [EVERYTHING, out]


def test_a_group_is_as_before_when_its_change_fails_half_way(account: Account) -> None:
    client = account.services.client("ec2")
    before = {"SecurityGroupIngress": [{**NFS, "CidrIp": "10.0.0.0/8"}], "SecurityGroupEgress": [EVERYTHING]}
    wrong = {"IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"}  # without ports
    after = {"SecurityGroupIngress": [wrong], "SecurityGroupEgress": [{**HTTPS, "CidrIp": "0.0.0.0/0"}]}

    def deploy(rules: Properties) -> None:
        account.deploy({"Vpc": VPC, "Group": {**GROUP, "Properties": {**GROUP["Properties"], **rules}}})

    deploy(before)
    with pytest.raises(HandlerError, match="Must specify both from and to ports"):
        deploy(after)
    handler = Handlers({}).of("AWS::EC2::SecurityGroup")
    assert handler is not None
    group_id = account.physical_id("Group")
    backend = ec2_backends["111122223333"]["eu-west-1"]
    group = backend.get_security_group_from_id(group_id)
    desired = [
        Desired("Group", "AWS::EC2::SecurityGroup", {**GROUP["Properties"], **rules}, "group", "", account.services)
        for rules in (before, after)
    ]
    handler.update(Made(group_id, group), *desired)
    told = client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    rules = [rule_of(item)[1] for item in told["SecurityGroupRules"]]
    assert sorted(rules, key=str) == sorted([EVERYTHING, {**NFS, "CidrIp": "10.0.0.0/8"}], key=str)
