"""A program keeps of its helpers what it needs, and answers the same."""

import pytest

from constructs_lib.local.states.expressions import evaluation as expressions
from constructs_lib.workflows.states.jsonata_tokens import packed, tokens
from constructs_lib.workflows.states.lean import lean

HELPERS = frozenset(["$f", "$g"])
INPUT = {"a": 3, "list": [1, 2], "rows": [{"n": 1}, {"n": 2}]}

CASES = {
    "one that nobody calls goes": ("($f := function() {1}; 2)", "(2)"),
    "and those that only it calls": ("($g := function() {1}; $f := function() {$g()}; 2)", "(2)"),
    "one that is called once stands in its place": ("($f := function($x) {$x + 1}; $f(2) * 3)", "((2+1)*3)"),
    "a path is an argument": (
        "($f := function($x) {$x + $x}; $f($states.input.a))",
        "($states.input.a+$states.input.a)",
    ),
    "nothing is an argument": ("($f := function($x) {{'x': $x}}; $f(()))", "{'x':()}"),
    "a list stays one value of another": ("($f := function($x) {[$x, 3]}; $f([1, 2]))", "([([1, 2]), 3])"),
    "what is evaluated once stays so": (
        "($f := function($x) {$x + $x}; $f(1 + $states.input.a))",
        "($f:=function($x){$x+$x}; $f(1+$states.input.a))",
    ),
    "in a function, too": (
        "($f := function($x) {$map([1, 2], function($n) {$n + $x})}; $f(1 + 2))",
        "($f:=function($x){$map([1, 2], function($n){$n+$x})}; $f(1+2))",
    ),
    "and in a step": (
        "($f := function($x) {$states.input.list.($x)}; $f(1 + 2))",
        "($f:=function($x){$states.input.list.($x)}; $f(1+2))",
    ),
    "an argument does not meet what the function assigns": (
        "($y := 5; $f := function($x) {($y := 2; $x * $y)}; $f($y))",
        "($y:=5; $f:=function($x){($y:=2; $x*$y)}; $f($y))",
    ),
    "the context is that of the definition": (
        "($f := function($x) {$x.($ + 1)}; $f(2))",
        "($f:=function($x){$x.($+1)}; $f(2))",
    ),
    "a context as argument stays outside": (
        "($f := function($x) {[1, 2].($x)}; $states.input.list.($f($)))",
        "($f:=function($x){[1, 2].($x)}; $states.input.list.($f($)))",
    ),
    "a value is no call": (
        "($f := function($x) {$x + 1}; $map([1, 2], $f))",
        "($f:=function($x){$x+1}; $map([1, 2], $f))",
    ),
    "a missing argument": ("($f := function($x, $y) {[$x, $y]}; $f(1))", "($f:=function($x, $y){[$x, $y]}; $f(1))"),
    "a short one is cheaper in all places": ("($f := function() {1}; $f() + $f())", "(1+1)"),
    "a long one is not": (
        "($f := function() {$sum($states.input.list)}; $f() + $f() * $f())",
        "($f:=function(){$sum($states.input.list)}; $f()+$f()*$f())",
    ),
}


@pytest.mark.parametrize(("written", "short"), CASES.values(), ids=CASES)
def test_a_function_stands_where_it_is_called_if_that_changes_nothing(written: str, short: str) -> None:
    made = "".join(packed(lean(list(tokens(written)), HELPERS)))
    assert made == short
    assert value(made) == value(written)


def value(expression: str) -> object:
    return expressions.evaluate(expressions.parse(expression), {"states": {"input": INPUT}}.__getitem__)
