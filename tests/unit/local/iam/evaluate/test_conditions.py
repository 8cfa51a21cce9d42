"""Tables from the pages of the IAM User Guide that are named in the modules."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.iam.evaluate import Principal, Request
from constructs_lib.local.iam.evaluate.conditions import parse

ACCOUNT = "123456789012"
SESSION = Principal(
    f"arn:aws:sts::{ACCOUNT}:assumed-role/Worker/me", ACCOUNT, role_arn=f"arn:aws:iam::{ACCOUNT}:role/Worker"
)


def holds(block: dict[str, Any], context: dict[str, Any]) -> bool:
    request = Request(SESSION, "s3:GetObject", "arn:aws:s3:::bucket/key", context)
    return all(condition.holds(request) for condition in parse(block))


@pytest.mark.parametrize(
    ("operator", "found", "wanted", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a", "*", False),
        ("StringEquals", "*", "${*}", True),
        ("StringEquals", "b", ["a", "b"], True),
        ("StringNotEquals", "b", ["a", "b"], False),
        ("StringNotEquals", "c", ["a", "b"], True),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "home/me/x", "home/*", True),
        ("StringNotLike", "home/me/x", "home/*", False),
        ("NumericEquals", "10", 10, True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", "ten", 10, False),
        ("NumericNotEquals", "11", 10, True),
        ("NumericLessThan", "10", 10, False),
        ("NumericLessThanEquals", "10", 10, True),
        ("NumericGreaterThan", "11", 10, True),
        ("NumericGreaterThanEquals", "9", 10, False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", True),
        ("DateGreaterThan", "1767225601", "2026-01-01T00:00:00Z", True),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("Bool", "true", True, True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("IpAddress", "203.0.113.7", "203.0.113.0/24", True),
        ("IpAddress", "203.0.114.7", ["203.0.113.0/24", "203.0.114.7"], True),
        ("NotIpAddress", "2001:db8::1", "2001:db8::/32", False),
        ("IpAddress", "no address", "203.0.113.0/24", False),
        ("ArnEquals", "arn:aws:sns:us-east-1:1:t", "arn:aws:sns:*:1:t", True),
        ("ArnLike", "arn:aws:sns:us-east-1:1:t", "arn:aws:sns:*:2:*", False),
        ("ArnNotLike", "arn:aws:sns:us-east-1:1:t", "arn:aws:sns:*:2:*", True),
        ("ArnNotEquals", "arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:1:t", False),
    ],
)
def test_operators(operator: str, found: str, wanted: Any, expected: bool) -> None:
    assert holds({operator: {"some:Key": wanted}}, {"some:key": found}) is expected
    assert holds({f"{operator}IfExists": {"some:Key": wanted}}, {"some:key": found}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("NumericLessThan", False),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_a_key_that_the_request_does_not_have(operator: str, expected: bool) -> None:
    assert holds({operator: {"some:Key": "a"}}, {}) is expected


@pytest.mark.parametrize(
    ("context", "wanted", "expected"), [({}, "true", True), ({}, False, False), ({"some:Key": "x"}, "false", True)]
)
def test_null_looks_at_whether_there_is_a_value(context: dict[str, str], wanted: Any, expected: bool) -> None:
    assert holds({"Null": {"some:Key": wanted}}, context) is expected


@pytest.mark.parametrize(
    ("operator", "keys", "expected"),
    [
        ("ForAllValues:StringEquals", ["environment"], True),
        ("ForAllValues:StringEquals", ["environment", "cost-center"], True),
        ("ForAllValues:StringEquals", ["environment", "dept"], False),
        ("ForAnyValue:StringEquals", ["environment", "dept"], True),
        ("ForAnyValue:StringEquals", ["dept"], False),
        ("ForAllValues:StringNotEquals", ["dept"], True),
        ("ForAllValues:StringNotEquals", ["dept", "environment"], False),
        ("ForAnyValue:StringNotEquals", ["dept", "environment"], True),
        ("ForAnyValue:StringNotEquals", ["environment"], False),
    ],
)
def test_keys_with_several_values(operator: str, keys: list[str], expected: bool) -> None:
    assert holds({operator: {"aws:TagKeys": ["environment", "cost-center"]}}, {"aws:TagKeys": keys}) is expected


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=3))
def test_the_negated_operator_is_the_opposite(found: str, wanted: list[str]) -> None:
    equal, different = ({f"String{name}": {"some:Key": wanted}} for name in ("Equals", "NotEquals"))
    context = {"some:Key": found}
    assert holds(equal, context) is not holds(different, context)


def test_all_operators_and_keys_have_to_hold() -> None:
    block = {"StringEquals": {"a:a": "1", "b:b": "2"}, "Null": {"c:c": "true"}}
    assert holds(block, {"a:a": "1", "b:b": "2"})
    assert not holds(block, {"a:a": "1", "b:b": "3"})
    assert not holds(block, {"a:a": "1", "b:b": "2", "c:c": "3"})


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ("${aws:PrincipalAccount}", ACCOUNT, True),
        ("home/${aws:PrincipalTag/team}/*", "home/red/x", True),
        ("home/${aws:PrincipalTag/Team}/*", "home/blue/x", False),
        ("home/${aws:PrincipalTag/absent}/*", "home//x", False),
        ("home/${aws:PrincipalTag/absent, 'guest'}/*", "home/guest/x", True),
        ("${aws:PrincipalTag/wild}", "anything", False),
        ("${aws:PrincipalTag/wild}", "*", True),
    ],
)
def test_variables(wanted: str, found: str, expected: bool) -> None:
    context = {"aws:PrincipalTag/team": "red", "aws:PrincipalTag/wild": "*", "some:Key": found}
    assert holds({"StringLike": {"some:Key": wanted}}, context) is expected


@pytest.mark.parametrize("operator", ["StringEqual", "ForSomeValues:StringEquals", "Always"])
def test_an_operator_that_does_not_exist_is_refused(operator: str) -> None:
    with pytest.raises(ValueError, match=r"got condition operator .*IAM has: ArnEquals"):
        parse({operator: {"some:Key": "a"}})
