"""Which resources cost something while no job runs, and how much a month, in US dollars, by the prices of us-east-1."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from constructs_lib.prices.standing import (
    ALARM_METRIC_USD,
    COMPOSITE_ALARM_USD,
    DASHBOARD_USD,
    ENDPOINT_HOUR_USD,
    HOURS_PER_MONTH,
    KEY_USD,
    NAT_GATEWAY_HOUR_USD,
    PUBLIC_ADDRESS_HOUR_USD,
    SECRET_USD,
)

NAT_GATEWAY: Final = (NAT_GATEWAY_HOUR_USD + PUBLIC_ADDRESS_HOUR_USD) * HOURS_PER_MONTH
"""With its public address."""
ENDPOINT: Final = ENDPOINT_HOUR_USD * HOURS_PER_MONTH
"""An interface endpoint in one zone; gateway endpoints are free."""


def _endpoint(properties: Mapping[str, Any]) -> float:
    if properties.get("VpcEndpointType") != "Interface":
        return 0.0
    subnets = properties.get("SubnetIds")
    return ENDPOINT * (len(subnets) if isinstance(subnets, list) else 1)


def _alarm(properties: Mapping[str, Any]) -> float:
    metrics = properties.get("Metrics")
    looked_at = [item for item in metrics if "MetricStat" in item] if isinstance(metrics, list) else [properties]
    return ALARM_METRIC_USD * max(1, len(looked_at))


MONTHLY: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], float]]]] = {
    "AWS::CloudWatch::Alarm": ("alarm", _alarm),
    "AWS::CloudWatch::CompositeAlarm": ("composite alarm", lambda _: COMPOSITE_ALARM_USD),
    "AWS::CloudWatch::Dashboard": ("dashboard", lambda _: DASHBOARD_USD),
    "AWS::EC2::NatGateway": ("NAT gateway", lambda _: NAT_GATEWAY),
    "AWS::EC2::VPCEndpoint": ("interface endpoint", _endpoint),
    "AWS::KMS::Key": ("key", lambda _: KEY_USD),
    "AWS::SecretsManager::Secret": ("secret", lambda _: SECRET_USD),
}
"""By type: what it is called, and what one costs."""
