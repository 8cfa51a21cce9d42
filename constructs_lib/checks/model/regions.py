"""Where a stack is deployed, if that is known: its app says so, or the zone of a subnet does.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""

import re
from typing import Final

from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.values import items, member, text

_SUBNET: Final = "AWS::EC2::Subnet"
_ZONE: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]")


def region_of(environment: Environment) -> str | None:
    """The region of a compute environment; None if it is not known."""
    stack = environment.resource.stack
    if stack.file.region:
        return stack.file.region
    for entry in items(member(environment.resource.properties, "ComputeResources", "Subnets")) or ():
        subnet = stack.model.find(entry, _SUBNET)
        zone = _ZONE.fullmatch(text(subnet.properties.get("AvailabilityZone")) or "") if subnet else None
        if zone:
            return zone[1]
    return None
