"""What a network costs a month while no job runs, in US dollars, by the list prices of us-east-1."""

from constructs_lib.prices.standing import (
    ENDPOINT_HOUR_USD,
    HOURS_PER_MONTH,
    NAT_GATEWAY_HOUR_USD,
    PUBLIC_ADDRESS_HOUR_USD,
)


def endpoints_usd(count: int, zones: int) -> float:
    """Interface endpoints for a month, each in every zone."""
    return round(count * zones * ENDPOINT_HOUR_USD * HOURS_PER_MONTH, 2)


def nat_gateways_usd(count: int) -> float:
    """NAT gateways for a month, with the address of each."""
    return round(count * (NAT_GATEWAY_HOUR_USD + PUBLIC_ADDRESS_HOUR_USD) * HOURS_PER_MONTH, 2)
