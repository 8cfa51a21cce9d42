"""What AWS has answered in ``DescribeChangeSet`` for changes of the same kind, by what causes them."""

from typing import Any

import pytest

from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import parameters
from constructs_lib.templates.plan import plan
from constructs_lib.templates.reading import read

DIRECT = ("DirectModification", "Static", "DisplayName", "Never", "")
BY_PARAMETER = {
    ("ParameterReference", "Static", "DisplayName", "Never", "P"),
    ("DirectModification", "Dynamic", "DisplayName", "Never", ""),
}
OTHER = "Two: {Type: AWS::SNS::Topic, Properties: {TopicName: two, DisplayName: %s}}"


def topics(first: str, *others: str, name: str = "one", more: str = "") -> str:
    """A template with a topic of a display name, others, and more sections."""
    resources = [f"One: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {name}, DisplayName: {first}}}}}", *others]
    return "\n".join([more, "Resources:", *(f"  {resource}" for resource in resources)])


def details(before: str, after: str, given_before: Any = None, given_after: Any = None) -> dict[str, Any]:
    """Of each resource that changes: the action, whether it is replaced, and the causes."""
    old, new = (
        Evaluator(template, parameters=parameters(template, given or {}))
        for template, given in ((read(before), given_before), (read(after), given_after))
    )
    return {
        change.logical_id: (change.action, change.replacement, _causes_of(change)) for change in plan(old, new).changes
    }


def _causes_of(change: Any) -> set[tuple[str, ...]]:
    requires = {one.path: one.requires for one in change.changes}
    return {
        (cause.reason, cause.evaluation, cause.path.split("/")[2], requires[cause.path], cause.source)
        for cause in change.causes
    }


def test_a_changed_text_is_a_direct_modification() -> None:
    assert details(topics("a"), topics("b")) == {"One": ("Modify", "False", {DIRECT})}
    assert details(topics("!Join ['-', [a, b]]"), topics("!Join ['.', [a, b]]")) == {
        "One": ("Modify", "False", {DIRECT})
    }


def test_the_same_text_by_another_function_is_no_change() -> None:
    assert details(topics("a-b"), topics("!Join ['-', [a, b]]")) == {}
    assert details(topics("!Select [0, [a, b]]"), topics("!Select [1, [b, a]]")) == {}


def test_an_attribute_follows_its_property_through_a_chain() -> None:
    three = (
        "Three: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Select [0, !Split [x, !GetAtt Two.DisplayName]]}}"
    )
    before, after = (topics(text, OTHER % "!GetAtt One.DisplayName", three) for text in "ab")
    assert details(before, after) == {
        "One": ("Modify", "False", {DIRECT}),
        "Two": ("Modify", "False", {("ResourceAttribute", "Dynamic", "DisplayName", "Never", "One.DisplayName")}),
        "Three": ("Modify", "False", {("ResourceAttribute", "Dynamic", "DisplayName", "Never", "Two.DisplayName")}),
    }


def test_a_reference_to_what_is_changed_in_place_does_not_change() -> None:
    for reference in ("!Ref One", "!GetAtt One.TopicName"):
        found = details(topics("a", OTHER % reference), topics("b", OTHER % reference))
        assert found == {"One": ("Modify", "False", {DIRECT})}


@pytest.mark.parametrize(
    ("reference", "cause"),
    [
        ("!Ref One", ("ResourceReference", "Static", "DisplayName", "Never", "One")),
        ("!GetAtt One.DisplayName", ("ResourceAttribute", "Static", "DisplayName", "Never", "One.DisplayName")),
    ],
)
def test_a_reference_to_what_is_replaced_changes(reference: str, cause: tuple[str, ...]) -> None:
    found = details(topics("a", OTHER % reference), topics("b", OTHER % reference, name="another"))
    assert found == {
        "One": ("Modify", "True", {DIRECT, ("DirectModification", "Static", "TopicName", "Always", "")}),
        "Two": ("Modify", "False", {cause}),
    }


PARAMETER = "Parameters: {P: {Type: String}}"


@pytest.mark.parametrize("expression", ["!Ref P", "!Sub 'x-${P}'", "!FindInMap [M, !Ref P, text]"])
def test_a_changed_parameter_is_the_cause_where_it_is_used(expression: str) -> None:
    more = f"{PARAMETER}\nMappings: {{M: {{a: {{text: 1}}, b: {{text: 2}}}}}}"
    text = topics(expression, more=more)
    assert details(text, text, {"P": "a"}, {"P": "b"}) == {"One": ("Modify", "False", BY_PARAMETER)}


def test_a_parameter_that_comes_with_the_text_is_one_of_two_causes() -> None:
    after = topics("!Sub 'x-${P}'", more=PARAMETER)
    assert details(topics("a"), after, {}, {"P": "b"}) == {"One": ("Modify", "False", BY_PARAMETER)}


def test_a_changed_mapping_is_a_direct_modification() -> None:
    before, after = (
        topics("!FindInMap [M, a, text]", more=f"Mappings: {{M: {{a: {{text: {text}}}}}}}") for text in "12"
    )
    assert details(before, after) == {"One": ("Modify", "False", {DIRECT})}


def test_what_comes_and_goes_needs_no_cause() -> None:
    assert details(topics("a"), topics("a", OTHER % "b")) == {"Two": ("Add", "False", set())}
    assert details(topics("a", OTHER % "b"), topics("a")) == {"Two": ("Remove", "False", set())}


def test_waiting_for_another_is_no_change() -> None:
    waiting = "Two: {Type: AWS::SNS::Topic, DependsOn: One}"
    assert details(topics("a", "Two: {Type: AWS::SNS::Topic}"), topics("a", waiting)) == {}
