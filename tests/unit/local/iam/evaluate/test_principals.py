"""Whom a statement of a resource's own policy names."""

from typing import Any

import pytest

from constructs_lib.local.iam.evaluate import Policies, Policy, Principal, Request, decide
from constructs_lib.local.iam.evaluate.principals import Match, match

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/me"
WORKER = Principal(SESSION, ACCOUNT, role_arn=ROLE)
ANYBODY, SERVICE = Principal.anonymous(), Principal.of_service("states.amazonaws.com")


@pytest.mark.parametrize(
    ("element", "worker", "anybody", "service"),
    [
        ("*", Match.NAMED, Match.NAMED, Match.NAMED),
        ({"AWS": "*"}, Match.NAMED, Match.NAMED, Match.NONE),
        ({"AWS": ROLE}, Match.NAMED, Match.NONE, Match.NONE),
        ({"AWS": SESSION}, Match.SESSION, Match.NONE, Match.NONE),
        ({"AWS": ACCOUNT}, Match.ACCOUNT, Match.NONE, Match.NONE),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Match.ACCOUNT, Match.NONE, Match.NONE),
        ({"AWS": ""}, Match.NONE, Match.NONE, Match.NONE),
        ({"AWS": "arn:aws:iam::999999999999:root"}, Match.NONE, Match.NONE, Match.NONE),
        ({"Service": "states.amazonaws.com"}, Match.NONE, Match.NONE, Match.NAMED),
        ({"CanonicalUser": "*"}, Match.NONE, Match.NONE, Match.NONE),
        ({"Federated": "*"}, Match.NONE, Match.NONE, Match.NONE),
    ],
)
def test_who_is_named(element: Any, worker: Match, anybody: Match, service: Match) -> None:
    assert [match(element, principal) for principal in (WORKER, ANYBODY, SERVICE)] == [worker, anybody, service]


@pytest.mark.parametrize(
    ("condition", "is_let_in"),
    [
        ({"StringEquals": {"aws:PrincipalType": "Anonymous"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": ""}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "*"}}, False),
        ({"Null": {"aws:PrincipalArn": "true"}}, True),
    ],
)
def test_whoever_does_not_sign_has_no_account_and_no_name(condition: Any, is_let_in: bool) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    policies = Policies(resource=Policy.parse({"Statement": statement}))
    decision = decide(Request(ANYBODY, "s3:GetObject", "arn:aws:s3:::bucket/key"), policies)
    assert decision.allowed == is_let_in
    if not is_let_in:
        denial = decision.message(Request(ANYBODY, "s3:GetObject", "arn:aws:s3:::bucket/key"))
        assert denial.startswith("User: anonymous is not authorized to perform: s3:GetObject")


@pytest.mark.parametrize(
    ("named", "service", "region", "is_meant"),
    [
        ("states.eu-central-1.amazonaws.com", "states", "eu-central-1", True),
        ("states.us-east-1.amazonaws.com", "states", "eu-central-1", False),
        ("states.cn-north-1.amazonaws.com.cn", "states", "cn-north-1", True),
        ("states.cn-north-1.amazonaws.com", "states", "cn-north-1", False),
        ("states.amazonaws.com", "states", "cn-north-1", True),
        ("ec2.amazonaws.com.cn", "ec2", "cn-north-1", True),
        ("ec2.amazonaws.com.cn", "ec2", "eu-central-1", False),
        ("ecs-tasks.eu-central-1.amazonaws.com", "ecs-tasks", "eu-central-1", False),
        ("*.amazonaws.com", "states", "eu-central-1", False),
    ],
)
def test_a_service_is_named_for_all_regions_or_for_the_one_that_it_acts_in(
    named: str, service: str, region: str, *, is_meant: bool
) -> None:
    principal = Principal.of_service(f"{service}.amazonaws.com", region)
    assert match({"Service": [named]}, principal) == (Match.NAMED if is_meant else Match.NONE)
