"""The mark of a fan-out: it is read as it was written, and its fingerprint tells an edit from what has to differ."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.marks import REFERENCE, Mark, fingerprint

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=10,
)
STATES: dict[str, Any] = {
    "Items: Read items": {"Type": "Pass", "Output": {"items": "{% 1 %}"}, "Next": "Items: Choose"},
    "Items: Choose": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% true %}", "Next": "Items: Run"}],
        "Default": "Items: Return summary",
    },
    "Items: Run": {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "Items: Job", "States": {"Items: Job": {"Type": "Task", "End": True}}},
        "Next": "Items: Return summary",
    },
    "Items: Return summary": {"Type": "Pass", "Comment": f"Of {REFERENCE}.", "End": True},
}


@given(options=st.dictionaries(st.text(), JSON, max_size=4))
def test_a_mark_is_read_as_it_was_written(options: dict[str, Any]) -> None:
    mark = Mark("ArrayFanOut", "1.2.3rc1", "0123abcd", options)
    assert Mark.read(mark.comment("Evaluates items once.")) == mark


@pytest.mark.parametrize(
    "comment",
    [
        None,
        5,
        "Evaluates items once.",
        "ArrayFanOut of constructs-lib 1.2.3, states 0123abcd, options ",
        'ArrayFanOut of constructs-lib 1.2.3, states 0123abcd, options {"a": ',
        "ArrayFanOut of constructs-lib 1.2.3, states 0123abc, options {}",
    ],
)
def test_another_comment_is_no_mark(comment: object) -> None:
    assert Mark.read(comment) is None


def renamed(prefix: str) -> dict[str, Any]:
    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {change(key): change(item) for key, item in value.items()}
        if isinstance(value, list):
            return [change(item) for item in value]
        return value.replace("Items: ", prefix) if isinstance(value, str) else value

    states: dict[str, Any] = change(STATES)
    return states


def edited(name: str, **changes: Any) -> dict[str, Any]:
    states = copy.deepcopy(STATES)
    states[name] |= changes
    return states


@pytest.mark.parametrize(
    "states",
    [
        renamed("Team: Other: "),
        edited("Items: Read items", Comment="The mark."),
        edited("Items: Run", QueryLanguage="JSONata"),
        {**STATES, "Items: Return summary": {"Type": "Pass", "Comment": f"Of {REFERENCE}.", "Next": "Mine"}},
        dict(reversed(STATES.items())),
    ],
    ids=["names", "mark", "language", "what follows", "order"],
)
def test_where_a_fan_out_stands_does_not_change_its_fingerprint(states: dict[str, Any]) -> None:
    assert fingerprint(states) == fingerprint(STATES)


@pytest.mark.parametrize(
    "states",
    [
        edited("Items: Read items", Output={"items": "{% 2 %}"}),
        edited("Items: Read items", Assign={"a": 1}),
        edited("Items: Choose", Default="Items: Run"),
        edited("Items: Choose", Default="Mine"),
        edited("Items: Run", ItemProcessor={"StartAt": "Items: Job", "States": {"Items: Job": {"Type": "Task"}}}),
        edited("Items: Run", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Mine"}]),
        edited("Items: Return summary", Comment="Of arn:aws:s3:::mine."),
        {name: state for name, state in STATES.items() if name != "Items: Run"},
        {**STATES, "Items: More": {"Type": "Succeed"}},
    ],
)
def test_an_edit_changes_the_fingerprint(states: dict[str, Any]) -> None:
    assert fingerprint(states) != fingerprint(STATES)


def test_the_hash_of_an_asset_in_a_users_text_does_not_change_the_fingerprint() -> None:
    one, two = (edited("Items: Read items", Output={"code": digit * 64}) for digit in "ab")
    assert fingerprint(one) == fingerprint(two)
