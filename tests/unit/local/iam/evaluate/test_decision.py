"""The flow chart of AWS's page on policy evaluation, and the elements of statements."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.iam.evaluate import Policies, Policy, PolicyError, Principal, Request, decide

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Worker/me"
WORKER = Principal(SESSION, ACCOUNT, role_arn=ROLE)
STATES = Principal.of_service("states.amazonaws.com")
OBJECT = "arn:aws:s3:::bucket/key"
GET = Request(WORKER, "s3:GetObject", OBJECT)


def policy(effect: str = "Allow", **elements: Any) -> Policy:
    elements = {"Action": "s3:*", "Resource": "*", **elements}
    return Policy.parse({"Version": "2012-10-17", "Statement": {"Effect": effect, **elements}})


def trust(principal: Any, **elements: Any) -> Policy:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **elements}
    return Policy.parse({"Statement": [statement]})


ALLOW, DENY, OTHER = policy(), policy("Deny"), policy(Action="sqs:*")


@pytest.mark.parametrize(
    ("policies", "reason"),
    [
        (Policies((ALLOW,)), ""),
        (Policies(), "because no identity-based policy allows the s3:GetObject action"),
        (Policies((OTHER,)), "because no identity-based policy allows the s3:GetObject action"),
        (Policies((ALLOW, DENY)), "with an explicit deny in an identity-based policy"),
        (Policies((ALLOW,), boundary=ALLOW), ""),
        (Policies((ALLOW,), boundary=OTHER), "because no permissions boundary allows the s3:GetObject action"),
        (Policies((ALLOW,), boundary=DENY), "with an explicit deny in a permissions boundary"),
        (Policies((ALLOW,), session=OTHER), "because no session policy allows the s3:GetObject action"),
        (Policies((ALLOW,), session=DENY), "with an explicit deny in a session policy"),
        (
            Policies((ALLOW,), resource=policy("Deny", Principal="*")),
            "with an explicit deny in a resource-based policy",
        ),
        (Policies(resource=policy(Principal={"AWS": ROLE})), ""),
        (Policies(resource=policy(Principal="*")), ""),
        (
            Policies(resource=policy(Principal={"AWS": ROLE}), boundary=OTHER),
            "because no permissions boundary allows the s3:GetObject action",
        ),
        (Policies(resource=policy(Principal={"AWS": SESSION}), boundary=OTHER), ""),
        (
            Policies(resource=policy(Principal={"AWS": ACCOUNT})),
            "because no identity-based policy allows the s3:GetObject action",
        ),
        (Policies((ALLOW,), resource=OTHER, resource_decides=True), "because no resource-based policy allows the s3"),
    ],
)
def test_what_has_a_say(policies: Policies, reason: str) -> None:
    decision = decide(GET, policies)
    assert decision.allowed is (reason == "")
    assert decision.reason.startswith(reason)


def test_a_denial_names_role_action_and_resource() -> None:
    message = decide(GET, Policies()).message(GET)
    assert message == (
        f"User: {SESSION} is not authorized to perform: s3:GetObject on resource: {OBJECT} "
        "because no identity-based policy allows the s3:GetObject action"
    )


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": ["s3:Put*", "S3:getobject"]}, True),
        ({"Action": "s3:Put*"}, False),
        ({"NotAction": "s3:Put*", "Action": None}, True),
        ({"NotAction": ["s3:*"], "Action": None}, False),
        ({"Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::bucket/*"]}, True),
        ({"Resource": "arn:aws:s3:::bucket"}, False),
        ({"Resource": "arn:aws:s3:::${aws:PrincipalTag/bucket}/*"}, False),
        ({"NotResource": "arn:aws:s3:::other/*", "Resource": None}, True),
        ({"NotResource": "arn:aws:s3:::bucket/*", "Resource": None}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalArn": ROLE}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": "210987654321"}}}, False),
    ],
)
def test_elements_of_a_statement(elements: dict[str, Any], expected: bool) -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **elements}
    document = {"Statement": [{name: value for name, value in statement.items() if value is not None}]}
    assert decide(GET, Policies((Policy.parse(document),))).allowed is expected


@pytest.mark.parametrize(
    ("principal", "element", "identity", "expected"),
    [
        (STATES, {"Service": "states.amazonaws.com"}, (), True),
        (STATES, {"Service": ["batch.amazonaws.com", "states.amazonaws.com"]}, (), True),
        (STATES, {"Service": "batch.amazonaws.com"}, (), False),
        (STATES, {"AWS": "*"}, (), False),
        (STATES, "*", (), True),
        (WORKER, {"AWS": ROLE}, (), True),
        (WORKER, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, (), False),
        (WORKER, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, (policy(Action="sts:AssumeRole"),), True),
        (WORKER, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/Other"}, (policy(Action="sts:AssumeRole"),), False),
        (WORKER, {"Federated": "accounts.google.com"}, (), False),
    ],
)
def test_trust_policies(principal: Principal, element: Any, identity: tuple[Policy, ...], expected: bool) -> None:
    request = Request(principal, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/Trusting")
    policies = Policies(identity, resource=trust(element), resource_decides=True)
    assert decide(request, policies).allowed is expected


def test_a_trust_policy_may_ask_for_the_account_of_the_source() -> None:
    asked = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    policies = Policies(resource=trust({"Service": "states.amazonaws.com"}, Condition=asked), resource_decides=True)
    for account, expected in ((ACCOUNT, True), ("210987654321", False)):
        request = Request(STATES, "sts:AssumeRole", "*", {"aws:SourceAccount": account})
        assert decide(request, policies).allowed is expected


def test_everybody_but_one() -> None:
    denied = Policy.parse({"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "s3:*"}})
    assert decide(GET, Policies((ALLOW,), resource=denied)).allowed
    other = Request(Principal(SESSION, ACCOUNT, role_arn=f"{ROLE}2"), "s3:GetObject", OBJECT)
    assert not decide(other, Policies((ALLOW,), resource=denied)).allowed


@given(st.lists(st.sampled_from([ALLOW, OTHER, DENY, policy(Resource="arn:aws:s3:::bucket/*")]), max_size=5))
def test_a_denial_wins_wherever_it_stands(identity: list[Policy]) -> None:
    allowed = decide(GET, Policies(tuple(identity))).allowed
    assert allowed is (DENY not in identity and any(item not in (OTHER, DENY) for item in identity))


@pytest.mark.parametrize(
    "document",
    [
        "no JSON",
        "[]",
        {},
        {"Statement": [{"Effect": "Maybe", "Action": "*"}]},
        {"Statement": [{"Effect": "Allow"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"Equals": {"a": "b"}}}]},
    ],
)
def test_what_is_no_policy_is_refused(document: Any) -> None:
    with pytest.raises(PolicyError, match="no policy document"):
        Policy.parse(document)
