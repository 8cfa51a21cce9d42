"""What a network costs while no job runs, from AWS's public price lists.

List prices of us-east-1 in US dollars, as of November 2026; traffic comes on top, at 0.01 per GB through an interface
endpoint and 0.045 per GB through a NAT gateway.
Sources: https://aws.amazon.com/privatelink/pricing/ and https://aws.amazon.com/vpc/pricing/
"""

from typing import Final

HOURS_PER_MONTH: Final = 730
"""What AWS's pricing calculator counts as a month."""

ENDPOINT_HOUR_USD: Final = 0.01
"""Of an interface endpoint in one availability zone. Gateway endpoints, such as that of S3, are free."""

NAT_GATEWAY_HOUR_USD: Final = 0.045

PUBLIC_ADDRESS_HOUR_USD: Final = 0.005
"""Of a public IPv4 address in use: each NAT gateway has one, and so has each instance or task in a public subnet."""


def endpoints_usd(count: int, zones: int) -> float:
    """Interface endpoints for a month, each in every zone."""
    return round(count * zones * ENDPOINT_HOUR_USD * HOURS_PER_MONTH, 2)


def nat_gateways_usd(count: int) -> float:
    """NAT gateways for a month, with the address of each."""
    return round(count * (NAT_GATEWAY_HOUR_USD + PUBLIC_ADDRESS_HOUR_USD) * HOURS_PER_MONTH, 2)
