from typing import Any

import pytest

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.parameters import declared, is_parameter_type, parameters, texts, unknown_parameters
from constructs_lib.templates.unknown import Source, Unknown


def template(**declarations: Any) -> dict[str, Any]:
    return {"Parameters": declarations}


@pytest.mark.parametrize(
    ("declaration", "given", "value"),
    [
        ({"Type": "String"}, "a, b", "a, b"),
        ({"Type": "String", "Default": ""}, None, ""),
        ({"Type": "String", "Default": True}, None, "true"),
        ({"Type": "Number", "Default": 3}, None, "3"),
        ({"Type": "Number"}, "1.50", "1.50"),
        ({"Type": "CommaDelimitedList", "Default": "c5.large,m5.large"}, None, ["c5.large", "m5.large"]),
        ({"Type": "CommaDelimitedList"}, " a , b", ["a", "b"]),
        ({"Type": "CommaDelimitedList", "Default": ""}, None, []),
        ({"Type": "List<Number>"}, "80,20", ["80", "20"]),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-1,subnet-2", ["subnet-1", "subnet-2"]),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "vpc-1"),
        ({"Type": "AWS::SSM::Parameter::Name"}, "/a", "/a"),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "/a", "x,y"),
        ({"Type": "AWS::SSM::Parameter::Value<List<String>>"}, "/a", ["x", "y"]),
        ({"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>", "Default": "/a"}, None, ["x", "y"]),
        ({"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}, "/a", "x,y"),
        ({"Type": "String", "AllowedValues": [1, "a"]}, "1", "1"),
        ({"Type": "Number", "AllowedValues": [1, 2]}, "1.0", "1.0"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "b,a", ["b", "a"]),
        ({"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": "1", "MaxLength": 3}, "abc", "abc"),
    ],
)
def test_a_parameter_is_what_is_given_or_its_default(declaration: Any, given: str | None, value: Any) -> None:
    store = {"/a": "x,y"}.__getitem__
    given_values = {} if given is None else {"P": given}
    assert parameters(template(P=declaration), given_values, store=store) == {"P": value}


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ({"Type": "Number"}, "many", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "nan", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "1_0", "Parameter 'P' must be a number."),
        ({"Type": "List<Number>"}, "1,many", "Parameter 'P' must be a number."),
        ({"Type": "String", "AllowedValues": ["x"], "Default": "x"}, "y", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["x"]}, "x,y", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "aB", "Parameter 'P' must match pattern [a-z]+"),
        ({"Type": "String", "MinLength": 2}, "a", "Parameter 'P' must contain at least 2 characters"),
        ({"Type": "String", "MaxLength": "2"}, "abc", "Parameter 'P' must contain at most 2 characters"),
        ({"Type": "Number", "MinValue": 1}, "0", "Parameter 'P' must be a number not less than 1"),
        ({"Type": "Number", "MaxValue": 1.5}, "2", "Parameter 'P' must be a number not greater than 1.5"),
        ({"Type": "List<Number>", "MaxValue": 9}, "1,10", "Parameter 'P' must be a number not greater than 9"),
        (
            {"Type": "String", "MinLength": 2, "ConstraintDescription": "two letters, please"},
            "a",
            "Parameter P failed to satisfy constraint: two letters, please",
        ),
        ({"Type": "String"}, None, "Parameters: [P] must have values"),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            "/b",
            "Unable to fetch parameters [/b] from parameter store for this account.",
        ),
    ],
)
def test_a_value_that_a_parameter_may_not_have_is_refused(declaration: Any, given: str | None, message: str) -> None:
    given_values = {} if given is None else {"P": given}
    with pytest.raises(TemplateError) as raised:
        parameters(template(P=declaration), given_values, store={"/a": "x"}.__getitem__)
    assert raised.value.message == message


def test_parameters_that_are_not_declared_are_refused() -> None:
    with pytest.raises(TemplateError, match=r"Parameters: \[Y, Z\] do not exist in the template"):
        texts(template(P={"Type": "String"}), {"Y": "1", "P": "1"}, use_previous=["Z"])


def test_a_default_is_checked_as_a_given_value_is() -> None:
    with pytest.raises(TemplateError, match="Parameter 'P' must be one of AllowedValues"):
        texts(template(P={"Type": "String", "Default": "y", "AllowedValues": ["x"]}), {})


def test_a_parameter_keeps_its_previous_value_only_where_the_call_says_so() -> None:
    declared_ones = template(P={"Type": "String", "Default": "d"}, Q={"Type": "String", "Default": "d"})
    assert texts(declared_ones, {}, use_previous=["P"], previous={"P": "x", "Q": "y"}) == {"P": "x", "Q": "d"}


def test_no_previous_value_is_made_up() -> None:
    message = "Invalid input for parameter key P. Cannot specify usePreviousValue as true for a parameter key not in"
    with pytest.raises(TemplateError, match=message):
        texts(template(P={"Type": "String"}), {}, use_previous=["P"])


def test_what_is_stored_elsewhere_is_unknown_without_a_store() -> None:
    stored = template(P={"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"})
    assert parameters(stored, {}) == {"P": Unknown((Source("P"),))}


def test_before_a_deployment_what_has_no_default_is_unknown() -> None:
    mixed = template(A={"Type": "String"}, B={"Type": "CommaDelimitedList", "Default": "a,b"}, C={"Type": "Number"})
    assert unknown_parameters(mixed, {"C": "3"}) == {"A": Source("A").value, "B": ["a", "b"], "C": "3"}


def test_a_secret_is_not_shown() -> None:
    secret, open_one = declared(template(S={"Type": "String", "NoEcho": "true"}, O={"Type": "String"})).values()
    assert (secret.shown("x"), open_one.shown("x")) == ("****", "x")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("String", True),
        ("List<Number>", True),
        ("AWS::EC2::KeyPair::KeyName", True),
        ("List<AWS::EC2::Subnet::Id>", True),
        ("AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", True),
        ("AWS::SSM::Parameter::Value<String>", True),
        ("Boolean", False),
        ("List<Text>", False),
        ("AWS::SSM::Parameter::Value<Text>", False),
    ],
)
def test_the_types_of_parameters(name: str, *, known: bool) -> None:
    assert is_parameter_type(name) is known
