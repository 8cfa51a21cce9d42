"""What is proven not to be wider is not: the evaluation of IAM in the embedded AWS finds no request that is new."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import event, given, settings

from constructs_lib.local.iam.evaluate import Policies, Policy, Principal, Request, decide
from constructs_lib.review.findings import Kind
from constructs_lib.review.report import reviewed
from constructs_lib.review.rights.comparison import lifted, wider
from constructs_lib.review.rights.statements import statements
from constructs_lib.review.stacks import Stack
from tests.properties import examples
from tests.unit.review.policies import (
    ACTIONS,
    ARNS,
    CONTEXTS,
    OF_RESOURCES,
    Sides,
    Statement,
    changed,
    of_identity,
    of_resource,
    of_trust,
    template_of,
    two_stacks,
)

ACCOUNT = "111122223333"
USER = Principal(f"arn:aws:iam::{ACCOUNT}:user/team", ACCOUNT)
CALLERS = [
    USER,
    Principal("arn:aws:iam::444455556666:user/other", "444455556666"),
    Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/job/one", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/job"),
    Principal.of_service("batch.amazonaws.com"),
    Principal.anonymous(),
]
EVERYTHING = Policy.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
NOTHING = Policy.parse({"Statement": []})
AROUND: list[dict[str, Any]] = [
    {},
    {"identity": (EVERYTHING,)},
    {"identity": (EVERYTHING,), "resource_decides": True},
    {"identity": (EVERYTHING,), "both_decide": True},
    {"boundary": NOTHING},
]
"""What else has a say: nothing allows it, or the policies of who asks, or these are bounded."""


def is_wider(sides: Sides) -> bool:
    """Whether a review would say that something is, or may be, wider."""
    old, new = (statements({"Statement": side}) for side in sides)
    assert old is not None
    assert new is not None
    found = bool(wider(old, new) or lifted(old, new))
    event("wider" if found else "not wider")
    return found


def allowed(policy: list[Statement]) -> set[tuple[str, str, int]]:
    policies = Policies(identity=(Policy.parse({"Statement": policy}),))
    return {
        (action, arn, number)
        for action, arn, (number, context) in product(ACTIONS, ARNS, enumerate(CONTEXTS))
        if decide(Request(USER, action, arn, context), policies).allowed
    }


def allowed_by_resource(policy: list[Statement], asked: list[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    """Who may do what by the policy of a resource, whatever else has a say."""
    own = Policy.parse({"Statement": policy})
    for caller, (action, arn), around, number in product(
        range(len(CALLERS)), asked, range(len(AROUND)), range(len(CONTEXTS))
    ):
        request = Request(CALLERS[caller], action, arn, CONTEXTS[number])
        if decide(request, Policies(resource=own, **AROUND[around])).allowed:
            yield caller, action, arn, around, number


@given(changed(of_identity()))
def test_no_identity_may_what_it_might_not_where_rights_are_not_wider(sides: Sides) -> None:
    if not is_wider(sides):
        assert allowed(sides[1]) <= allowed(sides[0])


@given(changed(of_resource()))
def test_nobody_may_what_he_might_not_where_the_policy_of_a_resource_is_not_wider(sides: Sides) -> None:
    asked = [(ACTIONS[0], ARNS[0]), (ACTIONS[1], ARNS[2]), (ACTIONS[3], ARNS[4])]
    if not is_wider(sides):
        assert {*allowed_by_resource(sides[1], asked)} <= {*allowed_by_resource(sides[0], asked)}


@given(changed(of_trust()))
def test_nobody_may_assume_a_role_who_might_not_where_its_trust_is_not_wider(sides: Sides) -> None:
    asked = [
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/mine"),
        ("sts:TagSession", f"arn:aws:iam::{ACCOUNT}:role/mine"),
    ]
    if not is_wider(sides):
        assert {*allowed_by_resource(sides[1], asked)} <= {*allowed_by_resource(sides[0], asked)}


def allowed_in(stack: dict[str, Any]) -> set[tuple[Any, ...]]:
    """What the role of a stack, and others, may do with what has a policy in it."""
    mine = tuple(Policy.parse({"Statement": stack[name] or []}) for name in ("inline", "policy", "managed"))
    asked = [(ACTIONS[0], ARNS[0]), (ACTIONS[1], ARNS[2])]
    found = set()
    for name in ("key", "trust", *OF_RESOURCES):
        own = Policy.parse({"Statement": stack[name] or []})
        about = [("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/mine")] if name == "trust" else asked
        for caller, (action, arn), number in product(range(len(CALLERS)), about, range(len(CONTEXTS))):
            request = Request(CALLERS[caller], action, arn, CONTEXTS[number])
            identity = mine if CALLERS[caller].role_arn else ()
            policies = Policies(identity=identity, resource=own, resource_decides=name in ("key", "trust"))
            if decide(request, policies).allowed:
                found.add((name, caller, action, arn, number))
    return found


@settings(max_examples=examples(0.3))
@given(two_stacks())
def test_nobody_may_what_he_might_not_where_a_review_does_not_warn_of_it(
    stacks: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    old, new = (Stack("Stack", template_of(stack)) for stack in stacks)
    warns = Kind.WIDEN in reviewed({"Stack": old}, {"Stack": new}).kinds
    event("wider" if warns else "not wider")
    if not warns:
        assert allowed_in(stacks[1]) <= allowed_in(stacks[0])


GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/a"}
ALL = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::bucket/*", "arn:aws:s3:::other/*"]}
DENY = {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        ([ALL], [GET], False),
        ([GET], [ALL], True),
        ([GET, ALL], [ALL, GET], False),
        ([ALL], [{**ALL, "Resource": ALL["Resource"][0]}, {**ALL, "Resource": ALL["Resource"][1]}], False),
        ([GET, DENY], [GET], True),
        ([GET], [GET, DENY], False),
        ([], [GET, DENY], False),
        ([GET], [{**GET, "Condition": {"StringEquals": {"aws:username": "a"}}}], False),
        ([{**GET, "Condition": {"StringEquals": {"aws:username": "a"}}}], [GET], True),
        ([{**GET, "Resource": "arn:*:b"}], [{**GET, "Resource": "arn:x:y:b:::"}], True),
        ([{**GET, "NotAction": ["s3:Put*"]} | {"Action": "s3:*"}], [GET], False),
    ],
)
def test_what_is_wider_is_found_and_what_is_not_is_proven(
    before: list[dict[str, Any]], after: list[dict[str, Any]], is_wider: bool
) -> None:
    for item in (*before, *after):
        if "NotAction" in item:
            item.pop("Action", None)
    old, new = statements({"Statement": before}), statements({"Statement": after})
    assert old is not None
    assert new is not None
    assert bool(wider(old, new)) == is_wider
