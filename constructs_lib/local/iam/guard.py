"""Asks IAM about every call, and remembers what it denied."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.iam.buckets.access import bucket_of, policy_of
from constructs_lib.local.iam.directory import Directory
from constructs_lib.local.iam.evaluate import Decision, Policies, Policy, Principal, Request, decide
from constructs_lib.local.iam.requests import Asked, Call, Place, asked_by

_MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Denial:
    """What IAM denied.

    Args:
        principal: the ARN of who asked, or the name of a service.
        role: the ARN of the role behind it; None when there is none.
        action: such as ``batch:SubmitJob``.
        resource: its ARN or ``*``.
        message: in AWS's words.
    """

    principal: str
    role: str | None
    action: str
    resource: str
    message: str


class AccessDeniedError(Exception):
    """IAM denies a call."""

    def __init__(self, denial: Denial) -> None:
        self.denial = denial
        super().__init__(denial.message)


class Denials:
    """What was denied, in any account; safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._denials: list[Denial] = []

    def add(self, denial: Denial) -> None:
        """Remember one."""
        with self._lock:
            self._denials.append(denial)

    def all(self) -> list[Denial]:
        """All of them, the first one first."""
        with self._lock:
            return list(self._denials)


class Guard:
    """IAM in one account and region.

    Args:
        directory: the identities of the account.
        place: where calls are made.
        clock: tells the time, a condition key.
        others: gives the identities of another account. Default: there is none.
        denials: remembers what is denied. Default: what is denied here.
    """

    def __init__(
        self,
        directory: Directory,
        place: Place,
        clock: Clock,
        others: Callable[[str], Directory] | None = None,
        denials: Denials | None = None,
    ) -> None:
        self.directory = directory
        self.place = place
        self._clock = clock
        self._others = others
        self.denials = denials or Denials()
        self._allowed: dict[tuple[Principal, str, str | None], Policies] = {}
        """What was allowed, whatever the circumstances, by which policies."""

    def directory_of(self, account: str) -> Directory:
        """The identities of an account: this one, or another one that has to do with it."""
        if self._others is None or account in ("", self.place.account):
            return self.directory
        return self._others(account)

    def check_call(self, principal: Principal, call: Call) -> None:
        """Check a call of an API.

        Raises:
            AccessDeniedError: the caller may not make it.
        """
        self.check(principal, asked_by(call, self.place))

    def check(self, principal: Principal, questions: Iterable[Asked]) -> None:
        """Check actions of a caller.

        Raises:
            AccessDeniedError: the caller may not do one of them.
        """
        policies = self.directory_of(principal.account).policies(principal)
        for asked in questions:
            self._enforce(principal, asked, self._with_resource(principal, policies, asked))

    def allows(self, principal: Principal, *questions: Asked) -> bool:
        """Whether a caller may do all of this; a denial is remembered, and nobody told."""
        try:
            self.check(principal, questions)
        except AccessDeniedError:
            return False
        return True

    def check_trust(self, principal: Principal, role_arn: str, context: Mapping[str, str]) -> None:
        """Check whether a service may take on a role.

        Raises:
            AccessDeniedError: its trust policy does not let it, or there is no such role.
        """
        asked = Asked("sts:AssumeRole", role_arn, context)
        self._enforce(principal, asked, self._trusting(Policies(), role_arn, principal))

    def _with_resource(self, principal: Principal, policies: Policies, asked: Asked) -> Policies:
        if asked.action == "sts:AssumeRole" and asked.resource:
            return self._trusting(policies, asked.resource, principal)
        if asked.action.startswith("s3:") and asked.resource:
            policy, bucket = policy_of(asked.resource, principal), bucket_of(asked.resource)
            both = bucket is not None and principal.account not in ("", bucket.account_id)
            return policies if policy is None and not both else replace(policies, resource=policy, both_decide=both)
        return policies

    def _trusting(self, policies: Policies, role_arn: str, principal: Principal) -> Policies:
        account = account_of(role_arn)
        trust = self.directory_of(account).trust(role_arn) or Policy(())
        both = principal.account not in ("", account)
        return replace(policies, resource=trust, resource_decides=True, both_decide=both)

    def _enforce(self, principal: Principal, asked: Asked, policies: Policies) -> None:
        question = (principal, asked.action, asked.resource)
        # The policies are the same objects as long as nobody changes them: to compare them costs nothing.
        if self._allowed.get(question) == policies:
            return
        tags = self.directory_of(principal.account).tags(principal)
        request = Request(principal, asked.action, asked.resource, {**self._circumstances(), **tags, **asked.context})
        decision = decide(request, policies)
        if not decision.allowed:
            denial = _denial(request, decision)
            self.denials.add(denial)
            raise AccessDeniedError(denial)
        if not policies.ask_for_circumstances:
            if len(self._allowed) >= _MOST_REMEMBERED:
                self._allowed.clear()
            self._allowed[question] = policies

    def _circumstances(self) -> dict[str, str]:
        now = self._clock.now()
        return {
            "aws:CurrentTime": datetime.fromtimestamp(now, tz=UTC).isoformat(),
            "aws:EpochTime": str(int(now)),
            "aws:RequestedRegion": self.place.region,
            "aws:ResourceAccount": self.place.account,
            # What a client sends to AWS itself by TLS comes over the loopback interface here.
            "aws:SecureTransport": "true",
            "aws:SourceIp": "127.0.0.1",
            "s3:TlsVersion": "1.3",
        }


def account_of(arn: str) -> str:
    """The account in an ARN; empty for one without, and for what is none."""
    return arn.split(":")[4] if arn.count(":") > 4 else ""  # noqa: PLR2004 - the fifth field of an ARN


def _denial(request: Request, decision: Decision) -> Denial:
    principal = request.principal
    return Denial(
        principal=principal.arn or str(principal.service),
        role=principal.role_arn,
        action=request.action,
        resource=request.resource or "*",
        message=decision.message(request),
    )
