"""Clients of a running instance, one per service."""

import functools
from collections.abc import Callable
from typing import Any

import boto3
import click
from botocore.config import Config

from constructs_lib.local.account import ACCESS_ROLE, REGION, Clients, Keys, Location

_NOT_KNOWN = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
"""How services say that they do not know an access key, or know it with another secret."""


def everywhere(endpoint_url: str, keys: Keys, first: Location) -> Callable[[Location], Clients]:
    """Make the function that gives the clients of each account and region of an instance.

    The administrator reaches the first account by its own keys, and all others by a role there, as in an organization.

    Args:
        endpoint_url: where it serves.
        keys: those of the administrator.
        first: the account that these are of.

    Returns:
        The function; calls of its clients end with a `click.UsageError` when the instance has other keys.
    """

    @functools.cache
    def session(account: str, partition: str) -> dict[str, str]:
        role = f"arn:{partition}:iam::{account}:role/{ACCESS_ROLE}"
        sts = clients(endpoint_url, keys, first.region)("sts")
        return dict(sts.assume_role(RoleArn=role, RoleSessionName="constructs-lib")["Credentials"])

    @functools.cache
    def at(location: Location) -> Clients:
        if location.account == first.account:
            return clients(endpoint_url, keys, location.region)
        found = session(location.account, location.partition)
        of_role = Keys(found["AccessKeyId"], found["SecretAccessKey"])
        return clients(endpoint_url, of_role, location.region, token=found["SessionToken"])

    return at


def clients(endpoint_url: str, keys: Keys, region: str = REGION, *, token: str | None = None) -> Clients:
    """Make the function that makes and keeps the clients of an instance.

    Args:
        endpoint_url: where it serves.
        keys: what they sign with.
        region: where they work.
        token: of the session that the keys are of. Default: they are of none.

    Returns:
        The function; calls of its clients end with a `click.UsageError` when the instance has other keys.
    """
    session = boto3.Session(keys.access_key, keys.secret_key, token, region_name=region)
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
