"""Checks of a network's arguments."""

from collections.abc import Sequence

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import known
from constructs_lib.network.access import NetworkAccess
from constructs_lib.rules import Rule


def check_platforms(place: ArgumentPath, platforms: Sequence[Platform]) -> set[Platform]:
    """Refuse endpoints for nothing."""
    if not platforms:
        raise Rule.NETWORK_PLATFORMS.error(
            place.of("platforms"),
            got="no platform",
            expected="jobs run on EC2 or on Fargate, and each needs other endpoints",
            fix="Name the platforms of your compute environments, or leave platforms out for both.",
        )
    return set(platforms)


def check_nat_gateways(place: ArgumentPath, access: NetworkAccess, nat_gateways: int | None, zones: int) -> int:
    """How many there will be; refuse them where there are none, and more than there are zones."""
    if access is not NetworkAccess.NAT:
        if nat_gateways is not None:
            raise Rule.NAT_GATEWAYS.error(
                place.of("nat_gateways"),
                got=f"{nat_gateways} with NetworkAccess.{access.name}",
                fix="Leave nat_gateways out, or pass access=NetworkAccess.NAT.",
            )
        return 0
    gateways = 1 if nat_gateways is None else nat_gateways
    known(place.of("nat_gateways"), gateways, "it is a number of resources of this app")
    if not 1 <= gateways <= zones:
        raise Rule.NAT_GATEWAY_COUNT.error(
            place.of("nat_gateways"),
            got=f"{gateways} in {zones} availability zones",
            expected="one for all zones, up to one per zone, makes sense",
            fix=f"Choose 1 to {zones}: one is the cheapest, one per zone survives the loss of a zone.",
        )
    return gateways


def check_services(place: ArgumentPath, access: NetworkAccess, services: Sequence[object]) -> None:
    """Refuse endpoints where jobs reach every service without them."""
    if services and access is not NetworkAccess.ENDPOINTS:
        raise Rule.ENDPOINT_SERVICES.error(
            place.of("services"),
            got=f"{len(services)} with NetworkAccess.{access.name}",
            expected="they are what jobs reach where there is no other way",
            fix="Leave services out, or call add_interface_endpoint to keep traffic off the internet.",
        )


def check_zones(place: ArgumentPath, zones: int) -> None:
    """Refuse a network without zones."""
    known(place.of("max_azs"), zones, "it is a number of subnets of this app")
    if zones < 1:
        raise Rule.ZONES.error(place.of("max_azs"), got=str(zones), fix="Choose 2, or 3 for scarce instance types.")
