"""What resources cost a month while no job runs, in US dollars, from AWS's public price lists of us-east-1.

As of November 2026, without traffic, requests and free tiers. Sources: https://aws.amazon.com/vpc/pricing/,
https://aws.amazon.com/privatelink/pricing/, https://aws.amazon.com/cloudwatch/pricing/,
https://aws.amazon.com/kms/pricing/ and https://aws.amazon.com/secrets-manager/pricing/
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

HOURS: Final = 730
"""What AWS's pricing calculator counts as a month."""
NAT_GATEWAY: Final = (0.045 + 0.005) * HOURS
"""With its public address."""
ENDPOINT: Final = 0.01 * HOURS
"""An interface endpoint in one zone; gateway endpoints are free."""
ALARM_METRIC: Final = 0.10
DASHBOARD: Final = 3.00
_COMPOSITE_ALARM: Final = 0.50
_KEY: Final = 1.00
_SECRET: Final = 0.40


def _endpoint(properties: Mapping[str, Any]) -> float:
    if properties.get("VpcEndpointType") != "Interface":
        return 0.0
    subnets = properties.get("SubnetIds")
    return ENDPOINT * (len(subnets) if isinstance(subnets, list) else 1)


def _alarm(properties: Mapping[str, Any]) -> float:
    metrics = properties.get("Metrics")
    looked_at = [item for item in metrics if "MetricStat" in item] if isinstance(metrics, list) else [properties]
    return ALARM_METRIC * max(1, len(looked_at))


MONTHLY: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], float]]]] = {
    "AWS::CloudWatch::Alarm": ("alarm", _alarm),
    "AWS::CloudWatch::CompositeAlarm": ("composite alarm", lambda _: _COMPOSITE_ALARM),
    "AWS::CloudWatch::Dashboard": ("dashboard", lambda _: DASHBOARD),
    "AWS::EC2::NatGateway": ("NAT gateway", lambda _: NAT_GATEWAY),
    "AWS::EC2::VPCEndpoint": ("interface endpoint", _endpoint),
    "AWS::KMS::Key": ("key", lambda _: _KEY),
    "AWS::SecretsManager::Secret": ("secret", lambda _: _SECRET),
}
"""By type: what it is called, and what one costs."""
