"""Who there is in the account and what their policies say: read from moto's IAM and STS, whenever it is asked."""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from constructs_lib.local.account import Keys
from constructs_lib.local.iam.evaluate import Policies, Policy, Principal

_AS_LONG_AS_ITS_PROGRAM = 10 * 365 * 24 * 3600
"""Services give a program new credentials before the old ones end; here it keeps the first."""


@dataclass(frozen=True)
class Credential:
    """An access key.

    Args:
        access_key: its id.
        secret: what it signs with.
        principal: whose it is.
        token: of the session that it belongs to. Default: it is no session's.
        ends: when that session is over. Default: never.
    """

    access_key: str
    secret: str = field(repr=False)
    principal: Principal
    token: str | None = field(default=None, repr=False)
    ends: datetime | None = None


class Directory:
    """The identities of one account in one partition.

    Args:
        account: the account's number.
        partition: the partition's name.
        keys: the administrator's access key.
    """

    def __init__(self, account: str, partition: str, keys: Keys) -> None:
        self.account = account
        self.partition = partition
        self._keys = keys
        self._sessions: dict[str, Any] = {}
        self._indexed = 0
        self._indexing = threading.Lock()
        self._lent: dict[str, Credential] = {}
        self._roles: dict[str, Any] = {}
        """By ARN, as they were last found; moto has them by an identifier of its own."""
        self.administrator = Principal(f"arn:{partition}:iam::{account}:root", account)

    # moto takes a lock and its time to find them: not for each job. A reset leaves them where they are.
    @cached_property
    def _iam(self) -> Any:
        return iam_backends[self.account][self.partition]

    @cached_property
    def _sts(self) -> Any:
        return sts_backends[self.account][self.partition]

    def credential(self, access_key: str) -> Credential | None:
        """Find an access key by its id; None for one that there is not, or that is inactive."""
        if access_key == self._keys.access_key:
            return self.administrators
        session = self._session(access_key)
        if session is not None:
            principal = Principal(session.arn, self.account, role_arn=session.role_arn)
            ends = session.expiration.replace(tzinfo=UTC)
            return Credential(access_key, session.secret_access_key, principal, session.session_token, ends)
        if access_key in self._lent:
            return self._lent[access_key]
        for user in list(self._iam.users.values()):
            for key in list(user.access_keys):
                if key.access_key_id == access_key and key.status == "Active":
                    return Credential(access_key, key.secret_access_key, Principal(user.arn, self.account))
        return None

    @property
    def administrators(self) -> Credential:
        """The administrator's access key."""
        return Credential(self._keys.access_key, self._keys.secret_key, self.administrator)

    def lend(self, principal: Principal, ends: datetime) -> Credential:
        """Make a key of a session for whoever has keys already.

        Args:
            principal: who it is.
            ends: when it is over.
        """
        keys, token = Keys.random(), secrets.token_urlsafe(200)
        name = f"ASIA{keys.access_key.removeprefix('AKIA')}"
        self._lent[name] = made = Credential(name, keys.secret_key, principal, token, ends)
        return made

    def session(self, role_arn: str, name: str, region: str) -> Any:
        """Begin a session of a role in a region, without asking whether it may be."""
        return self._sts.assume_role(
            region_name=region,
            role_session_name=name,
            role_arn=role_arn,
            policy=None,
            duration=_AS_LONG_AS_ITS_PROGRAM,
            external_id=None,
        )

    def role(self, arn: str) -> Any | None:
        """Find a role by its ARN."""
        known = self._roles.get(arn)
        if known is None or self._iam.roles.get(known.id) is not known or known.arn != arn:
            known = next((role for role in self._iam.get_roles() if role.arn == arn), None)
            self._roles[arn] = known
        return known

    def role_arn(self, name: str) -> str:
        """The ARN of a role by its name, or of its instance profile's role by the profile's name or ARN."""
        profiles = self._iam.instance_profiles.values()
        for profile in profiles:
            if name in (profile.arn, profile.name) and profile.roles:
                return str(profile.roles[0].arn)
        names = (role.arn for role in self._iam.get_roles() if role.name == name)
        return str(next(names, f"arn:{self.partition}:iam::{self.account}:role/{name}"))

    def has_profile(self, name_or_arn: str) -> bool:
        """Whether there is an instance profile."""
        return any(name_or_arn in (profile.name, profile.arn) for profile in self._iam.instance_profiles.values())

    def has_role(self, name_or_arn: str) -> bool:
        """Whether there is a role."""
        return any(name_or_arn in (role.name, role.arn) for role in self._iam.get_roles())

    def trust(self, role_arn: str) -> Policy | None:
        """The trust policy of a role; None when there is no such role."""
        role = self.role(role_arn)
        return _parsed(role.assume_role_policy_document) if role is not None else None

    def tags(self, principal: Principal) -> dict[str, str]:
        """The condition keys of the caller's tags."""
        role = self.role(principal.role_arn) if principal.role_arn else None
        tags = role.tags.values() if role is not None and isinstance(role.tags, dict) else ()
        return {f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in tags}

    def policies(self, principal: Principal) -> Policies:
        """The policies of a caller."""
        if principal == self.administrator:
            return Policies((_parsed(_EVERYTHING),))
        if principal.is_anonymous:
            return Policies()
        if principal.role_arn is None:
            return Policies(tuple(self._of_user(principal.arn)))
        role = self.role(principal.role_arn)
        if role is None:
            return Policies()
        session = next((item for item in reversed(self._sts.assumed_roles) if item.arn == principal.arn), None)
        return Policies(
            identity=tuple(_own(role)),
            boundary=self._managed(role.permissions_boundary_arn),
            session=_parsed(session.policy) if session is not None and session.policy else None,
        )

    def _session(self, access_key: str) -> Any | None:
        made = self._sts.assumed_roles
        if access_key not in self._sessions:
            with self._indexing:  # moto only appends; each is looked at once
                for session in made[self._indexed :]:
                    self._sessions[session.access_key_id] = session
                    self._indexed += 1
        return self._sessions.get(access_key)

    def _of_user(self, arn: str) -> Iterable[Policy]:
        user = next((user for user in self._iam.users.values() if user.arn == arn), None)
        if user is None:
            return
        yield from _own(user)
        for group in self._iam.groups.values():
            if user in group.users:
                yield from _own(group)

    def _managed(self, arn: str | None) -> Policy | None:
        found = self._iam.managed_policies.get(arn) if arn else None
        return _default_version(found) if found is not None else None


_EVERYTHING = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'


def _own(identity: Any) -> Iterable[Policy]:
    """Inline policies, and managed ones that are attached."""
    for document in identity.policies.values():
        yield _parsed(document)
    for managed in identity.managed_policies.values():
        yield _default_version(managed)


def _default_version(managed: Any) -> Policy:
    return _parsed(next(version.document for version in managed.versions if version.is_default))


@lru_cache(maxsize=512)
def _parsed(document: str) -> Policy:
    return Policy.parse(document)
