"""Gap: the CDK writes ``dummy1a`` for an availability zone that it has not looked up, and moto refuses it.

It does so for a stack with an explicit account and region that is synthesized without the CDK command line. Here it is
the zone with that letter.
Source: https://docs.aws.amazon.com/cdk/v2/guide/context.html
"""

import re
from typing import Any

from moto.ec2.models.subnets import Subnet

_DUMMY = re.compile(r"dummy\d([a-z])")

_create = Subnet.create_from_cloudformation_json.__func__


def install() -> None:
    """Let subnets be made in such a zone."""
    Subnet.create_from_cloudformation_json = classmethod(_create_subnet)


def _create_subnet(
    cls: type,
    /,
    resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
    **others: Any,
) -> Any:
    properties = cloudformation_json["Properties"]
    if dummy := _DUMMY.fullmatch(str(properties.get("AvailabilityZone"))):
        properties = {**properties, "AvailabilityZone": f"{region_name}{dummy[1]}"}
    return _create(
        cls, resource_name, {**cloudformation_json, "Properties": properties}, account_id, region_name, **others
    )
