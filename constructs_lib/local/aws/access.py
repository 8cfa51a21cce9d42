"""How the administrators of the accounts reach them: by variables, and by clients of boto3."""

from typing import Any, Protocol

import boto3
from botocore.config import Config

from constructs_lib.local.account import Clients, Keys, Location, environment
from constructs_lib.local.faults.calls.requests import SPARED_USER_AGENT


class KeyHolders(Protocol):
    """Who has the keys of the administrators."""

    def keys(self, account: str) -> Keys:
        """The access key of the administrator of an account."""
        ...


class Access:
    """The way into each account and region.

    Args:
        endpoint_url: where all of them answer.
        holders: gives the keys.
        first: the account and the region of what names neither.
    """

    def __init__(self, endpoint_url: str, holders: KeyHolders, first: Location) -> None:
        self.endpoint_url = endpoint_url
        self._holders = holders
        self._first = first

    def environment(self, location: Location | None = None) -> dict[str, str]:
        """Variables by which any AWS SDK or command line is the administrator of an account, default the first one."""
        location = location or self._first
        return environment(self.endpoint_url, self._holders.keys(location.account), location.region)

    def client(self, service: str, location: Location | None = None) -> Any:
        """Make a boto3 client of the administrator of an account, default the first one."""
        location = location or self._first
        keys = self._holders.keys(location.account)
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=location.region,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            config=Config(
                retries={"total_max_attempts": 1},
                max_pool_connections=50,
                user_agent_extra=SPARED_USER_AGENT,
                inject_host_prefix=False,
            ),
        )

    def clients(self, location: Location) -> Clients:
        """Give what makes boto3 clients of an account's administrator, in a region."""
        return lambda service: self.client(service, location)
