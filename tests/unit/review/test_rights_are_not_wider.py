"""What is proven not to be wider is not: the evaluation of IAM in the embedded AWS finds no request that is new."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from constructs_lib.local.iam.evaluate import Policies, Policy, Principal, Request, decide
from constructs_lib.review.rights.comparison import wider
from constructs_lib.review.rights.statements import statements

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:GetBucket", "batch:SubmitJob", "batch:TagResource"]
ARNS = [
    "arn:aws:s3:::bucket/a",
    "arn:aws:s3:::bucket/b",
    "arn:aws:s3:::bucket/team/a",
    "arn:aws:s3:::other/a:b",
    "arn:aws:batch:eu-west-1:111122223333:job-queue/a",
    "*",
]
CONTEXTS: list[dict[str, Any]] = [{}, {"aws:username": "team"}, {"aws:username": "a", "aws:RequestTag/t": "x"}]
some_actions = st.lists(
    st.sampled_from([*ACTIONS, "*", "s3:*", "s3:Get*", "S3:getobject", "*:*", "s3:?etObject", "batch:*"]),
    min_size=1,
    max_size=3,
)
some_resources = st.lists(
    st.sampled_from(
        [
            *ARNS,
            "arn:aws:s3:::*",
            "arn:aws:s3:*",
            "arn:aws:*",
            "arn:*:b",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:::bucket/?",
            "arn:aws:s3:::bucket/${aws:username}/*",
            "arn:aws:s3:::bucket/${aws:username}",
            "arn:aws:batch:*:*:job-queue/*",
        ]
    ),
    min_size=1,
    max_size=3,
)
conditions = st.dictionaries(
    st.sampled_from(
        ["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIfExists", "Null", "ForAnyValue:StringLike"]
    ),
    st.dictionaries(
        st.sampled_from(["aws:username", "aws:RequestTag/t"]),
        st.lists(st.sampled_from(["a", "team", "x", "*", "true"]), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
    max_size=1,
)


@st.composite
def statement(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(some_actions),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(some_resources),
    }
    condition = draw(conditions)
    return {**found, "Condition": condition} if condition else found


some_statements = st.lists(statement(), max_size=4)


@st.composite
def before_and_after(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Two policies that share most of what they say, as changes do."""
    before = draw(some_statements)
    kept = [item for item in before if draw(st.booleans())]
    return before, draw(st.permutations([*kept, *draw(st.lists(statement(), max_size=2))]))


def allowed(policy: list[dict[str, Any]]) -> set[tuple[str, str, int]]:
    policies = Policies(identity=(Policy.parse({"Statement": policy}),))
    who = Principal("arn:aws:iam::111122223333:user/team", "111122223333")
    return {
        (action, arn, number)
        for action in ACTIONS
        for arn in ARNS
        for number, context in enumerate(CONTEXTS)
        if decide(Request(who, action, arn, context), policies).allowed
    }


@given(before_and_after())
def test_nothing_is_allowed_that_was_not_where_rights_are_not_wider(
    sides: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    before, after = sides
    old, new = (statements({"Statement": side}) for side in sides)
    assert old is not None
    assert new is not None
    found = wider(old, new)
    event("wider" if found else "not wider")
    if not found:
        assert allowed(after) <= allowed(before)


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
