"""What an app looks up is made up: the same ids each time, others for another question."""

import json
import re
from pathlib import Path
from typing import Any

from constructs_lib.local.apps.lookups import looked_up

PLACE = {"account": "123456789012", "region": "eu-central-1"}


def missing(directory: Path, *asked: tuple[str, str, dict[str, Any]]) -> Path:
    """Write an assembly in which something is missing, in a stage of it."""
    entries = [{"key": key, "provider": provider, "props": {**PLACE, **props}} for key, provider, props in asked]
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}}
    (directory / "stage").mkdir(parents=True)
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {"stage": stage}}))
    (directory / "stage" / "manifest.json").write_text(json.dumps({"missing": entries}))
    return directory


def vpc(directory: Path, **props: Any) -> dict[str, Any]:
    found = looked_up(missing(directory, ("key", "vpc-provider", props)))
    assert found
    return dict(found["key"])


def test_a_vpc_has_ids_in_the_form_of_aws_that_stay_the_same(tmp_path: Path) -> None:
    shared = {"filter": {"tag:Name": "shared"}, "returnAsymmetricSubnets": True}
    found = vpc(tmp_path / "one", **shared)
    assert found == vpc(tmp_path / "two", **shared, lookupRoleArn="arn:aws:iam::123456789012:role/lookup")
    assert found["vpcId"] != vpc(tmp_path / "other", filter={"isDefault": "true"})["vpcId"]
    subnets = [subnet for group in found["subnetGroups"] for subnet in group["subnets"]]
    ids = [found["vpcId"], *(subnet["subnetId"] for subnet in subnets), *(item["routeTableId"] for item in subnets)]
    assert len(set(ids)) == 9
    assert all(re.fullmatch("(vpc|subnet|rtb)-[0-9a-f]{17}", item) for item in ids)
    assert {subnet["availabilityZone"] for subnet in subnets} == {"eu-central-1a", "eu-central-1b"}
    assert len({subnet["cidr"] for subnet in subnets}) == 4


def test_a_vpc_that_is_asked_for_by_its_id_has_it(tmp_path: Path) -> None:
    found = vpc(tmp_path, filter={"vpc-id": "vpc-0123456789abcdef0"})
    assert found["vpcId"] == "vpc-0123456789abcdef0"
    assert len(found["privateSubnetIds"]) == len(found["publicSubnetRouteTableIds"]) == 2


def test_zones_images_and_groups_are_made_up_too(tmp_path: Path) -> None:
    asked = [
        ("zones", "availability-zones", {}),
        ("image", "ami", {"filters": {"name": ["al2023-*"]}}),
        ("group", "security-group", {"securityGroupName": "web"}),
        ("named", "security-group", {"securityGroupId": "sg-1"}),
    ]
    found = looked_up(missing(tmp_path, *asked)) or {}
    assert found["zones"] == ["eu-central-1a", "eu-central-1b"]
    assert re.fullmatch("ami-[0-9a-f]{17}", found["image"])
    assert re.fullmatch("sg-[0-9a-f]{17}", found["group"]["securityGroupId"])
    assert found["named"]["securityGroupId"] == "sg-1"


def test_what_cannot_be_made_up_is_left_to_the_error_of_the_app(tmp_path: Path) -> None:
    assert looked_up(missing(tmp_path / "zone", ("zone", "hosted-zone", {"domainName": "example.com"}))) is None
    assert looked_up(missing(tmp_path / "none")) is None
    assert looked_up(tmp_path / "nowhere") is None
