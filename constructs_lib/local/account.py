"""The account that an embedded AWS is, as seen by its clients."""

from collections.abc import Callable
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
ACCESS_KEY = "local"
"""Identifier and secret of the account's administrator."""

Clients = Callable[[str], Any]
"""Makes the boto3 client of a service."""


def environment(endpoint_url: str) -> dict[str, str]:
    """Environment by which any AWS SDK or command line reaches the account."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Some operations, such as TestState, go to a host of their own at AWS; here there is one.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
