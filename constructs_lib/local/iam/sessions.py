"""Sessions of roles that services of AWS take on: a state machine's, a job's."""

import secrets
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.account import Location
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import Guard, account_of

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class RoleSession:
    """A session of a role.

    Args:
        principal: who its caller is.
        access_key_id: of its credentials.
        secret_access_key: of its credentials.
        token: of its credentials.
    """

    principal: Principal
    access_key_id: str
    secret_access_key: str
    token: str

    def environment(self) -> dict[str, str]:
        """The credentials as environment variables."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.token,
        }


class Sessions:
    """Gives out sessions in one account and region: one for each role and service, its name made up as AWS does.

    Args:
        guard: asks whether a role's trust policy lets the service in.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._sessions: dict[tuple[str, str], RoleSession] = {}
        self._lock = threading.Lock()

    def of(self, role_arn: str, service: str, source_arn: str) -> RoleSession:
        """The session in which a service acts for a role.

        Args:
            role_arn: the role.
            service: such as ``states.amazonaws.com``.
            source_arn: for which resource the service does it.

        Raises:
            AccessDeniedError: the role does not trust the service, or there is no such role.
        """
        context = {"aws:SourceAccount": self.guard.place.account, "aws:SourceArn": source_arn}
        self.guard.check_trust(Principal.of_service(service, self.guard.place.region), role_arn, context)
        return self.without_trust(role_arn, service)

    def without_trust(self, role_arn: str, service: str) -> RoleSession:
        """The same, when somebody else has asked the trust policy."""
        with self._lock:
            key = (role_arn, service)
            if key not in self._sessions:
                self._sessions[key] = self._begin(role_arn)
            return self._sessions[key]

    def _begin(self, role_arn: str) -> RoleSession:
        name = "".join(secrets.choice(_ALPHABET) for _ in range(32))
        made = self.guard.directory_of(account_of(role_arn)).session(role_arn, name, self.guard.place.region)
        principal = Principal(made.arn, made.account_id, role_arn=role_arn)
        return RoleSession(principal, made.access_key_id, made.secret_access_key, made.session_token)


SessionsAt = Callable[[Location], Sessions]
"""Gives those of an account and region."""
