"""Programs are loaded once, and bound to texts, numbers and expressions of users, which stay as they are."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.states.expressions import evaluation as expressions
from constructs_lib.workflows.states.programs import Expression, Program, ProgramError, program

TEXTS = st.text() | st.builds("{}${{Token[TOKEN.{}]}}{}".format, st.text(), st.integers(0, 999), st.text())


def loaded(path: Path, text: str, **helpers: str) -> Program:
    for name, helper in helpers.items():
        path.joinpath(f"{name}.jsonata").write_text(helper)
    path.joinpath("main.jsonata").write_text(text)
    program.cache_clear()
    return program(str(path / "module.py"), "main")


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Program:
    head = "/* Gives back what it is given.\n\nInputs:\n  $given: it.\n  $of: where it is in.\n*/"
    return loaded(tmp_path_factory.mktemp("echo"), f"{head} (\n  $value := $given;  {{ $of : $value }} )")


def value(expression: str) -> Any:
    return expressions.evaluate(expressions.parse(expression[2:-2]), {"states": {"input": {}}}.__getitem__)


@given(TEXTS, TEXTS)
def test_a_text_arrives_as_it_is(echo: Program, text: str, name: str) -> None:
    assert value(echo.bind(given=text, of=name)) == {name: text}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(json_values)
def test_what_json_can_say_arrives_as_it_is(echo: Program, given_value: Any) -> None:
    assert value(echo.bind(given=given_value, of="it")) == {"it": given_value}


@given(TEXTS.filter(lambda text: "'" not in text and "\\" not in text), st.text(" \n\t/*;$,", max_size=8))
def test_a_users_expression_stays_as_it_is_to_the_last_character(echo: Program, text: str, outside: str) -> None:
    written = f"'{text}' & '{outside}'"
    bound = echo.bind(given=Expression(f"{{%  {written}\n%}}"), of="it")
    assert f"({written})" in bound
    assert value(bound) == {"it": text + outside}


def test_it_is_packed(echo: Program) -> None:
    assert echo.bind(given=Expression("{% [ 1,  2 ] %}"), of="all") == "{% ($value:=([ 1,  2 ]); {'all':$value}) %}"
    assert echo.fragment(given=5, of="it's") == '($value:=5; {"it\'s":$value})'


def test_helpers_are_included_once(tmp_path: Path) -> None:
    made = loaded(
        tmp_path,
        "/* Two.\nInputs:\n $n: a number. */\n"
        "( /* include twice.jsonata */ /* include both.jsonata */ $both($twice($n)) )",
        twice="/* Doubles.\nInputs:\n $by: how often. */ ( $twice := function($x) { $x * $by }; )",
        both="/* Both. */ ( /* include twice.jsonata */ $both := function($x) { [$x, $twice($x)] }; )",
    )
    assert made.inputs == {"n", "by"}
    assert value(made.bind(n=3, by=2)) == [6, 12]
    assert made.bind(n=3, by=2) == "{% ($both:=function($x){[$x, ($x*2)]}; $both((3*2))) %}"


HELPER = "/* Help. */ ( $help := function() { 1 }; )"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1", "does not say in a first comment"),
        ("/* A.\nInputs:\n $a: it.\n $b: it. */ $b", "does not use its input \\$a"),
        ("/* A. */ $a + $count([1])", "reads \\$a, which is no input"),
        ("/* A. */ $eval('1')", "reads \\$eval"),
        ("/* A.\nInputs:\n $a: it. */ ( $a := $a + 1; $a )", "assigns to its input \\$a"),
        ("/* A. */ ( /* include help.jsonata */ $help := 2; $help )", "assigns \\$help as help.jsonata does"),
        ("/* A. */ ( /* include main.jsonata */ 2 )", "includes itself"),
        ("/* A. */ ( /* include nobody.jsonata */ 2 )", "nobody.jsonata"),
        ("/* A. */ ( /* include value.jsonata */ 2 )", "value.jsonata is no block of definitions"),
        ("/* A. */ ( 'b )", "line 1: a text without an end"),
    ],
)
def test_a_program_that_is_not_what_it_says_is_not_loaded(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ProgramError, match=says):
        loaded(tmp_path, text, help=HELPER, value="/* A value. */ ( 1 )")


def test_inputs_and_values_are_the_same(echo: Program) -> None:
    with pytest.raises(ProgramError, match=r"main.jsonata needs \$given"):
        echo.bind(of="it")
    with pytest.raises(ProgramError, match=r"main.jsonata has no input \$other"):
        echo.bind(given=1, of="it", other=2)


@pytest.mark.parametrize(
    "text",
    [
        "( $mine := 1; $mine + $given )",
        "( $value := 1 + $given; $value )",
        "( $value := $given; $value & $given )",
        "$map([1], function($mine) { $given })",
        "( /* include help.jsonata */ $value := $given; $help($value) )",
    ],
)
def test_an_expression_of_others_does_not_see_our_variables(tmp_path: Path, text: str) -> None:
    made = loaded(tmp_path, f"/* A.\nInputs:\n $given: it. */ {text}", help=HELPER)
    with pytest.raises(ProgramError, match=r"\$given is an expression of others"):
        made.bind(given=Expression("{% $mine := 2 %}"))
    assert "5" in made.bind(given=5)
