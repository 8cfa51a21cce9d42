"""Clients of a running instance, one per service."""

import functools
from typing import Any

import boto3
import click
from botocore.config import Config

from constructs_lib.local.account import REGION, Clients, Keys

_NOT_KNOWN = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
"""How services say that they do not know an access key, or know it with another secret."""


def clients(endpoint_url: str, keys: Keys) -> Clients:
    """Make the function that makes and keeps the clients of an instance.

    Args:
        endpoint_url: where it serves.
        keys: what they sign with.

    Returns:
        The function; calls of its clients end with a `click.UsageError` when the instance has other keys.
    """
    session = boto3.Session(keys.access_key, keys.secret_key, region_name=REGION)
    config = Config(retries={"total_max_attempts": 1}, read_timeout=300, inject_host_prefix=False)

    def check(parsed: Any, **_: Any) -> None:
        if parsed.get("Error", {}).get("Code") in _NOT_KNOWN:
            raise click.UsageError(
                f"the instance at {endpoint_url} has another access key: export the variables that it has printed"
            )

    @functools.cache
    def client(service: str) -> Any:
        made = session.client(service, endpoint_url=endpoint_url, config=config)
        made.meta.events.register("after-call", check)
        return made

    return client
