"""The functions that Step Functions adds to JSONata, and those that it does not have.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
"""

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]


def evaluate(start: Start, text: str, given: Any = None) -> Any:
    return start({"P": {"Type": "Pass", "Output": {"v": f"{{% {text} %}}"}, "End": True}}, given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$partition($states.input, 4)", [[1, 2, 3, 4], [5]]),
        ("$partition('one', 2)", [["one"]]),
        ("$range(-1, 1, 1)", [-1, 0, 1]),
        ("$range(0, 1.9, 1)", [0, 1]),
        ("$sum($range(1, 100, 1))", 5050),
        ("$hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("$length($hash('', 'SHA-256'))", 64),
        ("$length($hash('', 'SHA-384'))", 96),
        ("$length($hash('', 'SHA-512'))", 128),
        ("$random(7) = $random(7)", True),
        ("$random(7) != $random(8)", True),
        ("$map($range(1, 50, 1), $random)[$ < 0 or $ >= 1]", "undefined"),
        ("$count($distinct($map([1..20], function() { $uuid() })))", 20),
        ("$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) != []", True),
        ('$parse(\'{"a": [1, {"b": "ü"}]}\').a[1].b', "ü"),
        ("$parse('12') + 1", 13),
        ("$parse('null')", None),
    ],
)
def test_results(start: Start, text: str, expected: Any) -> None:
    execution = evaluate(start, text, [1, 2, 3, 4, 5])
    if expected == "undefined":
        assert execution.failure()[0] == "States.QueryEvaluationError"
    else:
        assert execution.output() == {"v": expected}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("$hash('a', 'SHA-3')", "SHA-3"),
        ("$parse('{')", "$parse('{')"),
        ("$eval('1')", "eval"),
        ("$error('too bad')", "too bad"),
        ("$assert(1 = 2, 'not equal')", "not equal"),
        ("$nothing", "undefined"),
        ("$states.input.nothing", "undefined"),
        ("'a' + 1", "'a' + 1"),
    ],
)
def test_errors(start: Start, text: str, cause: str) -> None:
    error, told = evaluate(start, text).failure()
    assert error == "States.QueryEvaluationError"
    assert cause in told
