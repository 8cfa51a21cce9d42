"""What a fan-out says of itself is read as it was said, and what users have in their data is not taken for it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.core.protocol import FAN_OUT, PLAN_JOBS, READ_ITEMS, Identity, fan_out_of, state_name


@given(name=st.text(), version=st.integers(0, 9), can_rerun=st.booleans())
def test_an_identity_is_read_as_it_was_said(name: str, version: int, *, can_rerun: bool) -> None:
    identity = Identity(name, version, can_rerun)
    assert Identity.read({"items": [1], FAN_OUT: identity.to_json()}) == identity


def test_it_is_a_name_and_a_version_unless_there_is_more_to_say() -> None:
    assert Identity("Tiles").to_json() == {"name": "Tiles", "version": 1}
    assert Identity("Scenes", can_rerun=False).to_json() == {"name": "Scenes", "version": 1, "canRerun": False}


@pytest.mark.parametrize(
    "output",
    [
        None,
        "{% $states.input %}",
        [],
        {},
        {FAN_OUT: "Tiles"},
        {FAN_OUT: {"name": "Tiles"}},
        {FAN_OUT: {"name": "Tiles", "version": "1"}},
        {FAN_OUT: {"name": "Tiles", "version": True}},
        {FAN_OUT: {"name": 7, "version": 1}},
    ],
)
def test_anything_else_is_no_identity(output: Any) -> None:
    assert Identity.read(output) is None


@given(name=st.text(min_size=1), state=st.sampled_from([READ_ITEMS, PLAN_JOBS]))
def test_a_fan_out_is_known_by_its_states_whatever_its_name_is(name: str, state: str) -> None:
    assert fan_out_of(state_name(name, state)) == (name, state)


def test_a_state_of_no_fan_out_has_a_name_alone() -> None:
    assert fan_out_of("Read items") == ("", "Read items")
