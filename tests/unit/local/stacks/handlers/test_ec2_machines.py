"""Machines of EC2, their disks and keys, and what else networks have."""

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import GROUP, SUBNET, VPC, tags


def instance(services: Services, instance_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
    if found["State"]["Name"] == "terminated":
        raise LookupError
    [where] = properties.get("NetworkInterfaces", [properties])
    assert (found["ImageId"], found["SubnetId"]) == (properties["ImageId"], where["SubnetId"])
    assert found["InstanceType"] == properties["InstanceType"]
    assert found["SourceDestCheck"] == properties.get("SourceDestCheck", True)
    groups = properties.get("SecurityGroupIds")
    assert groups is None or [group["GroupId"] for group in found["SecurityGroups"]] == groups
    told = client.describe_instance_attribute(InstanceId=instance_id, Attribute="userData")["UserData"]
    assert told.get("Value") == properties.get("UserData")
    return tags(found)


def volume(services: Services, volume_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    assert found["AvailabilityZone"] == properties["AvailabilityZone"]
    for name, default in {"Size": None, "VolumeType": "gp2", "Encrypted": False}.items():
        assert found[name] == properties.get(name, default)
    return tags(found)


def attached_volume(services: Services, physical_id: str, properties: Properties) -> None:
    volume_id, instance_id = physical_id.split("|")
    found = services.client("ec2").describe_volumes(VolumeIds=[volume_id])["Volumes"][0]["Attachments"][0]
    assert (found["InstanceId"], found["Device"]) == (instance_id, properties["Device"])


def key_pair(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_key_pairs(KeyNames=[name], IncludePublicKey=True)["KeyPairs"][0]
    parameter = f"/ec2/keypair/{found['KeyPairId']}"
    read = services.client("ssm").get_parameter
    if "PublicKeyMaterial" in properties:
        assert found["PublicKey"] == properties["PublicKeyMaterial"]
        with pytest.raises(ClientError):
            read(Name=parameter)
    else:
        key = read(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
        assert key.startswith("-----BEGIN")
    return tags(found)


def interface(services: Services, interface_id: str, properties: Properties) -> dict[str, str]:
    told = services.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[interface_id])
    found = told["NetworkInterfaces"][0]
    assert found["SubnetId"] == properties["SubnetId"]
    assert found["Description"] == properties.get("Description", "")
    assert [group["GroupId"] for group in found["Groups"]] == properties.get(
        "GroupSet", [found["Groups"][0]["GroupId"]]
    )
    return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}


def prefix_list(services: Services, list_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_managed_prefix_lists(PrefixListIds=[list_id])["PrefixLists"][0]
    assert (found["PrefixListName"], found["AddressFamily"]) == (
        properties["PrefixListName"],
        properties["AddressFamily"],
    )
    entries = client.get_managed_prefix_list_entries(PrefixListId=list_id)["Entries"]
    assert sorted(entry["Cidr"] for entry in entries) == sorted(entry["Cidr"] for entry in properties["Entries"])
    return tags(found)


def peering(services: Services, connection_id: str, properties: Properties) -> dict[str, str]:
    client = services.client("ec2")
    found = client.describe_vpc_peering_connections(VpcPeeringConnectionIds=[connection_id])
    connection = found["VpcPeeringConnections"][0]
    if connection["Status"]["Code"] == "deleted":
        raise LookupError
    assert connection["Status"]["Code"] == "active"
    assert connection["RequesterVpcInfo"]["VpcId"] == properties["VpcId"]
    assert connection["AccepterVpcInfo"]["VpcId"] == properties["PeerVpcId"]
    return tags(connection)


def dhcp_options(services: Services, options_id: str, properties: Properties) -> dict[str, str]:
    found = services.client("ec2").describe_dhcp_options(DhcpOptionsIds=[options_id])["DhcpOptions"][0]
    told = {item["Key"]: [value["Value"] for value in item["Values"]] for item in found["DhcpConfigurations"]}
    assert told == {
        "domain-name": [properties["DomainName"]],
        "domain-name-servers": properties["DomainNameServers"],
    }
    return tags(found)


def options_of_vpc(services: Services, physical_id: str, properties: Properties) -> None:
    found = services.client("ec2").describe_vpcs(VpcIds=[properties["VpcId"]])["Vpcs"][0]
    if found["DhcpOptionsId"] != properties["DhcpOptionsId"]:
        raise LookupError
    assert physical_id == f"{properties['DhcpOptionsId']}|{properties['VpcId']}"


IMAGE = "ami-12c6146b"
INSTANCE = {
    "Type": "AWS::EC2::Instance",
    "Properties": {"ImageId": IMAGE, "InstanceType": "t3.micro", "SubnetId": {"Ref": "Subnet"}},
}
OTHER_VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}
VOLUME = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "eu-west-1a", "Size": 20}}
OPTIONS = {
    "Type": "AWS::EC2::DHCPOptions",
    "Properties": {"DomainName": "example.internal", "DomainNameServers": ["AmazonProvidedDNS"]},
}
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEwTXlwsAhTBbFtFNVwIOS4Z4ofJ3R0ROPb8x1eObDpB user"

LIVES = [
    Life(
        "AWS::EC2::Instance",
        INSTANCE["Properties"],
        instance,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Group": GROUP},
        changed=[
            {"InstanceType": "t3.large"},
            {"SourceDestCheck": False},
            {"SecurityGroupIds": [{"Ref": "Group"}]},
            {"UserData": "IyEvYmluL3NoCg=="},
        ],
        replaced={"ImageId": "ami-03cf127a"},
        attributes={"AvailabilityZone": "eu-west-1a", "VpcId": {"Ref": "Vpc"}},
    ),
    Life(
        "AWS::EC2::Instance",
        {
            "ImageId": IMAGE,
            "InstanceType": "m5d.large",
            "BlockDeviceMappings": [{"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"}],
            "NetworkInterfaces": [
                {"DeviceIndex": "0", "SubnetId": {"Ref": "Subnet"}, "AssociatePublicIpAddress": "true"}
            ],
        },
        instance,
        needs={"Vpc": VPC, "Subnet": SUBNET},
    ),
    Life(
        "AWS::EC2::Volume",
        VOLUME["Properties"],
        volume,
        changed=[{"Size": 30}, {"VolumeType": "gp3"}],
        replaced={"AvailabilityZone": "eu-west-1b", "Encrypted": True},
    ),
    Life(
        "AWS::EC2::VolumeAttachment",
        {"VolumeId": {"Ref": "Volume"}, "InstanceId": {"Ref": "Instance"}, "Device": "/dev/sdf"},
        attached_volume,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Instance": INSTANCE, "Volume": VOLUME},
        tags=False,
    ),
    Life("AWS::EC2::KeyPair", {"KeyName": "made", "KeyType": "ed25519"}, key_pair, tags=False),
    Life(
        "AWS::EC2::KeyPair",
        {"KeyName": "brought", "PublicKeyMaterial": PUBLIC_KEY},
        key_pair,
        replaced={"KeyName": "other"},
        tags=False,
    ),
    Life(
        "AWS::EC2::NetworkInterface",
        {"SubnetId": {"Ref": "Subnet"}},
        interface,
        needs={"Vpc": VPC, "Subnet": SUBNET, "Group": GROUP},
        changed=[{"Description": "of the head node"}, {"GroupSet": [{"Ref": "Group"}]}],
        attributes={"VpcId": {"Ref": "Vpc"}},
        untold=["PublicIpDnsNameOptions"],
    ),
    Life(
        "AWS::EC2::PrefixList",
        {"PrefixListName": "offices", "AddressFamily": "IPv4", "MaxEntries": 4, "Entries": [{"Cidr": "192.0.2.0/24"}]},
        prefix_list,
        changed=[{"Entries": [{"Cidr": "198.51.100.0/24"}, {"Cidr": "192.0.2.0/24"}]}, {"PrefixListName": "homes"}],
    ),
    Life(
        "AWS::EC2::VPCPeeringConnection",
        {"VpcId": {"Ref": "Vpc"}, "PeerVpcId": {"Ref": "Other"}},
        peering,
        needs={"Vpc": VPC, "Other": OTHER_VPC},
    ),
    Life(
        "AWS::EC2::DHCPOptions",
        OPTIONS["Properties"],
        dhcp_options,
        replaced={"DomainName": "other.internal"},
    ),
    Life(
        "AWS::EC2::VPCDHCPOptionsAssociation",
        {"VpcId": {"Ref": "Vpc"}, "DhcpOptionsId": {"Ref": "Options"}},
        options_of_vpc,
        needs={"Vpc": VPC, "Options": OPTIONS},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_what_is_not_emulated_is_there_for_its_stack(account: Account) -> None:
    reserved = {"InstanceType": "p4d.24xlarge", "InstancePlatform": "Linux/UNIX", "InstanceCount": 2}
    account.deploy(
        {
            "Placed": {"Type": "AWS::EC2::PlacementGroup", "Properties": {"Strategy": "cluster"}},
            "Reserved": {"Type": "AWS::EC2::CapacityReservation", "Properties": reserved},
        }
    )
    assert account.attribute("Placed", "GroupName") == account.physical_id("Placed")
    assert account.physical_id("Reserved").startswith("cr-")
    arn = f"arn:aws:ec2:eu-west-1:111122223333:capacity-reservation/{account.physical_id('Reserved')}"
    assert account.attribute("Reserved", "CapacityReservationArn") == arn
    assert account.attribute("Reserved", "TotalInstanceCount") == 2
