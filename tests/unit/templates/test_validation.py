"""What AWS answers; the messages are those of its recorded answers wherever there is one."""

from typing import Any

import pytest

from constructs_lib.templates.errors import TemplateError, pointer
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import parameters
from constructs_lib.templates.property_validation import problems
from constructs_lib.templates.reading import read
from constructs_lib.templates.validation import check_deployment, is_transformed, validate

TOPIC = {"Type": "AWS::SNS::Topic"}


def with_topic(**sections: Any) -> dict[str, Any]:
    return {"Resources": {"Topic": TOPIC}, **sections}


def resource(**attributes: Any) -> dict[str, Any]:
    return {"Resources": {"A": {"Type": "AWS::SNS::Topic", **attributes}}}


UNRESOLVED = "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"
IN_CONDITIONS = (
    "Template format error: Unresolved dependencies [Topic]. Cannot reference resources in the Conditions block of the "
    "template"
)
GET_ATT = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource "
    "attribute"
)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": {}}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": {"A": "b"}}, "Template format error: Any Resources member must be an object."),
        (
            {"Resources": {"A": {"Properties": {}}}},
            "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
        ),
        (resource(Invalid=10), "Invalid template resource property 'Invalid'"),
        (
            {"Resources": {"my-bad-resource-id": TOPIC}},
            "Template format error: Resource name my-bad-resource-id is non alphanumeric.",
        ),
        (
            {"Resources": {"AWS::NoValue": TOPIC}},
            "Template format error: Resource name AWS::NoValue is non alphanumeric.",
        ),
        (
            with_topic(Parameters={"AWS::NoValue": {"Type": "String"}}),
            "Template format error: Parameter name AWS::NoValue is non alphanumeric.",
        ),
        (
            with_topic(Outputs={"MyOutput": {"Value": None}}),
            "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates",
        ),
        (
            with_topic(Outputs={"MyOutput": {"Value": None, "AnotherValue": None}}),
            "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates",
        ),
        (
            with_topic(Outputs={"MyOutput": {}}),
            "Template format error: Every Outputs member must contain a Value object",
        ),
        (
            with_topic(Mappings={"M": {"A": {"Suffix": {"Ref": "P"}}}}),
            "Template format error: Every Mappings attribute must be a String or a List.",
        ),
        (
            with_topic(Mappings={"M": {"A": {"Suffix": {"deeper": "a"}}}}),
            "Template format error: Every Mappings attribute must be a String or a List.",
        ),
        (with_topic(Mappings={"M": {"A": "suffix"}}), "Template format error: Every Mappings member A must be a map"),
        (resource(DependsOn="Nope"), UNRESOLVED.format("Nope", "Resources")),
        (resource(Properties={"Name": {"Ref": "InvalidRef"}}), UNRESOLVED.format("InvalidRef", "Resources")),
        (resource(Properties={"TopicName": {"Fn::Sub": "${X}-${Y}"}}), UNRESOLVED.format("X, Y", "Resources")),
        (
            resource(Properties={"TopicName": {"Fn::Sub": "${Y.Arn}"}}),
            "Template error: instance of Fn::Sub references invalid resource attribute Y.Arn",
        ),
        (with_topic(Outputs={"A": {"Value": {"Ref": "Nope"}}}), UNRESOLVED.format("Nope", "Outputs")),
        (
            resource(Properties={"TopicName": {"Fn::GetAtt": ["Nope", "Arn"]}}),
            "Template error: instance of Fn::GetAtt references undefined resource Nope",
        ),
        (with_topic(Outputs={"A": {"Value": {"Fn::GetAtt": ["Topic", ""]}}}), GET_ATT),
        (with_topic(Outputs={"A": {"Value": {"Fn::GetAtt": ["Topic"]}}}), GET_ATT),
        (
            with_topic(Outputs={"A": {"Value": {"Fn::GetAtt": ["Topic", "Invalid"]}}}),
            "[Error] /Outputs/A/Value/Fn::GetAtt: Resource type AWS::SNS::Topic does not support attribute {Invalid}.",
        ),
        (
            resource(Type="AWS::Foo::Bar"),
            "Template format error: Unrecognized resource types: [AWS::Foo::Bar]",
        ),
        (
            {"Resources": {"A": {**TOPIC, "DependsOn": "B"}, "B": {**TOPIC, "DependsOn": ["A"]}, "C": TOPIC}},
            "Circular dependency between resources: [A, B]",
        ),
        (
            resource(Properties={"TopicName": {"Fn::If": ["MissingCondition", "a", "b"]}}),
            "Template error: unresolved condition dependency MissingCondition in Fn::If",
        ),
        (resource(Condition="Missing"), "Template format error: Condition Missing is not defined."),
        (
            with_topic(Conditions={"C": {"Fn::Equals": [{"Ref": "Topic"}, "a"]}}),
            IN_CONDITIONS,
        ),
        (
            with_topic(Conditions={"C": {"Fn::Equals": ["a"]}}),
            "Template error: every Fn::Equals object requires a list of 2 string parameters.",
        ),
        (
            {"Resources": {f"T{index}": TOPIC for index in range(501)}},
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            with_topic(Outputs={f"O{index}": {"Value": "a"} for index in range(201)}),
            "Template format error: Number of outputs, 201, is greater than maximum allowed, 200",
        ),
        (with_topic(Conditions=[]), "Template format error: Conditions must be an object."),
        (
            {"Resources": {"Fn::ForEach::Loop": ["X", ["a"], {"T${X}": TOPIC}]}},
            "Template format error: Resource name Fn::ForEach::Loop is non alphanumeric.",
        ),
        (with_topic(Conditons={}, Others={}), "Invalid template property or properties [Conditons, Others]"),
        (
            with_topic(AWSTemplateFormatVersion="2012-10-17"),
            "Template format error: unsupported value for AWSTemplateFormatVersion.",
        ),
        (with_topic(Description="a" * 1025), "Template format error: 'Description' length is greater than 1024."),
        (
            with_topic(Parameters={"P": {"Default": "a"}}),
            "Template format error: Every Parameters object must contain a Type member.",
        ),
        (
            with_topic(Parameters={"P": {"Type": "Boolean"}}),
            "Template format error: Unrecognized parameter type: Boolean",
        ),
        (
            with_topic(Parameters={"P": {"Type": "String", "Defualt": "a"}}),
            "Invalid template parameter property 'Defualt'",
        ),
        (
            with_topic(Parameters={"P": {"Type": "String", "Default": ["a"]}}),
            "Template format error: Every Default member must be a string.",
        ),
        (
            with_topic(Parameters={"Topic": {"Type": "String"}}),
            "Template error: all resources and parameters must have unique names. Common name(s):[Topic]",
        ),
        (
            resource(DeletionPolicy="Keep"),
            "Template format error: Unrecognized DeletionPolicy Keep for resource A",
        ),
        (resource(DependsOn={"Ref": "B"}), "Template format error: DependsOn must be a string or list of strings."),
        (
            resource(Properties={"TopicName": {"Fn::Select": [{"Ref": "A"}, ["a"]]}, "DisplayName": {"Fn::Select": 1}}),
            "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
        ),
    ],
)
def test_what_is_wrong_with_a_template_is_told_in_the_words_of_aws(template: Any, message: str) -> None:
    with pytest.raises(TemplateError) as raised:
        validate(template)
    assert raised.value.message == message


@pytest.mark.parametrize(
    ("template", "path"),
    [
        (resource(Properties={"Tags": [{"Key": "a", "Value": {"Ref": "X"}}]}), "/Properties/Tags/0/Value/Ref"),
        (resource(Properties={"TopicName": {"Fn::Sub": ["a", {"b": {"Ref": "X"}}]}}), "/Properties/TopicName/Fn::Sub"),
        (resource(Properties={"TopicName": {"Fn::Sub": "${X.Arn}"}}), "/Properties/TopicName/Fn::Sub"),
        (resource(Properties={"TopicName": {"Fn::GetAtt": "X.Arn"}}), "/Properties/TopicName/Fn::GetAtt"),
        (resource(DependsOn=["X"]), "/DependsOn"),
    ],
)
def test_what_refers_to_nothing_is_told_with_its_place(template: Any, path: str) -> None:
    with pytest.raises(TemplateError) as raised:
        validate(template)
    assert pointer(raised.value.path) == f"/Resources/A{path}"


@pytest.mark.parametrize(
    "template",
    [
        with_topic(Metadata={"any": None}, Outputs={"A": {"Value": {"Fn::GetAtt": "Topic.TopicName"}}}),
        resource(Properties={"TopicName": {"Fn::If": ["C", {"Ref": "P"}, {"Ref": "AWS::NoValue"}]}})
        | {
            "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, ""]}},
            "Parameters": {"P": {"Type": "CommaDelimitedList"}},
        },
        resource(Properties={"DisplayName": {"Fn::Select": [5, {"Ref": "P"}]}})
        | {"Parameters": {"P": {"Type": "CommaDelimitedList"}}},
        {"Resources": {"A": {"Type": "Custom::Own", "Properties": {"ServiceToken": "arn", "Anything": {"a": [1]}}}}},
        resource(DeletionPolicy={"Fn::If": ["C", "Retain", "Delete"]}) | {"Conditions": {"C": {"Fn::Equals": [1, 2]}}},
    ],
)
def test_a_template_that_aws_takes_is_taken(template: Any) -> None:
    validate(template)


@pytest.mark.parametrize(
    "template",
    [
        {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": {"Type": "AWS::Serverless::Function"}}},
        {"Transform": "Count", "Resources": {"A": {**TOPIC, "Count": 3}}},
        {"Resources": {"Fn::Transform": {"Name": "AWS::Include"}}},
        {"Resources": {"A": {"Fn::Transform": {"Name": "AWS::Include"}}}},
        {
            "Transform": ["AWS::LanguageExtensions"],
            "Resources": {"Fn::ForEach::Topics": ["X", ["a"], {"Topic${X}": TOPIC}]},
        },
    ],
)
def test_of_a_template_that_is_yet_to_be_transformed_only_the_shape_is_checked(template: Any) -> None:
    assert is_transformed(template)
    validate(template)


CONDITIONAL = """
Parameters:
  Option: {Type: String, AllowedValues: [option-a, option-b]}
  Suffix: {Type: String, Default: a}
Conditions:
  IsA: !Equals [!Ref Option, option-a]
Mappings:
  Suffixes: {a: {text: x}}
Resources:
  MyTopic: {Type: AWS::SNS::Topic, Condition: IsA}
  Other:
    Type: AWS::SNS::Topic
"""
WITH_DEPENDENT = "    DependsOn: MyTopic\n"
WITH_REFERENCE = "    Properties: {DisplayName: !GetAtt MyTopic.TopicName}\n"
WITH_MAPPING = "    Properties: {DisplayName: !FindInMap [Suffixes, !Ref Suffix, text]}\n"
WITH_BRANCH = "    Properties: {DisplayName: !If [IsA, !Ref MyTopic, none]}\n"
WITH_OUTPUT = "Outputs: {A: {Value: !Ref MyTopic}}\n"
WITH_CONDITIONAL_OUTPUT = "Outputs: {A: {Condition: IsA, Value: !Ref MyTopic}}\n"
WITH_TYPO = "    Properties: {DisplayNam: a}\n"
WITH_WRONG_KIND = "    Properties: {Tags: {a: b}}\n"
WITH_RULE = """\
Rules:
  OnlyA:
    RuleCondition: !Equals [!Ref Suffix, a]
    Assertions: [{Assert: !Contains [[option-a], !Ref Option], AssertDescription: Only option-a is for sale.}]
"""


def deployed(text: str, **given: str) -> None:
    template = read(text)
    validate(template)
    check_deployment(Evaluator(template, parameters=parameters(template, given)))


@pytest.mark.parametrize(
    ("more", "given", "message"),
    [
        (WITH_DEPENDENT, {}, UNRESOLVED.format("MyTopic", "Resources")),
        (WITH_REFERENCE, {}, UNRESOLVED.format("MyTopic", "Resources")),
        (WITH_OUTPUT, {}, "Unresolved resource dependencies [MyTopic] in the Outputs block of the template"),
        (WITH_MAPPING, {"Suffix": "c"}, "Template error: Unable to get mapping for Suffixes::c::text"),
        (WITH_TYPO, {}, "Property validation failure: [Encountered unsupported properties in {/}: [DisplayNam]]"),
        (WITH_WRONG_KIND, {}, "Property validation failure: [Value of property {/Tags} does not match type {Array}]"),
        (WITH_RULE, {}, "Rule OnlyA failed: Only option-a is for sale."),
    ],
)
def test_what_is_wrong_with_a_deployment_is_told_at_the_call(more: str, given: dict[str, str], message: str) -> None:
    with pytest.raises(TemplateError) as raised:
        deployed(CONDITIONAL + more, Option="option-b", **given)
    assert raised.value.message == message


@pytest.mark.parametrize("more", [WITH_DEPENDENT, WITH_REFERENCE, WITH_OUTPUT, WITH_RULE])
def test_the_same_is_right_where_the_condition_is_true(more: str) -> None:
    deployed(CONDITIONAL + more, Option="option-a")


@pytest.mark.parametrize("more", [WITH_BRANCH, WITH_CONDITIONAL_OUTPUT, WITH_MAPPING])
def test_what_is_not_reached_may_refer_to_what_is_not_made(more: str) -> None:
    deployed(CONDITIONAL + more, Option="option-b")


def test_a_rule_whose_condition_is_false_asserts_nothing() -> None:
    deployed(CONDITIONAL + WITH_RULE, Option="option-b", Suffix="b")


def test_a_property_that_is_required_is_missed() -> None:
    with pytest.raises(TemplateError) as raised:
        deployed("Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Value: a}}}")
    assert raised.value.message == "Property validation failure: [The property {/Type} is required]"
    assert raised.value.path == ("Resources", "P", "Properties")


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"Code": {"ZipFile": {"Source": "x"}}}, "Value of property {/Code/ZipFile} does not match type {String}"),
        ({"Code": {"ZipFile": ["x"]}}, "Value of property {/Code/ZipFile} does not match type {String}"),
        ({"Code": ["x"]}, "Value of property {/Code} does not match type {Object}"),
        ({"Layers": [{"Arn": "x"}]}, "Value of property {/Layers/0} does not match type {String}"),
        ({"Environment": {"Variables": "x"}}, "Value of property {/Environment/Variables} does not match type {Map}"),
        ({"VpcConfig": {"SubnetIds": "x"}}, "Value of property {/VpcConfig/SubnetIds} does not match type {Array}"),
        ({"MemorySize": {"MiB": 128}}, "Value of property {/MemorySize} does not match type {Integer}"),
    ],
)
def test_what_is_of_another_type_is_refused_at_any_depth(properties: dict[str, Any], problem: str) -> None:
    function = {"Role": "arn:aws:iam::111122223333:role/r", "Code": {"ZipFile": "x"}}
    assert problems("AWS::Lambda::Function", {**function, **properties}) == [problem]


@pytest.mark.parametrize(
    "properties",
    [
        {"MemorySize": "128", "Description": 7},
        {"TracingConfig": '{"Mode": "Active"}'},
        {"Code": {"ZipFile": 1}, "Environment": {"Variables": {"A": 1}}},
    ],
)
def test_what_cloudformation_converts_is_right(properties: dict[str, Any]) -> None:
    function = {"Role": "arn:aws:iam::111122223333:role/r", "Code": {"ZipFile": "x"}}
    assert problems("AWS::Lambda::Function", {**function, **properties}) == []
