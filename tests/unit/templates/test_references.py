from graphlib import CycleError, TopologicalSorter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.references import Reference, dependencies, found_in, order, ordered, references


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"Ref": "A"}, {"A"}),
        ({"Fn::GetAtt": ["A", "Arn"]}, {"A"}),
        ({"Fn::GetAtt": "A.Outputs.B"}, {"A"}),
        ({"Fn::GetAtt": ["A", {"Ref": "P"}]}, {"A", "P"}),
        ({"Fn::Sub": "${A} ${B.Arn} ${!C} ${AWS::Region}"}, {"A", "B", "AWS::Region"}),
        ({"Fn::Sub": ["${A} ${B}", {"A": {"Ref": "C"}}]}, {"B", "C"}),
        ({"Fn::Join": ["", [{"Ref": "A"}, {"Fn::Select": [0, {"Ref": "B"}]}]]}, {"A", "B"}),
        ({"Fn::If": ["C", {"Ref": "A"}, {"Ref": "B"}]}, {"A", "B"}),
        ({"Ref": "A", "Other": 1}, set()),
        ({"Ref": 1}, set()),
        ({"Fn::Sub": "${a[0]}"}, set()),
        ({"Statement": [{"Resource": {"Ref": "A"}, "Condition": {"StringEquals": "B"}}]}, {"A"}),
    ],
)
def test_references_are_found_in_all_their_spellings(value: Any, names: set[str]) -> None:
    assert references(value) == names


@pytest.mark.parametrize(("truth", "names"), [(True, {"A"}), (False, {"B"})])
def test_the_branch_that_is_not_taken_refers_to_nothing(truth: bool, names: set[str]) -> None:
    assert references({"Fn::If": ["C", {"Ref": "A"}, {"Ref": "B"}]}, lambda _: truth) == names


def test_a_reference_knows_its_attribute() -> None:
    assert [*found_in([{"Ref": "A"}, {"Fn::Sub": "${B.Arn}"}, {"Fn::GetAtt": ["C", "D.E"]}])] == [
        Reference("A"),
        Reference("B", "Arn", "Fn::Sub"),
        Reference("C", "D.E", "Fn::GetAtt"),
    ]


TEMPLATE = {
    "Parameters": {"P": {"Type": "String"}},
    "Resources": {
        "A": {"Type": "T", "Properties": {"X": {"Fn::GetAtt": ["C", "Arn"]}}},
        "B": {"Type": "T", "DependsOn": ["A", "Nope"], "Properties": {"X": {"Ref": "P"}}},
        "C": {"Type": "T", "DependsOn": "D"},
        "D": {"Type": "T"},
        "E": {"Type": "T", "Metadata": {"Text": {"Fn::Sub": "${D}"}}},
    },
}


def test_dependencies_come_first_and_otherwise_the_order_is_that_of_the_template() -> None:
    assert dependencies(TEMPLATE) == {"A": {"C"}, "B": {"A"}, "C": {"D"}, "D": set(), "E": {"D"}}
    assert order(TEMPLATE) == ["D", "C", "A", "B", "E"]
    assert order(TEMPLATE, ["A", "B", "E"]) == ["A", "B", "E"]


@pytest.mark.parametrize(
    ("graph", "circle"),
    [
        ({"A": "A"}, "A"),
        ({"A": "B", "B": "A", "C": "A", "D": ""}, "A, B"),
        ({"C": "BA", "B": "C", "A": ""}, "C, B"),
    ],
)
def test_a_circle_is_told_without_what_only_waits_for_it(graph: dict[str, str], circle: str) -> None:
    with pytest.raises(TemplateError) as raised:
        ordered(graph)
    assert raised.value.message == f"Circular dependency between resources: [{circle}]"


@given(st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12)), max_size=12))
def test_the_order_respects_every_dependency(edges: dict[int, set[int]]) -> None:
    graph = {f"R{name}": [f"R{other}" for other in below if other in edges] for name, below in edges.items()}
    try:
        [*TopologicalSorter(graph).static_order()]
    except CycleError:
        with pytest.raises(TemplateError, match="Circular dependency between resources"):
            ordered(graph)
    else:
        found = ordered(graph)
        assert sorted(found) == sorted(graph)
        assert all(found.index(other) < found.index(name) for name, below in graph.items() for other in below)
