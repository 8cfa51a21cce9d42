"""Ways out of networks, wherever they are written, and silence about what is not known of them."""

import re
from pathlib import Path

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.endpoints import may_be_same
from constructs_lib.checks.model.files import read_files
from constructs_lib.checks.networked_example import in_a_vpc, interface

HEAD = "Parameters: {Unknown: {Type: String}}\nConditions: {Unclear: !Equals [!Ref Unknown, 'yes']}\nResources:\n"
S3 = """
S3:
  Type: AWS::EC2::VPCEndpoint
  Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3, RouteTableIds: [!Ref Table]}
"""
ISOLATED = in_a_vpc(route="")
SERVED = in_a_vpc(route="", more=S3 + interface("ecr.api") + interface("ecr.dkr") + interface("logs"))
WITH_KEY = "Secrets: [{Name: KEY, ValueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key'}]"


def template(body: str) -> str:
    return HEAD + "\n".join(f"  {line}" for line in body.strip("\n").splitlines())


def errors(folder: Path, *bodies: str) -> dict[str, str]:
    """What is found in templates of such resources, by the id of the rule."""
    paths = [folder / f"{index}.yaml" for index, _ in enumerate(bodies)]
    for path, body in zip(paths, bodies, strict=True):
        path.write_text(body if body.startswith(HEAD) else template(body))
    return {each.rule.id: each.message for each in find(read_files(paths)) if each.rule.severity != "note"}


def without(body: str, logical_id: str) -> str:
    """A body without one of its resources."""
    return re.sub(rf"^{logical_id}:\n(?:  .*\n)+", "", body + "\n", flags=re.MULTILINE)


def test_a_task_in_a_subnet_without_a_route_starts_nowhere(tmp_path: Path) -> None:
    assert errors(tmp_path, ISOLATED) == {
        "CHECK301": "got Job in Environment: it has no route out of the VPC, nor an endpoint for ecr.api, ecr.dkr, s3, "
        "logs, no task starts there",
        "CHECK306": "got AssignPublicIp ENABLED in Environment, none of its subnets leads to an internet gateway",
    }


def test_the_main_route_table_of_a_vpc_leads_nowhere(tmp_path: Path) -> None:
    assert "CHECK301" in errors(tmp_path, without(in_a_vpc(), "Association"))


@pytest.mark.parametrize("service", ["EcrApi", "EcrDkr", "Logs", "S3"])
def test_each_endpoint_is_needed_and_all_of_them_are_enough(tmp_path: Path, service: str) -> None:
    assert "CHECK301" not in errors(tmp_path, SERVED)
    lacking = {"EcrApi": "ecr.api", "EcrDkr": "ecr.dkr"}.get(service, service.lower())
    assert f"nor an endpoint for {lacking}," in errors(tmp_path, without(SERVED, service))["CHECK301"]


def test_a_gateway_in_another_route_table_is_no_way(tmp_path: Path) -> None:
    other = "\nOther:\n  Type: AWS::EC2::RouteTable\n  Properties: {VpcId: !Ref Vpc}\n"
    elsewhere = SERVED.replace("RouteTableIds: [!Ref Table]", "RouteTableIds: [!Ref Other]") + other
    assert "nor an endpoint for s3," in errors(tmp_path, elsewhere)["CHECK301"]


def test_secrets_and_other_registries_need_a_way_too(tmp_path: Path) -> None:
    secret = in_a_vpc(route="", container=WITH_KEY)
    assert "secretsmanager" in errors(tmp_path, secret)["CHECK301"]
    public = errors(tmp_path, in_a_vpc(route="", image="ghcr.io/charts/charts:1", more=interface("logs")))
    assert "of ghcr.io in Environment" in public["CHECK307"]
    assert "CHECK301" not in public
    assert "CHECK307" not in errors(tmp_path, in_a_vpc(route="", image="registry.internal:5000/charts:1"))


def test_a_network_of_another_template_is_known_if_that_is_given(tmp_path: Path) -> None:
    parts = re.split(r"(?=^Environment:)", ISOLATED, flags=re.MULTILINE)
    outputs = "\nOutputs:\n" + "".join(
        f"  {name}: {{Value: {value}, Export: {{Name: net-{name}}}}}\n"
        for name, value in {"Subnet": "!Ref Subnet", "Group": "!Ref Group"}.items()
    )
    batch = re.sub(r"!Ref (Subnet|Group)\b", r"!ImportValue net-\1", parts[1])
    assert "CHECK301" in errors(tmp_path, template(parts[0]) + outputs, batch)
    assert errors(tmp_path, batch) == {}


UNKNOWN = {
    "a VPC of others": ISOLATED.replace("VpcId: !Ref Vpc", "VpcId: !Ref Unknown"),
    "a subnet of others": in_a_vpc(route="", subnets="[!Ref Subnet, !Ref Unknown]"),
    "subnets of others": in_a_vpc(route="", subnets="!Split [',', !Ref Unknown]"),
    "a route table of others": ISOLATED.replace("RouteTableId: !Ref Table", "RouteTableId: !Ref Unknown"),
    "a subnet that may be associated": without(ISOLATED, "Association")
    + "\nAny:\n  Type: AWS::EC2::SubnetRouteTableAssociation\n"
    + "  Properties: {SubnetId: !Ref Unknown, RouteTableId: r}\n",
    "a route in any table": ISOLATED
    + "\nAny:\n  Type: AWS::EC2::Route\n  Properties: {RouteTableId: !Ref Unknown, NatGatewayId: nat-1}\n",
    "a gateway of others": in_a_vpc(route="GatewayId: !Ref Unknown", address="DISABLED"),
    "a network behind a transit gateway": in_a_vpc(route="TransitGatewayId: tgw-1"),
    "routes of a private network": ISOLATED
    + "\nVpn:\n  Type: AWS::EC2::VPNGatewayRoutePropagation\n"
    + "  Properties: {RouteTableIds: [!Ref Table], VpnGatewayId: vgw-1}\n",
    "a custom resource": ISOLATED + "\nMine:\n  Type: Custom::Routes\n  Properties: {ServiceToken: a, T: !Ref Table}\n",
    "a stack elsewhere": ISOLATED
    + "\nMine:\n  Type: AWS::CloudFormation::Stack\n"
    + "  Properties: {TemplateURL: 'https://s3.amazonaws.com/b/t', Parameters: {Vpc: !Ref Vpc}}\n",
    "an endpoint for anything": ISOLATED + interface("logs").replace("!Sub 'com.", "!Ref Unknown #"),
    "an address": in_a_vpc(address="!Ref Unknown"),
    "a definition of EC2": ISOLATED.replace("[FARGATE]", "[EC2]"),
    "one of two subnets": in_a_vpc(subnets="!If [Unclear, [!Ref Subnet], [subnet-1]]", address="DISABLED"),
    "a task of an old platform": in_a_vpc(
        route="", container="FargatePlatformConfiguration: {PlatformVersion: '1.3.0'}"
    ),
    "an image and a log elsewhere": in_a_vpc(
        route="", image="registry.internal/a", container="LogConfiguration: {LogDriver: splunk}"
    ),
}


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_nothing_is_said_of_a_network_that_is_not_all_known(tmp_path: Path, body: str) -> None:
    assert {*errors(tmp_path, body)} - {"CHECK306", "CHECK104"} == set()


ON_INSTANCES = in_a_vpc(instances=True)
ALL_OF_ECS = "".join(interface(service) for service in ("ecs", "ecs-agent", "ecs-telemetry"))
TEMPLATE = "MaxvCpus: 16, LaunchTemplate: {LaunchTemplateId: lt-1, Version: 1}"
INSTANCES = {
    "no address": (ON_INSTANCES, "whose instances get no public address"),
    "no route": (in_a_vpc(instances=True, route=""), "without a route out of the VPC"),
    "a NAT gateway": (in_a_vpc(instances=True, route="NatGatewayId: nat-1"), None),
    "an address": (
        ON_INSTANCES.replace("AvailabilityZone: eu", "MapPublicIpOnLaunch: true, AvailabilityZone: eu"),
        None,
    ),
    "a launch template of others": (ON_INSTANCES.replace("MaxvCpus: 16", TEMPLATE), None),
    "endpoints": (in_a_vpc(instances=True, route="", more=ALL_OF_ECS), None),
}


@pytest.mark.parametrize(("body", "lacks"), INSTANCES.values(), ids=INSTANCES)
def test_instances_need_an_address_a_gateway_or_endpoints(tmp_path: Path, body: str, lacks: str | None) -> None:
    found = errors(tmp_path, body).get("CHECK302")
    assert (found is None) if lacks is None else (found is not None and lacks in found)


OUT = "{{IpProtocol: {protocol}, FromPort: {first}, ToPort: {last}, CidrIp: 10.0.0.0/8}}"


@pytest.mark.parametrize(
    ("closed", "egress"),
    [
        (False, OUT.format(protocol="tcp", first=400, last=500)),
        (False, OUT.format(protocol="'6'", first=443, last=443)),
        (False, OUT.format(protocol="'-1'", first=1, last=1)),
        (False, OUT.format(protocol="!Ref Unknown", first=1, last=1)),
        (False, OUT.format(protocol="tcp", first="!Ref Unknown", last=500)),
        (True, OUT.format(protocol="udp", first=443, last=443)),
        (True, OUT.format(protocol="tcp", first=444, last=500)),
        (True, "{IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}"),
    ],
)
def test_https_has_to_be_let_out_somewhere(tmp_path: Path, egress: str, *, closed: bool) -> None:
    assert ("CHECK303" in errors(tmp_path, in_a_vpc(egress=egress))) is closed


def test_a_group_without_rules_of_its_own_lets_everything_out(tmp_path: Path) -> None:
    assert "CHECK303" not in errors(tmp_path, in_a_vpc(egress=""))


@pytest.mark.parametrize("group", ["!Ref Group", "!Ref Unknown"])
def test_a_rule_that_is_a_resource_lets_out_too(tmp_path: Path, group: str) -> None:
    rule = f"GroupId: {group}, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0"
    more = f"Rule:\n  Type: AWS::EC2::SecurityGroupEgress\n  Properties: {{{rule}}}"
    closed = OUT.format(protocol="udp", first=443, last=443)
    assert "CHECK303" not in errors(tmp_path, in_a_vpc(egress=closed, more=more))


ALLOW = "{Effect: Allow, Principal: '*', Action: '*', Resource: '*'}"
DENY = "{Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*'}"
POLICIES = {
    "nothing of the layers": ("{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::charts/*'}", True),
    "the layers of a region": (
        "{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*'}",
        False,
    ),
    "a bucket that is not known": ("{Effect: Allow, Action: 's3:Get*', Resource: !Ref Unknown}", False),
    "everything but one": ("{Effect: Allow, NotAction: 's3:DeleteObject', Resource: '*'}", False),
    "what is denied to all": (f"{ALLOW}, {DENY}", True),
    "what is denied to some": (
        f"{ALLOW}, {DENY[:-1]}, Condition: {{StringNotEquals: {{'aws:PrincipalOrgID': o-1}}}}}}",
        False,
    ),
}


@pytest.mark.parametrize(("policy", "closed"), POLICIES.values(), ids=POLICIES)
def test_the_policy_of_a_gateway_lets_the_layers_of_images_through(
    tmp_path: Path, policy: str, *, closed: bool
) -> None:
    tables = "RouteTableIds: [!Ref Table]"
    body = SERVED.replace(tables, f"{tables}, PolicyDocument: {{Statement: [{policy}]}}")
    assert ("CHECK305" in errors(tmp_path, body)) is closed


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("arn:aws:s3:::*", "arn:aws:s3:::prod-*-starport-layer-bucket/*", True),
        ("arn:aws:s3:::prod-eu-west-?-starport-layer-bucket/*", "arn:aws:s3:::prod-*-starport-layer-bucket/*", True),
        ("arn:aws:s3:::charts/*", "arn:aws:s3:::prod-*-starport-layer-bucket/*", False),
        ("*", "", True),
        ("a", "", False),
    ],
)
def test_two_patterns_have_a_text_in_common_or_not(one: str, other: str, *, may: bool) -> None:
    assert may_be_same(one, other) is may
    assert may_be_same(other, one) is may


FILES = """
Files:
  Type: AWS::EFS::FileSystem
Doors:
  Type: AWS::EC2::SecurityGroup
  Properties: {GroupDescription: Files, VpcId: !Ref Vpc}
Target:
  Type: AWS::EFS::MountTarget
  Properties: {FileSystemId: !Ref Files, SubnetId: !Ref Subnet, SecurityGroups: [!Ref Doors]}
"""
MOUNTED = "Volumes: [{Name: data, EfsVolumeConfiguration: {FileSystemId: !Ref Files}}]"


@pytest.mark.parametrize(
    ("closed", "source"),
    [
        (False, "SourceSecurityGroupId: !Ref Group"),
        (False, "SourceSecurityGroupId: !GetAtt Group.GroupId"),
        (False, "SourceSecurityGroupId: !Ref Unknown"),
        (False, "CidrIp: 10.0.0.0/16"),
        (True, "SourceSecurityGroupId: !Ref Doors"),
    ],
)
def test_a_file_system_is_open_to_the_groups_of_jobs(tmp_path: Path, source: str, *, closed: bool) -> None:
    rule = "IpProtocol: tcp, FromPort: 2049, ToPort: 2049"
    more = f"{FILES}\nRule:\n  Type: AWS::EC2::SecurityGroupIngress\n"
    more += f"  Properties: {{GroupId: !Ref Doors, {rule}, {source}}}"
    assert ("CHECK312" in errors(tmp_path, in_a_vpc(container=MOUNTED, more=more))) is closed


def test_a_file_system_without_a_mount_target_is_out_of_reach(tmp_path: Path) -> None:
    lacking = in_a_vpc(container=MOUNTED, more="Files:\n  Type: AWS::EFS::FileSystem")
    assert errors(tmp_path, lacking)["CHECK312"] == "got Files in Environment, it has no mount target"
    other = "\nTarget:\n  Type: AWS::EFS::MountTarget\n  Properties: {FileSystemId: !Ref Unknown, SubnetId: s}\n"
    assert "CHECK312" not in errors(tmp_path, lacking + other)


def test_a_nat_gateway_has_to_lead_on_itself(tmp_path: Path) -> None:
    gateway = "Nat:\n  Type: AWS::EC2::NatGateway\n  Properties: {SubnetId: !Ref Subnet, <KIND>}\n"
    alone = in_a_vpc(route="", more=gateway.replace("<KIND>", "AllocationId: eipalloc-1"))
    assert "CHECK315" in errors(tmp_path, alone)
    private = in_a_vpc(route="", more=gateway.replace("<KIND>", "ConnectivityType: private"))
    assert "CHECK315" not in errors(tmp_path, private)


@pytest.mark.parametrize(
    ("attachment", "said"),
    [
        ("", True),
        ("InternetGatewayId: !Ref Gateway", False),
        ("InternetGatewayId: !Ref Unknown", False),
        ("VpnGatewayId: vgw-1", True),
    ],
)
def test_a_gateway_is_attached_by_one_of_the_resources(tmp_path: Path, attachment: str, *, said: bool) -> None:
    body = without(in_a_vpc(), "Attachment").replace("  DependsOn: Attachment\n", "")
    more = "Attachment:\n  Type: AWS::EC2::VPCGatewayAttachment\n"
    properties = f"  Properties: {{VpcId: !Ref Vpc, {attachment}}}\n"
    assert ("CHECK316" in errors(tmp_path, body + (more + properties if attachment else ""))) is said


def test_a_security_group_of_another_vpc_is_told(tmp_path: Path) -> None:
    other = "\nElsewhere:\n  Type: AWS::EC2::VPC\n  Properties: {CidrBlock: 10.1.0.0/16}\n"
    jobs = "GroupDescription: Jobs\n    VpcId: !Ref "
    assert in_a_vpc().count(f"{jobs}Vpc") == 1
    far = in_a_vpc().replace(f"{jobs}Vpc", f"{jobs}Elsewhere") + other
    assert errors(tmp_path, far)["CHECK318"].startswith("got subnets and security groups of Vpc and Elsewhere,")
    assert "CHECK318" not in errors(tmp_path, in_a_vpc().replace(f"{jobs}Vpc", f"{jobs}Unknown"))


@pytest.mark.parametrize(("groups", "said"), [("!Ref AWS::NoValue", True), ("!Ref Unknown", False), ("[a, b]", False)])
def test_fargate_has_a_security_group(tmp_path: Path, groups: str, *, said: bool) -> None:
    body = in_a_vpc().replace("SecurityGroupIds: [!Ref Group], Subnets", f"SecurityGroupIds: {groups}, Subnets")
    assert ("CHECK317" in errors(tmp_path, body)) is said
