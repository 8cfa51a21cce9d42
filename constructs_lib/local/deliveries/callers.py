"""Clients of boto3 by which a service calls others: with the rights of the role that it takes on."""

import threading
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.timekeeper import wait_for_executions

Credentials = Callable[[str, str, str], dict[str, str] | None]
"""Those of a role that a service takes on for a resource; None when it may not, nothing when all are allowed."""

_CONNECTIONS = 50
_READ_SECONDS = 900
"""So long a Lambda function may take."""


class DeniedError(Exception):
    """A service may not do what it is to do; the text says why."""


class NotTrustedError(DeniedError):
    """A role does not let a service take it on."""

    def __init__(self, role: str, service: str) -> None:
        super().__init__(f"{role} cannot be taken on by {service}")


class Callers:
    """Makes clients, one for each service and session.

    Args:
        environment: variables by which an account and region is reached.
        credentials: those of a role.
    """

    def __init__(self, environment: Callable[[Location], dict[str, str]], credentials: Credentials) -> None:
        self._environment = environment
        self._credentials = credentials
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._making = threading.Lock()
        # Its own: threads of others, such as a test's, make clients by the session that all share, which no two may.
        self._session: boto3.Session | None = None

    def client(self, service: str, location: Location, *, role: str | None, by: str, source: str) -> Any:
        """Return a client, which threads may share.

        Args:
            service: as boto3 names it.
            location: the account and the region.
            role: which the calling service takes on; None: it has all rights.
            by: that service, such as ``events.amazonaws.com``.
            source: the ARN of the resource for which it does.

        Raises:
            NotTrustedError: the role does not let it.
        """
        variables = self._environment(location)
        if role:
            session = self._credentials(role, by, source)
            if session is None:
                raise NotTrustedError(role, by)
            variables |= session
        key = (service, location.region, variables["AWS_ACCESS_KEY_ID"])
        with self._making:
            if key not in self._clients:
                self._session = self._session or boto3.Session()
                self._clients[key] = _made(self._session, service, variables)
            return self._clients[key]

    def trusts(self, role: str, *, by: str, source: str) -> bool:
        """Whether a role lets a service take it on for a resource."""
        return self._credentials(role, by, source) is not None

    def close(self) -> None:
        """Close the connections of all clients."""
        with self._making:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


def _made(session: boto3.Session, service: str, variables: dict[str, str]) -> Any:
    client = session.client(
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=variables.get("AWS_SESSION_TOKEN"),
        config=Config(
            retries={"total_max_attempts": 1},
            read_timeout=_READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
            inject_host_prefix=False,
            s3={"addressing_style": "path"},
        ),
    )
    wait_for_executions(client)
    return client
