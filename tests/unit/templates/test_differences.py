from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.differences import ABSENT, PropertyChange, difference, same
from constructs_lib.templates.unknown import Source

ENVIRONMENT = "AWS::Batch::ComputeEnvironment"
NAME = Source("Name").value


@pytest.mark.parametrize(
    ("resource_type", "before", "after", "changes"),
    [
        ("AWS::SQS::Queue", {"DelaySeconds": 1}, {"DelaySeconds": "1"}, []),
        ("AWS::SQS::Queue", {"FifoQueue": True}, {"FifoQueue": "true"}, []),
        ("AWS::SQS::Queue", {"DelaySeconds": 1}, {"DelaySeconds": 2}, [("/Properties/DelaySeconds", 1, 2, "Never")]),
        ("AWS::SQS::Queue", {"QueueName": "a"}, {}, [("/Properties/QueueName", "a", ABSENT, "Always")]),
        ("AWS::SQS::Queue", {}, {"QueueName": NAME}, [("/Properties/QueueName", ABSENT, NAME, "Always")]),
        ("AWS::SQS::Queue", {"QueueName": NAME}, {"QueueName": NAME}, []),
        (
            ENVIRONMENT,
            {"ComputeResources": {"MaxvCpus": 4, "Subnets": ["a"]}},
            {"ComputeResources": {"MaxvCpus": 8, "Subnets": ["a", "b"]}},
            [
                ("/Properties/ComputeResources/MaxvCpus", 4, 8, "Never"),
                ("/Properties/ComputeResources/Subnets", ["a"], ["a", "b"], "Conditionally"),
            ],
        ),
        (
            ENVIRONMENT,
            {},
            {"ComputeResources": {"SpotIamFleetRole": "r"}},
            [("/Properties/ComputeResources", ABSENT, {"SpotIamFleetRole": "r"}, "Always")],
        ),
        (ENVIRONMENT, {"Tags": {"a": "b"}}, {"Tags": {"a": "c"}}, [("/Properties/Tags/a", "b", "c", "Always")]),
        ("AWS::Foo::Bar", {"A": 1}, {"A": 2}, [("/Properties/A", 1, 2, "Never")]),
        (
            "Custom::Own",
            {"ServiceToken": "a"},
            {"ServiceToken": "b"},
            [("/Properties/ServiceToken", "a", "b", "Always")],
        ),
        (
            "AWS::DynamoDB::Table",
            {"KeySchema": [1]},
            {"KeySchema": [2]},
            [("/Properties/KeySchema", [1], [2], "Conditionally")],
        ),
    ],
)
def test_a_difference_says_what_replaces(resource_type: str, before: Any, after: Any, changes: list[Any]) -> None:
    assert difference(resource_type, before, after) == tuple(PropertyChange(*change) for change in changes)


def test_a_change_knows_its_property_and_its_kind() -> None:
    added, removed = difference(
        "AWS::SQS::Queue", {"RedrivePolicy": {"a": 1, "b": 2}, "X": 1}, {"RedrivePolicy": {"a": 1}}
    )
    assert (added.name, added.kind) == ("RedrivePolicy", "Remove")
    assert (removed.name, removed.kind, removed.is_certain) == ("X", "Remove", True)
    (change,) = difference("AWS::SQS::Queue", {}, {"Tags": [NAME]})
    assert (change.kind, change.is_certain) == ("Add", False)


VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3) | st.just(NAME),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.sampled_from(["QueueName", "Tags", "RedrivePolicy", "DelaySeconds"]), VALUES)


@given(PROPERTIES, PROPERTIES)
def test_there_are_no_changes_exactly_where_all_is_the_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert difference("AWS::SQS::Queue", before, before) == ()
    assert (difference("AWS::SQS::Queue", before, after) == ()) is same(before, after)
    for change in difference("AWS::SQS::Queue", before, after):
        if change.name == "QueueName":
            assert change.requires == "Always"
