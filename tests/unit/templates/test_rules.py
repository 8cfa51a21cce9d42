from typing import Any

import pytest

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.rules import check
from constructs_lib.templates.unknown import Source

PARAMETERS = {"Version": "6", "Kinds": ["a", "b"], "Unset": Source("Unset").value}


def checked(assertion: Any, **rule: Any) -> None:
    evaluator = Evaluator({}, parameters=PARAMETERS)
    check({"R": {"Assertions": [{"Assert": assertion, "AssertDescription": "Never."}], **rule}}, evaluator.value)


@pytest.mark.parametrize(
    ("assertion", "holds"),
    [
        ({"Fn::Contains": [["1", "2"], {"Ref": "Version"}]}, False),
        ({"Fn::Contains": [["5", "6"], {"Ref": "Version"}]}, True),
        ({"Fn::Not": [{"Fn::Contains": [["1", "2", "3", "4", "5"], {"Ref": "Version"}]}]}, True),
        ({"Fn::And": [{"Fn::Contains": [["6"], {"Ref": "Version"}]}, {"Fn::Equals": ["a", "a"]}]}, True),
        ({"Fn::Or": [{"Fn::Contains": [["5"], {"Ref": "Version"}]}, {"Fn::Equals": ["a", "b"]}]}, False),
        ({"Fn::EachMemberIn": [{"Ref": "Kinds"}, ["a", "b", "c"]]}, True),
        ({"Fn::EachMemberIn": [{"Ref": "Kinds"}, ["a"]]}, False),
        ({"Fn::EachMemberEquals": [{"Ref": "Kinds"}, "a"]}, False),
        ({"Fn::EachMemberEquals": [["a", "a"], "a"]}, True),
        ({"Fn::Contains": [["1"], {"Ref": "Unset"}]}, True),
        ({"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::Subnet::Id", "VpcId"]}, ["vpc-1"]]}, True),
    ],
)
def test_an_assertion_holds_or_is_told(assertion: Any, *, holds: bool) -> None:
    if holds:
        checked(assertion)
    else:
        with pytest.raises(TemplateError, match=r"^Rule R failed: Never\.$"):
            checked(assertion)


def test_a_rule_is_for_when_its_condition_holds() -> None:
    checked({"Fn::Equals": ["a", "b"]}, RuleCondition={"Fn::Equals": [{"Ref": "Version"}, "7"]})
    with pytest.raises(TemplateError, match="Rule R failed"):
        checked({"Fn::Equals": ["a", "b"]}, RuleCondition={"Fn::Equals": [{"Ref": "Version"}, "6"]})


@pytest.mark.parametrize("rule", [{"Assertions": None}, {"Assertions": [{"Asert": True}]}])
def test_a_rule_that_asserts_nothing_is_refused(rule: Any) -> None:
    with pytest.raises(TemplateError, match="must contain"):
        check({"R": rule}, lambda value: value)


@pytest.mark.parametrize("function", ["Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals"])
def test_a_function_of_rules_has_two_arguments(function: str) -> None:
    with pytest.raises(TemplateError, match=f"every {function} object requires two parameters"):
        checked({function: [["a"]]})
