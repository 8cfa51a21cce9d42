"""What functions and operators answer to the values that hurt: null, one item, none, a list in a list, emoji."""

import json
from typing import Any

import pytest

from tests.unit.workflows.programs.engines import NOTHING, Reference, Refused, embedded

VALUES = [
    *("null", "[null]", "[]", "[[]]", "[[1]]", "[[1, 2]]", "1", "0.1", "-3", "1e20", "1234567890123456", "true"),
    *('"x"', '""', r'"\ud83d\ude00é"', r'"\\ud83d"'),
    *("{}", "[1, null]", '[{"a": null}]', '{"a": null}', '[{"a": [1]}]'),
]

EXPRESSIONS = """
    X.a; X[a=1]; X[0]; X[-1]; (X)[0]; X.*; [X.*]; [X.a]; X.{"a": a}; X.($+1); X^(a); X{"g": a}; [[1..2].(X)]
    [X]; [X, 1]; {"k": X}; X = null; X != null; X & "t"; X in [null]; X < 1; X and true; X ? 1 : 2; [X[$exists(a)]]
    X ~> $count(); $append(X, 1); $assert(true, X); $average(X); $boolean(X); $contains(X, "a"); $count(X); $count([X])
    $distinct(X); [$distinct(X)]; $each(X, function($v, $k) {$k}); $encodeUrlComponent(X); $exists(X); $floor(X)
    $filter(X, function($v) {true}); [$filter(X, function($v) {true})]; $join([X]); $keys(X); $length(X)
    $lookup(X, "a")
    $lowercase(X); $map(X, function($v) {$v}); [$map(X, function($v, $i) {$i})]; $match(X, /x/); $max(X); $merge(X)
    $merge([X]); $min(X); $not(X); $number(X); $parse($string(X)); $reduce(X, function($a, $b) {$a})
    $replace(X, /[ -~]+/, ""); $reverse(X); $round(X); $sift(X, function($v) {true}); $single(X, function($v) {true})
    $sort(X); $split(X, "a"); $spread(X); $string(X); $string([X]); $string(X, true); $substring(X, 0, 1)
    $substringAfter(X, "a"); $substringBefore(X, "a"); $sum(X); $trim(X); $type(X); $uppercase(X); $zip(X, X)
"""


def answer(ask: Any, text: str, states: Any) -> Any:
    try:
        found = ask(text, states)
    except Refused:
        return "refused"
    return "nothing" if found is NOTHING else json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("expression", [text.strip() for line in EXPRESSIONS.splitlines() for text in line.split(";")])
def test_the_embedded_aws_answers_as_the_reference_does(reference: Reference, expression: str) -> None:
    texts = {value: expression.replace("X", value) for value in VALUES}
    inline = {value: answer(embedded, text, {}) for value, text in texts.items()}
    assert inline == {value: answer(reference.answer, text, {}) for value, text in texts.items()}
    of_input = expression.replace("X", "$states.input")
    inputs = {value: {"input": json.loads(value)} for value in VALUES}
    given = {value: answer(embedded, of_input, states) for value, states in inputs.items()}
    assert given == {value: answer(reference.answer, of_input, states) for value, states in inputs.items()}
