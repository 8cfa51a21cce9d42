"""What resources cost while no job runs, and what is measured of jobs: list prices of us-east-1, in US dollars.

As of November 2026, without traffic, requests and free tiers; constructs, reviews and dashboards tell them. Traffic
comes on top, at 0.01 per GB through an interface endpoint and 0.045 per GB through a NAT gateway.
Sources: https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/privatelink/pricing/,
https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/kms/pricing/ and
https://aws.amazon.com/secrets-manager/pricing/
"""

from typing import Final

HOURS_PER_MONTH: Final = 730
"""What AWS's pricing calculator counts as a month."""

ENDPOINT_HOUR_USD: Final = 0.01
"""Of an interface endpoint in one availability zone. Gateway endpoints, such as that of S3, are free."""

NAT_GATEWAY_HOUR_USD: Final = 0.045

PUBLIC_ADDRESS_HOUR_USD: Final = 0.005
"""Of a public IPv4 address in use: each NAT gateway has one, and so has each instance or task in a public subnet."""

METRIC_USD: Final = 0.30
"""A custom metric a month, of the first 10,000; prorated by the hours in which it has a value."""

ALARM_METRIC_USD: Final = 0.10
"""A month of an alarm, for each metric that it looks at."""

COMPOSITE_ALARM_USD: Final = 0.50
"""A month."""

DASHBOARD_USD: Final = 3.00
"""A month."""

LOGS_GB_USD: Final = 0.50 + 0.03
"""A gigabyte of logs that is taken in, and kept for a month."""

KEY_USD: Final = 1.00
"""A key of AWS KMS for a month."""

SECRET_USD: Final = 0.40
"""A secret of Secrets Manager for a month."""
