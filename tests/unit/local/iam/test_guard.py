"""What IAM remembers of its own decisions, and when it asks again."""

from typing import Any, cast

import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.iam.directory import Directory
from constructs_lib.local.iam.evaluate import Policies, Policy, Principal
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Place
from constructs_lib.local.iam.requests.asked import Lookup

ROLE = Principal("arn:aws:iam::123456789012:role/worker", "123456789012")
OBJECT = "arn:aws:s3:::bucket/key"


class OneRole:
    """A directory of one role, whose policy a test changes."""

    def __init__(self) -> None:
        self.statement: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT}

    def policies(self, _: Principal) -> Policies:
        return Policies((Policy.parse({"Statement": [self.statement]}),))

    def tags(self, _: Principal) -> dict[str, str]:
        return {}


@pytest.fixture
def directory() -> OneRole:
    return OneRole()


@pytest.fixture
def guard(directory: OneRole) -> Guard:
    return Guard(cast("Directory", directory), Place("123456789012", "us-east-1", cast("Lookup", None)), RealClock())


def allowed(guard: Guard, resource: str = OBJECT, **context: str) -> bool:
    return guard.allows(ROLE, Asked("s3:GetObject", resource, context))


def test_what_was_allowed_stays_allowed_for_that_resource_alone(guard: Guard) -> None:
    assert [allowed(guard), allowed(guard), allowed(guard, f"{OBJECT}2"), allowed(guard)] == [True, True, False, True]


def test_a_changed_policy_is_noticed_at_once(guard: Guard, directory: OneRole) -> None:
    assert allowed(guard)
    directory.statement |= {"Effect": "Deny"}
    assert not allowed(guard)
    directory.statement |= {"Effect": "Allow"}
    assert allowed(guard)


def test_a_condition_is_looked_at_every_time(guard: Guard, directory: OneRole) -> None:
    directory.statement["Condition"] = {"StringEquals": {"aws:sourceVpc": "vpc-1"}}
    assert allowed(guard, **{"aws:sourceVpc": "vpc-1"})
    assert not allowed(guard, **{"aws:sourceVpc": "vpc-2"})


def test_a_variable_is_looked_at_every_time(guard: Guard, directory: OneRole) -> None:
    directory.statement["Resource"] = "arn:aws:s3:::bucket/${aws:PrincipalTag/team}"
    assert allowed(guard, **{"aws:PrincipalTag/team": "key"})
    assert not allowed(guard, **{"aws:PrincipalTag/team": "other"})


def test_each_denial_is_counted(guard: Guard) -> None:
    for _ in range(2):
        with pytest.raises(AccessDeniedError):
            guard.check(ROLE, [Asked("s3:PutObject", OBJECT, {})])
    assert [denial.action for denial in guard.denials.all()] == ["s3:PutObject"] * 2
