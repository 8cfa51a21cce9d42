"""The accounts of one embedded AWS: one is managed by whoever started it, all others are members of its organization.

In each of these is a role that the administrator of the first one may take on, as AWS Organizations makes it.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
"""

import json
import threading

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from constructs_lib.local.account import ACCESS_ROLE, Keys, Location, partition_of
from constructs_lib.local.iam.directory import Credential, Directory

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Accounts:
    """Finds identities, and whose an access key is.

    Args:
        first: the account of whoever started the embedded AWS, and its region.
        keys: the access key of its administrator.
    """

    def __init__(self, first: Location, keys: Keys) -> None:
        self._first = first
        self._keys = {first.account: keys}
        self._directories: dict[tuple[str, str], Directory] = {}
        self._making = threading.RLock()

    def keys(self, account: str) -> Keys:
        """The access key of the administrator of an account, which nobody can guess."""
        with self._making:
            if account not in self._keys:
                self._keys[account] = Keys.random()
            return self._keys[account]

    def at(self, location: Location) -> Directory:
        """The identities that others name in an account and region."""
        return self.directory(location.account, partition_of(location.region))

    def directory(self, account: str, partition: str) -> Directory:
        """The identities of an account in a partition."""
        found = self._directories.get((account, partition))
        return found if found is not None else self._new(account, partition)

    def credential(self, access_key: str, region: str) -> Credential | None:
        """An access key by its id, as a region knows it; None when there is none, or it is inactive.

        The key of an administrator is good in each partition, all others in the one that they were made in.
        """
        for account, keys in list(self._keys.items()):
            if access_key == keys.access_key:
                return self.directory(account, partition_of(region)).administrators
        for account, partition in _with_identities():
            found = self.directory(account, partition).credential(access_key)
            if found is not None:
                return found
        return None

    def _new(self, account: str, partition: str) -> Directory:
        with self._making:
            key = (account, partition)
            if key not in self._directories:
                self._directories[key] = Directory(account, partition, self.keys(account))
                if account != self._first.account:
                    _let_in(account, partition, self._first.account)
            return self._directories[key]


def _with_identities() -> list[tuple[str, str]]:
    """Where moto has any."""
    found = (
        (account, partition)
        for backends in (sts_backends, iam_backends)
        for account in list(backends)
        for partition in list(backends[account])
    )
    return list(dict.fromkeys(found))


def _let_in(account: str, partition: str, first: str) -> None:
    backend = iam_backends[account][partition]
    if any(role.name == ACCESS_ROLE for role in backend.get_roles()):
        return
    manager = {"AWS": f"arn:{partition}:iam::{first}:root"}
    trust = {"Effect": "Allow", "Principal": manager, "Action": "sts:AssumeRole"}
    backend.create_role(
        role_name=ACCESS_ROLE,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    backend.put_role_policy(ACCESS_ROLE, "AdministratorAccess", json.dumps(_EVERYTHING))
