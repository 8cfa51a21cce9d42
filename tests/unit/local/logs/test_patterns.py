"""Filter patterns: the examples of AWS's page, and what holds for any message."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.logs.patterns import Message, PatternError, parsed

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "a.b": 1,
        "latency": 550.5,
        "code": "404",
    }
)
USER = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
WARNING = "[WARN] Unable to continue: Failed to process the request"


def fits(pattern: str, message: str) -> bool:
    return parsed(pattern).find(Message(message)) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{ $.eventType = Update* }",
        "{ $.eventType = *Trail }",
        "{ $.eventType = * }",
        "{ $.sourceIPAddress != 123.123.* }",
        '{ $.arrayKey[0] = "value" }',
        "{ $.objectList[1].id = 2 }",
        "{ $.objectList[*].name = b }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.SomeObject EXISTS }",
        "{ $.ThisFlag IS TRUE }",
        "{ $.['a.b'] = 1 }",
        "{ $.latency >= 500 }",
        "{ $.latency < 10e3 }",
        "{ $.latency > +550 && $.latency <= 550.5 }",
        "{ $.code = 404 }",
        "{ $.code > 400 }",
        "{$.eventType=%^Update[A-Z]%}",
    ],
)
def test_a_pattern_of_json_that_fits(pattern: str) -> None:
    assert fits(pattern, TRAIL)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.arrayKey = 1 }",
        "{ $.arrayKey != 1 }",
        "{ $.gone = 1 }",
        "{ $.gone != 1 }",
        "{ $.SomeObject NOT EXISTS }",
        "{ $.SomeObject = * }",
        "{ $.ThisFlag IS FALSE }",
        "{ $.ThisFlag IS NULL }",
        "{ $.latency > 550.5 }",
        "{ $.eventType > 5 }",
        "{ $.eventType = Trail }",
        "{ $.objectList[2].id = 2 }",
    ],
)
def test_a_pattern_of_json_that_does_not_fit(pattern: str) -> None:
    assert not fits(pattern, TRAIL)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        ('{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = n && $.actions[2] = n }', True),
        ('{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = n) && $.actions[2] = n }', False),
        ("{ $.coordinates[0][1] = 1 }", True),
    ],
)
def test_both_binds_more_than_either(pattern: str, expected: bool) -> None:
    assert fits(pattern, USER) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", True),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", True),
        ("[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]", False),
        ("[..., status_code = 200 || status_code = 404, bytes]", True),
        ("[ip, user, ...]", True),
        ("[ip=%^127%, ..., bytes]", True),
        ("[ip, user]", False),
        ("[ip!=127*, ...]", False),
        ("[ip=!127*, ...]", False),
        ("[ip, user, username, timestamp, request, (status_code = 5* || bytes < 1000)]", False),
    ],
)
def test_a_pattern_of_fields(pattern: str, expected: bool) -> None:
    assert fits(pattern, ACCESS) is expected


def test_fields_are_told_by_their_names_or_their_places() -> None:
    found = parsed("[..., request=*.html*, status_code=4*,]").find(Message(ACCESS))
    assert found
    assert found.extracted == {
        "$1": "127.0.0.1",
        "$2": "-",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$7": "1534",
    }


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", True),
        ("Failed", True),
        ("failed", False),
        ("Failed request", True),
        ("Failed ERROR", False),
        ('"Failed to process the request"', True),
        ('"[WARN]"', True),
        ("WARN -continue", False),
        ('WARN -"not there"', True),
        ("?ERROR ?WARN", True),
        ("?ERROR ?INFO", False),
        ("?ERROR WARN", True),
        ("%[Ff]ailed|ERROR%", True),
        ("%[45]\\d\\d%", False),
    ],
)
def test_a_pattern_of_terms(pattern: str, expected: bool) -> None:
    assert fits(pattern, WARNING) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("{ $.a = 1", "{ a = 1 }", "{ $.a }", "{ $.a = }", "{ $.a < x }", "{ $. = 1 }", "{ ($.a = 1 }"),
        *("{ $.a = 1 } more", "[a, b", "[..., a, ...]", '"open', "%a(b)%", "%[%"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parsed(pattern)


@given(st.text())
def test_any_text_is_a_pattern_or_refused_as_none(text: str) -> None:
    with suppress(PatternError):
        parsed(text).find(Message(WARNING))


@given(st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.integers() | st.text(max_size=5)))
def test_a_value_equals_or_does_not_or_is_not_there(document: dict[str, object]) -> None:
    message = json.dumps(document)
    is_value = isinstance(document.get("a"), str | int)
    assert fits("{ $.a = x* }", message) + fits("{ $.a != x* }", message) == is_value
    assert fits("{ $.a NOT EXISTS }", message) is ("a" not in document)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_numbers_are_compared_as_numbers(value: int, limit: int) -> None:
    message = json.dumps({"a": value})
    assert fits(f"{{ $.a < {limit} }}", message) is (value < limit)
    assert fits(f"{{ $.a >= {limit} }}", message) is (value >= limit)
    assert fits(f"{{ $.a = {limit} }}", message) is (value == limit)
