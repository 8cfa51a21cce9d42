"""Items of the state's input: arrays, pairs of objects, and where an item comes from."""

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

OBJECT = {"a": 1, "b": {"x": 2}}
PAIRS = [{"Key": "a", "Value": 1}, {"Key": "b", "Value": {"x": 2}}]


FIELDS: list[tuple[str, dict[str, Any], Any]] = [
    ("JSONata", {"Items": "{% $states.input.o %}"}, {"o": OBJECT}),
    ("JSONata", {}, OBJECT),
    ("JSONPath", {"ItemsPath": "$.o"}, {"o": OBJECT}),
    ("JSONPath", {}, OBJECT),
]
"""Query languages, fields of a Map state and inputs, by which it gets an object."""


@pytest.mark.parametrize(("language", "fields", "given"), FIELDS)
def test_object_is_iterated_by_pairs(
    start: Start, make_map: MakeMap, language: str, fields: dict[str, Any], given: Any
) -> None:
    assert start(make_map(**fields), given, QueryLanguage=language).output() == PAIRS


@pytest.mark.parametrize(
    ("case", "error", "cause"),
    [
        (FIELDS[0], "States.QueryEvaluationError", "Expected 'array', but was 'object' for value: {\"a\":1,"),
        (FIELDS[1], "States.QueryEvaluationError", 'Map state input must be an array but was: {"a":1,'),
        (FIELDS[2], "States.Runtime", 'Reference path "$.o" must point to array.'),
        (FIELDS[3], "States.Runtime", 'Reference path "$" must point to array.'),
    ],
)
def test_an_inline_map_takes_no_object(start: Start, make_map: MakeMap, case: Any, error: str, cause: str) -> None:
    language, fields, given = case
    states = make_map(**fields)
    states["M"]["ItemProcessor"]["ProcessorConfig"]["Mode"] = "INLINE"
    told = start(states, given, QueryLanguage=language).failure()
    assert (told[0], cause in told[1]) == (error, True)


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
