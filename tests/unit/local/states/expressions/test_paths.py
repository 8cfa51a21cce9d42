"""JSONPath as AWS evaluates it: one value for a path to one place, a list for any other."""

from typing import Any

import pytest
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.states.expressions.paths import InvalidPathError, find
from tests.unit.local.states.conftest import Start

JOBS = [{"JobId": "x", "Parameters": {"m.run": "v", "n": "w"}}, {"JobId": "y", "Parameters": {"m.run": "v2"}}]
DATA = {
    "a": [{"x": 1}, {"x": 2}],
    "b": {"c": [{"d": {"e": 5}}]},
    "w.y": 3,
    "it's": 4,
    "a-b": 7,
    "Ж": 8,
    "𝍢": 9,
    "length": 2,
    "none": None,
}


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("$", DATA, DATA),
        ("$.a[0].x", DATA, 1),
        ("$.a[-1].x", DATA, 2),
        ("$.b.c[0].d.e", DATA, 5),
        ("$.b.c[0].d", DATA, {"e": 5}),
        ("$.a[0]", DATA, {"x": 1}),
        ("$[0].JobId", JOBS, "x"),
        ("$.[1].JobId", JOBS, "y"),
        ("$[0].Parameters['m.run']", JOBS, "v"),
        ("$.[0].Parameters.['m.run']", JOBS, "v"),
        ("$.none", DATA, None),
        ("$.a-b", DATA, 7),
        ("$.Ж", DATA, 8),
        ("$.length", DATA, 2),
        ("$.a.length()", DATA, 2),
    ],
)
def test_a_path_to_one_place_gives_what_is_there(path: str, data: Any, expected: Any) -> None:
    assert find(path, data) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.a[*].x", [1, 2]),
        ("$.a[0:1].x", [1]),
        ("$.a[-1:].x", [2]),
        ("$.a[0,1].x", [1, 2]),
        ("$.a[1,5].x", [2]),
        ("$..x", [1, 2]),
        ("$..[0]", [{"x": 1}, {"d": {"e": 5}}]),
        ("$.b.*", [[{"d": {"e": 5}}]]),
        ("$.a[?(@.x == 2)]", [{"x": 2}]),
        ("$.a[?(@.x > 1 && @.x < 3)].x", [2]),
        ("$.a[5:]", []),
        ("$.nowhere[*].x", []),
        ("$.nowhere[1:]", []),
    ],
)
def test_a_path_to_any_number_of_places_gives_a_list(path: str, expected: Any) -> None:
    assert find(path, DATA) == expected


@pytest.mark.parametrize("path", ["$['JobId','n']", "$.['JobId', 'n']", '$["JobId","n"]', "$['JobId','n','nowhere']"])
def test_several_names_in_brackets_give_an_object_of_those_that_are_there(path: str) -> None:
    assert find(path, {"JobId": 1, "n": 2, "other": 3}) == {"JobId": 1, "n": 2}


@pytest.mark.parametrize(
    ("path", "expected"),
    [(r"$.w\.y", 3), (r"$['it\'s']", 4), (r"$.it\'s", 4), (r"$.\u0416", 8), (r"$.\uD834\uDF62", 9), (r"$.\a[0].x", 1)],
)
def test_a_backslash_takes_the_next_character_as_it_is(path: str, expected: Any) -> None:
    assert find(path, DATA) == expected


@pytest.mark.parametrize("path", ["$.a[7]", "$.a[-3]", "$.nowhere", "$.nowhere.y", "$.a.x", "$.b[0]", "$[1:5]"])
def test_a_path_to_one_place_that_is_not_there_fails(path: str) -> None:
    with pytest.raises(NoSuchJsonPathError):
        find(path, DATA)


@pytest.mark.parametrize("path", ["a", "$a", "$.a[", "$.a b", "$.", "$..", "$.a[x]", "$.a[?(@.x ==)]", ""])
def test_what_is_no_path_says_so(path: str) -> None:
    with pytest.raises(InvalidPathError):
        find(path, DATA)


@pytest.mark.parametrize(
    ("result_path", "given", "expected"),
    [
        ("$.r", {"a": 1}, {"a": 1, "r": "new"}),
        ("$.a.b.c", {"a": {"x": 1}}, {"a": {"x": 1, "b": {"c": "new"}}}),
        ("$.list[1].r", {"list": [1, {}]}, {"list": [1, {"r": "new"}]}),
        ("$['m.n']", {}, {"m.n": "new"}),
        ("$", {"a": 1}, "new"),
        (None, {"a": 1}, {"a": 1}),
    ],
)
def test_a_result_goes_to_its_place(start: Start, result_path: str | None, given: Any, expected: Any) -> None:
    states = {"A": {"Type": "Pass", "Result": "new", "ResultPath": result_path, "End": True}}
    assert start(states, given, QueryLanguage="JSONPath").output() == expected


@pytest.mark.parametrize(("path", "given"), [("$.r", "text"), ("$.a.b", {"a": [1]}), ("$.list[3]", {"list": [1]})])
def test_a_result_that_has_no_place_fails(start: Start, path: str, given: Any) -> None:
    states = {"A": {"Type": "Pass", "Result": "new", "ResultPath": path, "End": True}}
    error, cause = start(states, given, QueryLanguage="JSONPath").failure()
    assert error == "States.ResultPathMatchFailure"
    assert cause.startswith(f"Unable to apply ReferencePath {path} to input ")


def test_a_choice_reads_the_value_behind_an_index(start: Start) -> None:
    choices = [{"Variable": "$.Jobs[0].Status", "StringEquals": "SUCCEEDED", "Next": "Yes"}]
    states = {
        "C": {"Type": "Choice", "Choices": choices, "Default": "No"},
        "Yes": {"Type": "Pass", "Result": "yes", "End": True},
        "No": {"Type": "Pass", "Result": "no", "End": True},
    }
    run = start(states, {"Jobs": [{"Status": "SUCCEEDED"}]}, QueryLanguage="JSONPath")
    assert run.output() == "yes"
