"""Items of the state's input: arrays, pairs of objects, and where an item comes from."""

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

OBJECT = {"a": 1, "b": {"x": 2}}
PAIRS = [{"Key": "a", "Value": 1}, {"Key": "b", "Value": {"x": 2}}]


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
@pytest.mark.parametrize("language", ["JSONata", "JSONPath"])
def test_object_is_iterated_by_pairs(start: Start, make_map: MakeMap, mode: str, language: str) -> None:
    states = make_map(**({"Items": "{% $states.input.o %}"} if language == "JSONata" else {"ItemsPath": "$.o"}))
    states["M"]["ItemProcessor"]["ProcessorConfig"]["Mode"] = mode
    assert start(states, {"o": OBJECT}, QueryLanguage=language).output() == PAIRS


def test_context_of_an_item(start: Start, make_map: MakeMap) -> None:
    states = make_map(Items="{% $states.input %}", ItemSelector="{% $states.context.Map.Item %}")
    assert start(states, OBJECT).output() == [
        {"Index": index, "Source": "STATE_DATA", **pair} for index, pair in enumerate(PAIRS)
    ]
    assert start(states, ["x"]).output() == [{"Index": 0, "Value": "x", "Source": "STATE_DATA"}]


@pytest.mark.parametrize(("value", "kind"), [("x", "string"), (3, "number")])
def test_anything_else_is_no_array(start: Start, make_map: MakeMap, value: Any, kind: str) -> None:
    error, cause = start(make_map(Items="{% $states.input.v %}"), {"v": value}).failure()
    assert error == "States.QueryEvaluationError"
    assert f"Expected 'array', but was '{kind}'" in cause
