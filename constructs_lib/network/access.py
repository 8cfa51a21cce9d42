"""How jobs reach services outside of their VPC."""

from enum import StrEnum


class NetworkAccess(StrEnum):
    """How jobs reach AWS services, and whether they reach the internet."""

    ENDPOINTS = "ENDPOINTS"
    """AWS services by VPC endpoints, and nothing else: no NAT gateway, no internet gateway."""

    NAT = "NAT"
    """The internet through NAT gateways; from there nothing reaches a job."""

    PUBLIC = "PUBLIC"
    """The internet from public subnets, by an address of each instance or task of its own."""
