"""Clients of a running instance, one per service."""

import functools
from typing import Any

import boto3
from botocore.config import Config

from constructs_lib.local.account import REGION, Clients, Keys


def clients(endpoint_url: str, keys: Keys) -> Clients:
    """Make the function that makes and keeps the clients of an instance.

    Args:
        endpoint_url: where it serves.
        keys: what they sign with.
    """
    session = boto3.Session(keys.access_key, keys.secret_key, region_name=REGION)
    config = Config(retries={"total_max_attempts": 1}, read_timeout=300, inject_host_prefix=False)

    @functools.cache
    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint_url, config=config)

    return client
