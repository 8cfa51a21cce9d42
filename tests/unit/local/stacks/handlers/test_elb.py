"""Load balancers of the first kind."""

from tests.unit.local.stacks.handlers.lives import Account


def test_a_load_balancer_tells_its_attributes(account: Account) -> None:
    listener = {"InstancePort": "80", "LoadBalancerPort": "80", "Protocol": "HTTP"}
    properties = {"AvailabilityZones": ["eu-west-1a"], "Listeners": [listener], "LoadBalancerName": "front"}
    account.deploy({"It": {"Type": "AWS::ElasticLoadBalancing::LoadBalancer", "Properties": properties}})
    client = account.services.client("elb")
    [found] = client.describe_load_balancers(LoadBalancerNames=["front"])["LoadBalancerDescriptions"]
    assert account.attribute("It", "DNSName") == found["DNSName"]
    assert account.attribute("It", "CanonicalHostedZoneName") == found["CanonicalHostedZoneName"]
    assert account.attribute("It", "CanonicalHostedZoneNameID")
    source = found["SourceSecurityGroup"]
    assert account.attribute("It", "SourceSecurityGroup.GroupName") == source["GroupName"]
    assert account.attribute("It", "SourceSecurityGroup.OwnerAlias") == source["OwnerAlias"]
