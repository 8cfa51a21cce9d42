"""JSONata in every field that takes it, run through moto."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Start = Callable[..., Any]
Pass = dict[str, Any]


def passing(output: Any, **fields: Any) -> dict[str, Any]:
    return {"P": {"Type": "Pass", "Output": output, "End": True, **fields}}


def test_output_is_a_template(start: Start) -> None:
    template = {"a": {"b": ["{% $states.input.x %}", 2, None, True, "plain"]}, "n": "{% $count($states.input.l) %}"}
    given = {"x": "a\"b'ü\n$states.input", "l": [1, 2]}
    assert start(passing(template), given).output() == {"a": {"b": [given["x"], 2, None, True, "plain"]}, "n": 2}


@pytest.mark.parametrize(
    "value",
    [None, [None], [], {}, [[1, 2]], [{"a": None}], "", 0, False, {"a": [None, {"b": []}]}, 'quote " \\ $x ünï', 1e300],
)
def test_values_pass_through_unchanged(start: Start, value: Any) -> None:
    out = start(passing({"v": "{% $states.input.v %}", "w": "{% [$states.input] %}"}), {"v": value}).output()
    assert out == {"v": value, "w": [{"v": value}]}


def test_whole_numbers_are_integers(start: Start) -> None:
    out = start(passing("{% [10 / 2, $sum([1, 2.5, 1.5]), $number('7'), 0.5, $states.input] %}"), 5.0).output()
    assert [repr(number) for number in out] == ["5", "5", "7", "0.5", "5"]


def test_string_writes_json_as_jsonata_does(start: Start) -> None:
    out = start(passing("{% $string($states.input) & $states.input.n %}"), {"n": 5.0, "t": 'ü"', "l": [None, 1.5]})
    assert out.output() == '{"n":5,"t":"ü\\"","l":[null,1.5]}5'


def test_variables_of_step_functions(start: Start) -> None:
    states = {
        "One": {
            "Type": "Pass",
            "Assign": {"items": "{% $states.input.items %}", "name": "{% $states.context.Execution.Name %}", "k": 1},
            "Next": "Two",
        },
        "Two": {
            "Type": "Pass",
            "Assign": {"k": "{% $k + 1 %}", "before": "{% $k %}"},
            "Output": {"k": "{% $k %}", "n": "{% $count($items) %}"},
            "Next": "Three",
        },
        "Three": {
            "Type": "Succeed",
            "Output": "{% {'in': $states.input, 'k': $k, 'before': $before, 'name': $name, 'first': $items[0]} %}",
        },
    }
    assert start(states, {"items": ['"', "$k"]}).output() == {
        "in": {"k": 1, "n": 2},
        "k": 2,
        "before": 1,
        "name": "e",
        "first": '"',
    }


def test_choice_condition_with_assign_and_output(start: Start) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.n > 5 %}", "Next": "Done", "Assign": {"size": "big"}},
                {
                    "Condition": "{% $states.input.n > 1 %}",
                    "Next": "Done",
                    "Assign": {"size": "{% 'm' %}"},
                    "Output": 3,
                },
            ],
            "Default": "Done",
            "Assign": {"size": "small"},
        },
        "Done": {"Type": "Pass", "Output": ["{% $size %}", "{% $states.input %}"], "End": True},
    }
    assert start(states, {"n": 9}).output() == ["big", {"n": 9}]
    assert start(states, {"n": 2}).output() == ["m", 3]
    assert start(states, {"n": 0}).output() == ["small", {"n": 0}]


def test_fail_with_error_and_cause(start: Start) -> None:
    states = {
        "F": {"Type": "Fail", "Error": "{% 'Fan' & 'Out' %}", "Cause": "{% $string({'n': $states.input.n / 2}) %}"}
    }
    assert start(states, {"n": 4}).failure() == ("FanOut", '{"n":2}')


def test_wait_seconds(start: Start) -> None:
    states = {"W": {"Type": "Wait", "Seconds": "{% $states.input.s %}", "Output": "{% 'w' %}", "End": True}}
    assert start(states, {"s": 0}).output() == "w"


def test_functions_of_step_functions(start: Start) -> None:
    out = start(
        passing("{% {'p': $partition([1..3], 2), 'h': $hash('input', 'SHA-1'), 'j': $parse('{\"a\": null}')} %}")
    ).output()
    assert out == {"p": [[1, 2], [3]], "h": "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1", "j": {"a": None}}


@pytest.mark.parametrize(
    ("output", "field", "reason"),
    [
        ({"v": ["{% $states.input.x %}"]}, "Output/v[0]", "returned nothing (undefined)."),
        ("{% $sum %}", "Output", "returned an unsupported result type."),
        (
            {"v": "{% $eval('1') %}"},
            "Output/v",
            "threw an error during evaluation. T1006: Attempted to invoke a non-function",
        ),
    ],
)
def test_failed_expressions_name_their_field(start: Start, output: Any, field: str, reason: str) -> None:
    error, cause = start(passing(output)).failure()
    assert error == "States.QueryEvaluationError"
    assert cause.startswith(
        "An error occurred while executing the state 'P' (entered at the event id #2). The JSONata "
    )
    assert cause.endswith(f" specified for the field '{field}' {reason}")


def test_broken_expressions_are_refused_at_creation(start: Start) -> None:
    with pytest.raises(ClientError, match="INVALID_JSONATA_EXPRESSION"):
        start(passing("{% $count( %}"))
    assert start({"S": {"Type": "Succeed"}}, 1, QueryLanguage="JSONPath").output() == 1  # refusals leave no trace
