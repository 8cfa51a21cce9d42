"""Asks IAM about every call, and remembers what it denied."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.iam.buckets.access import policy_of
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


class Guard:
    """IAM of one account.

    Args:
        directory: the identities.
        place: where calls are made.
        clock: tells the time, a condition key.
    """

    def __init__(self, directory: Directory, place: Place, clock: Clock) -> None:
        self.directory = directory
        self.place = place
        self._clock = clock
        self._lock = threading.Lock()
        self._denials: list[Denial] = []
        self._allowed: dict[tuple[Principal, str, str | None], Policies] = {}
        """What was allowed, whatever the circumstances, by which policies."""

    @property
    def denials(self) -> list[Denial]:
        """Everything that was denied so far, also what AWS keeps to itself, such as traces that are not taken."""
        with self._lock:
            return list(self._denials)

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
        policies = self.directory.policies(principal)
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
        self._enforce(principal, asked, self._trusting(Policies(), role_arn))

    def _with_resource(self, principal: Principal, policies: Policies, asked: Asked) -> Policies:
        if asked.action == "sts:AssumeRole" and asked.resource:
            return self._trusting(policies, asked.resource)
        if asked.action.startswith("s3:") and asked.resource:
            policy = policy_of(self.place.account, asked.resource, principal)
            return policies if policy is None else replace(policies, resource=policy)
        return policies

    def _trusting(self, policies: Policies, role_arn: str) -> Policies:
        return replace(policies, resource=self.directory.trust(role_arn) or Policy(()), resource_decides=True)

    def _enforce(self, principal: Principal, asked: Asked, policies: Policies) -> None:
        question = (principal, asked.action, asked.resource)
        # The policies are the same objects as long as nobody changes them: to compare them costs nothing.
        if self._allowed.get(question) == policies:
            return
        tags = self.directory.tags(principal)
        request = Request(principal, asked.action, asked.resource, {**self._circumstances(), **tags, **asked.context})
        decision = decide(request, policies)
        if not decision.allowed:
            denial = _denial(request, decision)
            with self._lock:
                self._denials.append(denial)
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


def _denial(request: Request, decision: Decision) -> Denial:
    principal = request.principal
    return Denial(
        principal=principal.arn or str(principal.service),
        role=principal.role_arn,
        action=request.action,
        resource=request.resource or "*",
        message=decision.message(request),
    )
