"""Texts and numbers that stand in a definition."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import examples

Start = Callable[..., Any]

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6).map(lambda number: round(number, 3) + 0.0)


@settings(max_examples=examples(0.25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, NUMBERS)
@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_values_come_out_as_they_went_in(start: Start, field: str, text: str, number: float) -> None:
    value = {"text": f"'{text}", "number": number}
    states = {
        "A": {"Type": "Pass", "Assign": {"kept": value}, "Next": "B"},
        "B": {"Type": "Pass", "Output": {"Output": value, "Assign": "{% $kept %}"}, "End": True},
    }
    assert start(states).output()[field] == value


def test_json_path(start: Start) -> None:
    value = {"text": 'a"\n\\ü', "number": -1, "large": 1e3, "fraction": -0.5}
    states = {"P": {"Type": "Pass", "Parameters": value, "End": True}}
    execution = start(states, QueryLanguage="JSONPath")
    assert execution.output() == value
    assert '"number":-1,"large":1000,' in execution.describe()["output"]
