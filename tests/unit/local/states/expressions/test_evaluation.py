"""The evaluator itself, without moto."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.patching import Patches
from constructs_lib.local.states.expressions.evaluation import QueryError, evaluate, parse, patches


@pytest.fixture(scope="module", autouse=True)
def json_text_of_jsonata() -> Iterator[None]:
    with Patches(patches()):
        yield


def value_of(text: str, **variables: Any) -> Any:
    return evaluate(parse(text), variables.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$partition([1..5], 2)", [[1, 2], [3, 4], [5]]),
        ("$partition([1..4], 2.9)", [[1, 2], [3, 4]]),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(5, 1, -2)", [5, 3, 1]),
        ("$range(3, 3, 1)", 3),
        ("$random(42)", 0.7275636800328681),
        ("$hash('input', 'MD5')", "a43c1b0aa53a0c908810c06ab1ff3967"),
        ("[1..3] ~> $partition(2)", [[1, 2], [3]]),
        ("$parse('[1, 5.0, null]')", [1, 5, None]),
        ("$merge([{'a': 1}, {'b': null}])", {"a": 1, "b": None}),
        ("$map([1..3], function($i) { $i * 2.0 })", [2, 4, 6]),
        ("$string({'a': [1, {}]}, true)", '{\n  "a": [\n    1,\n    {}\n  ]\n}'),
        ("$string(1e20) & ' ' & $string(1e21)", "100000000000000000000 1e+21"),
        ("'x' & null", "xnull"),
    ],
)
def test_results(text: str, expected: Any) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text", ["$range(1, 2)", "$partition([], 2)", "$partition([1], 0)", "$hash('a')", "$range(1, 5, -1)", "$nothing"]
)
def test_nothing_is_an_error(text: str) -> None:
    with pytest.raises(QueryError, match="undefined"):
        value_of(text)


def test_uuids_differ() -> None:
    one, other = value_of("[$uuid(), $uuid()]")
    assert len(one) == 36
    assert one != other


def test_nulls_in_lists_survive_functions() -> None:
    assert value_of("$map($v, function($i) { $i })", v=[None, 1]) == [None, 1]


def test_results_share_nothing_with_variables() -> None:
    items = [{"a": 1}]
    result = value_of("$v", v=items)
    result[0]["a"] = 2
    assert items == [{"a": 1}]


def test_only_what_is_read_is_handed_over() -> None:
    expression = parse("$states.context.Execution.Name & $map($items, function($i) { $i.b })[0]")
    assert expression.reads["states"] == {("context", "Execution", "Name")}
    assert expression.reads["items"] == {()}


def test_depth_is_bounded_as_on_aws() -> None:
    assert value_of("+".join(["1"] * 100)) == 100
    with pytest.raises(QueryError, match="Stack overflow"):
        value_of("+".join(["1"] * 101))


def test_many_threads_evaluate_the_same_expression() -> None:
    expression = parse("$map($v, function($i) { $i + $k })")

    def run(k: int) -> Any:
        return evaluate(expression, {"v": [1, 2], "k": k}.__getitem__)

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(run, range(400))) == [[k + 1, k + 2] for k in range(400)]


NAMES = ["a", "b", "c"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
def test_a_plain_path_gives_what_the_engine_gives(value: Any, names: list[str]) -> None:
    path = ".".join(["$v", *names])

    def outcome(text: str) -> Any:
        try:
            return evaluate(parse(text), {"v": value}.__getitem__)
        except QueryError as error:
            return str(error)

    assert outcome(path) == outcome(f"({path})")


def test_words_of_the_language_are_no_names() -> None:
    assert parse("$v.a.b ").path == ("v", "a", "b")
    assert parse("$v").path == parse("$v.a[0]").path == parse("$v.a and $v.b").path == ()
