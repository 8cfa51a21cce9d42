from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator, Output
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.unknown import Source, Unknown

PSEUDO = Pseudo(
    account="123456789012",
    region="eu-central-1",
    stack_name="app",
    stack_id="arn:aws:cloudformation:eu-central-1:123456789012:stack/app/1",
)
TEMPLATE: dict[str, Any] = {
    "Mappings": {
        "RegionMap": {
            "us-east-1": {"HVM64": "ami-0ff8a91507f77f867", "Zones": ["a", "b"]},
            "eu-central-1": {"HVM64": "ami-06cd52961ce9f0d85"},
        },
    },
    "Conditions": {
        "Yes": {"Fn::Equals": ["a", "a"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Maybe": {"Fn::Equals": [{"Ref": "Unset"}, "a"]},
    },
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Vpc": {"Type": "AWS::EC2::VPC"},
        "Absent": {"Type": "AWS::SQS::Queue", "Condition": "No"},
    },
}
PARAMETERS = {"Name": "box", "List": ["x", "y", "z"], "Count": "3", "Unset": Source("Unset").value}


class Deployed:
    def ref(self, logical_id: str) -> Any:
        return f"{logical_id.lower()}-1"

    def attribute(self, logical_id: str, name: str) -> Any:
        return "10.0.0.0/16" if name == "CidrBlock" else f"arn:{logical_id}.{name}"

    def exported(self, name: str) -> Any:
        return f"exported {name}"

    def zones(self, region: str) -> list[str]:
        return [f"{region}{letter}" for letter in "abc"]

    def dynamic(self, service: str, reference: str) -> str:
        return f"<{service} {reference}>"


def evaluator(**changes: Any) -> Evaluator:
    return Evaluator(
        {**TEMPLATE, **changes},
        parameters=PARAMETERS,
        pseudo=PSEUDO,
        resources=Deployed(),
        outside=Deployed(),
    )


def planned(**changes: Any) -> Evaluator:
    return Evaluator({**TEMPLATE, **changes}, parameters=PARAMETERS, pseudo=PSEUDO)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"Ref": "Name"}, "box"),
        ({"Ref": "List"}, ["x", "y", "z"]),
        ({"Ref": "Queue"}, "queue-1"),
        ({"Ref": "AWS::Region"}, "eu-central-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::NotificationARNs"}, []),
        ({"Ref": "AWS::NoValue"}, None),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:Queue.Arn"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:Queue.Arn"),
        ({"Fn::GetAtt": [["Nested", "Outputs"][0].replace("Nested", "Queue"), "Outputs.A"]}, "arn:Queue.Outputs.A"),
        ({"Fn::GetAtt": ["Queue", {"Ref": "Name"}]}, "arn:Queue.box"),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${Queue}-${Queue.Arn}"}, "box-eu-central-1-queue-1-arn:Queue.Arn"),
        ({"Fn::Sub": ["${a} ${Name} ${b_1}", {"a": 1, "Name": "own", "b_1": True}]}, "1 own true"),
        ({"Fn::Sub": "${!Name} $Name ${ Name } $${Name} ${"}, "${Name} $Name box $box ${"),
        ({"Fn::Sub": ["${!a}", {"a": "b"}]}, "${a}"),
        ({"Fn::Sub": ["${Name}", {}]}, "box"),
        ({"Fn::Join": [":", ["a", "b", "c"]]}, "a:b:c"),
        ({"Fn::Join": ["", ["a", 1, True]]}, "a1true"),
        ({"Fn::Join": ["-", {"Ref": "List"}]}, "x-y-z"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "a-b"),
        ({"Fn::Join": ["-", []]}, ""),
        ({"Fn::Select": ["1", ["apples", "grapes", "oranges", "mangoes"]]}, "grapes"),
        ({"Fn::Select": [0, {"Ref": "List"}]}, "x"),
        ({"Fn::Select": [2, {"Fn::Split": [",", "a,b,c"]}]}, "c"),
        ({"Fn::Split": ["|", "a||c|"]}, ["a", "", "c", ""]),
        ({"Fn::FindInMap": ["RegionMap", {"Ref": "AWS::Region"}, "HVM64"]}, "ami-06cd52961ce9f0d85"),
        ({"Fn::FindInMap": ["RegionMap", "us-east-1", "Zones"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["RegionMap", "eu-west-1", "HVM64", {"DefaultValue": {"Ref": "Name"}}]}, "box"),
        ({"Fn::FindInMap": ["Nowhere", "a", "b", {"DefaultValue": "d"}]}, "d"),
        ({"a": {"Fn::FindInMap": ["Nowhere", "a", "b", {"DefaultValue": {"Ref": "AWS::NoValue"}}]}}, {}),
        ({"Fn::FindInMap": ["RegionMap", "us-east-1", "Nope", {"DefaultValue": ["d"]}]}, ["d"]),
        ({"Fn::If": ["Yes", "a", {"Fn::Nothing": 1}]}, "a"),
        ({"Fn::If": ["No", {"Ref": "Absent"}, ["b"]]}, ["b"]),
        ([{"Fn::If": ["No", "a", {"Ref": "AWS::NoValue"}]}, "b"], ["b"]),
        ({"a": {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, 1]}, "b": 2}, {"b": 2}),
        ({"Fn::GetAZs": ""}, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
        ({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}, "eu-central-1a"),
        ({"Fn::GetAZs": "us-east-1"}, ["us-east-1a", "us-east-1b", "us-east-1c"]),
        (
            {"Fn::Cidr": ["192.168.0.0/24", "6", "5"]},
            [f"192.168.0.{start}/27" for start in (0, 32, 64, 96, 128, 160)],
        ),
        ({"Fn::Select": [0, {"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, 4, 8]}]}, "10.0.0.0/24"),
        ({"Fn::Cidr": ["10.0.0.0/16", 2]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::Cidr": ["2001:db8::/56", 2, 64]}, ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ({"Fn::Base64": "AWS CloudFormation"}, "QVdTIENsb3VkRm9ybWF0aW9u"),
        ({"Fn::Base64": {"Fn::Sub": "${Name}é"}}, "Ym94w6k="),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-vpc"}}, "exported box-vpc"),
        ({"Fn::Length": {"Ref": "List"}}, 3),
        ({"Fn::Length": {"Fn::Split": ["|", "a|b|c|d"]}}, 4),
        (
            {"Fn::ToJsonString": {"a": {"Ref": "Name"}, "b": [1, True, {"Ref": "AWS::NoValue"}]}},
            '{"a":"box","b":[1,true]}',
        ),
        ({"Ref": "Name", "Other": 1}, {"Ref": "Name", "Other": 1}),
        ({"Condition": "Yes"}, {"Condition": "Yes"}),
        ("text", "text"),
        (1.5, 1.5),
    ],
)
def test_a_function_is_what_the_page_of_aws_says(value: Any, result: Any) -> None:
    assert evaluator().value(value) == result


JOIN = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
    "strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
)
SPLIT = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be "
    "split or a function that returns a string to be split."
)
SELECT = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
GET_ATT = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource "
    "attribute"
)
SUB = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as "
    "first argument, and an optional second argument to specify a mapping of values to replace in the string"
)
FIND = (
    "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for "
    "return value"
)
SUB_KEY = (
    "Template error: every key of the context object of every Fn::Sub object must contain only alphanumeric characters "
    "and underscores"
)
SUB_VALUE = (
    "Template error: every value of the context object of every Fn::Sub object must be a string or a function that "
    "returns a string"
)
UNSUPPORTED = (
    "Template Error: Encountered unsupported function: fn::GetAtt Supported functions are: [Fn::Base64, Fn::GetAtt, "
    "Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, "
    "Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, "
    "Fn::RefAll, Fn::Sub, Fn::Cidr]"
)
SUB_NAME = (
    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, "
    "and colons"
)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"Ref": "Nope"},
            "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template",
        ),
        (
            {"Fn::Sub": "${Absent}"},
            "Template format error: Unresolved resource dependencies [Absent] in the Resources block of the template",
        ),
        ({"Fn::GetAtt": ["Nope", "Arn"]}, "Template error: instance of Fn::GetAtt references undefined resource Nope"),
        ({"Ref": ["a"]}, "Template error: every Ref object must have a single String value."),
        ({"Fn::GetAtt": "Queue"}, GET_ATT),
        ({"Fn::GetAtt": ["Queue", ""]}, GET_ATT),
        ({"Fn::GetAtt": ["Queue", "A", "B"]}, GET_ATT),
        ({"Fn::Sub": ["a", "b"]}, SUB),
        ({"Fn::Sub": ["a"]}, SUB),
        ({"Fn::Sub": {"a": "b"}}, SUB),
        ({"Fn::Sub": "${a[0]}"}, SUB_NAME),
        ({"Fn::Sub": "${}"}, SUB_NAME),
        (
            {"Fn::Sub": "${Nope.Arn}"},
            "Template error: instance of Fn::Sub references invalid resource attribute Nope.Arn",
        ),
        ({"Fn::Sub": ["${a}", {"a-b": "c"}]}, SUB_KEY),
        ({"Fn::Sub": ["a", {"a": {"Ref": "List"}}]}, SUB_VALUE),
        ({"fn::GetAtt": ["Queue", "Arn"]}, UNSUPPORTED),
        (
            {"Fn::Sub": "${List}"},
            "Template error: variable List in Fn::Sub expression does not resolve to a string",
        ),
        ({"Fn::Join": ["-"]}, JOIN),
        ({"Fn::Join": [1, ["a"]]}, JOIN),
        ({"Fn::Join": ["-", [["a"]]]}, JOIN),
        ({"Fn::Split": ["", "a"]}, SPLIT),
        ({"Fn::Split": ["-", ["a"]]}, SPLIT),
        ({"Fn::Select": [0]}, SELECT),
        ({"Fn::Select": ["first", ["a"]]}, SELECT),
        ({"Fn::Select": [-1, ["a"]]}, SELECT),
        ({"Fn::Select": [0, "a"]}, SELECT),
        ({"Fn::Select": [3, ["a"]]}, "Template error: Fn::Select cannot select nonexistent value at index 3"),
        (
            {"Fn::FindInMap": ["RegionMap", "eu-west-1", "HVM64"]},
            "Template error: Unable to get mapping for RegionMap::eu-west-1::HVM64",
        ),
        (
            {"Fn::FindInMap": ["Nowhere", "a", "b"]},
            "Template error: Mapping named 'Nowhere' is not present in the 'Mappings' section of template.",
        ),
        ({"Fn::FindInMap": ["RegionMap", "us-east-1"]}, FIND),
        ({"Fn::FindInMap": ["RegionMap", "us-east-1", "HVM64", "default"]}, FIND),
        ({"Fn::FindInMap": "RegionMap"}, FIND),
        ({"Fn::FindInMap": ["RegionMap", ["us-east-1"], "HVM64"]}, FIND),
        ({"Fn::If": "Yes"}, "Template error: Fn::If requires a list argument with the first element being a condition"),
        ({"Fn::If": ["Yes", 1]}, "Template error: Fn::If requires a list argument with three elements"),
        ({"Fn::If": ["Missing", 1, 2]}, "Template error: unresolved condition dependency Missing in Fn::If"),
        ({"Fn::Base64": ["a"]}, "Template error: every Fn::Base64 object must have a String-typed value."),
    ],
)
def test_a_function_that_is_wrong_is_refused_in_the_words_of_aws(value: Any, message: str) -> None:
    with pytest.raises(TemplateError) as raised:
        evaluator().value({"a": [value]})
    assert raised.value.message == message
    assert raised.value.path[:3] == ("a", 0, next(iter(value)))


QUEUE = Source("Queue", frozenset({"Queue"}))
ARN = Source("Queue.Arn", frozenset({"Queue"}))


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"Ref": "Queue"}, Unknown((QUEUE,))),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, Unknown((ARN,))),
        ({"Fn::Sub": "a ${Queue} ${Queue.Arn}."}, Unknown(("a ", QUEUE, " ", ARN, "."))),
        ({"Fn::Join": ["-", ["a", {"Ref": "Queue"}, "b", "c"]]}, Unknown(("a-", QUEUE, "-b-c"))),
        ({"Fn::Select": [0, {"Fn::Split": [":", {"Fn::Sub": "a:b:${Queue}"}]}]}, "a"),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Sub": "a:b:${Queue}"}]}]}, "b"),
        ({"Fn::Select": [1, [{"Ref": "Queue"}, "b"]]}, "b"),
        ({"Fn::If": ["Maybe", "a", "a"]}, "a"),
        ({"Fn::ToJsonString": {"q": {"Ref": "Queue"}}}, Unknown(('{"q":"', QUEUE, '"}'))),
    ],
)
def test_what_is_not_known_stays_as_exact_as_it_is(value: Any, result: Any) -> None:
    assert planned().value(value) == result


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ({"Fn::Equals": [{"Fn::Sub": "a-${Unset}"}, "b-1"]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "a-${Unset}"}, "a"]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "a-${Unset}"}, {"Fn::Sub": "b-${Unset}"}]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "a-${Unset}"}, {"Fn::Sub": "a-${Unset}"}]}, True),
        ({"Fn::Or": [{"Condition": "Maybe"}, {"Condition": "Yes"}]}, True),
        ({"Fn::And": [{"Condition": "Maybe"}, {"Condition": "No"}]}, False),
    ],
)
def test_a_condition_is_known_where_what_is_not_makes_no_difference(condition: Any, *, truth: bool) -> None:
    assert planned(Conditions={**TEMPLATE["Conditions"], "Asked": condition}).condition("Asked") is truth


@pytest.mark.parametrize(
    "condition",
    [
        {"Fn::Equals": [{"Fn::Sub": "a-${Unset}"}, "a-1"]},
        {"Fn::Not": [{"Condition": "Maybe"}]},
        {"Fn::And": [{"Condition": "Maybe"}, {"Condition": "Yes"}]},
        {"Fn::Or": [{"Condition": "Maybe"}, {"Condition": "No"}]},
    ],
)
def test_a_condition_is_unknown_where_it_makes_a_difference(condition: Any) -> None:
    found = planned(Conditions={**TEMPLATE["Conditions"], "Asked": condition}).condition("Asked")
    assert isinstance(found, Unknown)


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Select": [1, {"Fn::Split": [":", {"Ref": "Queue"}]}]},
        {"Fn::Base64": {"Ref": "Queue"}},
        {"Fn::Cidr": [{"Fn::GetAtt": ["Queue", "A"]}, 2, 8]},
        {"Fn::Length": {"Fn::GetAtt": ["Queue", "A"]}},
        {"Fn::If": ["Maybe", {"Ref": "Queue"}, {"Ref": "AWS::NoValue"}]},
        {"Fn::Join": [",", {"Fn::GetAtt": ["Queue", "A"]}]},
        {"Fn::FindInMap": ["RegionMap", {"Ref": "Queue"}, "HVM64"]},
    ],
)
def test_what_depends_on_something_unknown_says_on_which_resource(value: Any) -> None:
    found = planned().value(value)
    assert isinstance(found, Unknown)
    assert found.resources == {"Queue"}
    assert found == planned().value(value)


def test_conditions_are_made_of_others() -> None:
    known = evaluator()
    assert (known.condition("Yes"), known.condition("No")) == (True, False)
    assert isinstance(known.condition("Maybe"), Unknown)
    assert known.active() == ["Queue", "Vpc"]


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"A": {"Condition": "B"}, "B": {"Condition": "A"}}, "circular condition dependency"),
        (
            {"A": {"Fn::Equals": [{"Ref": "Queue"}, "a"]}},
            r"Unresolved dependencies \[Queue\]. Cannot refer",
        ),
        ({"A": {"Fn::Equals": ["a"]}}, "every Fn::Equals object requires a list of 2 string parameters."),
        ({"A": {"Fn::Not": []}}, "every Fn::Not object requires one boolean parameter."),
        ({"A": {"Fn::And": [{"Condition": "A"}]}}, "every Fn::And object requires a list of at least 2 and at most 10"),
        ({"A": "often"}, "Conditions can only be boolean operations on parameters and other conditions"),
    ],
)
def test_what_is_no_condition_is_refused(conditions: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message) as raised:
        evaluator(Conditions=conditions).condition("A")
    assert raised.value.path[:2] == ("Conditions", "A")


def test_a_resource_has_its_properties_without_what_has_no_value() -> None:
    entry = {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": {"Fn::If": ["Yes", "Retain", "Delete"]},
        "Properties": {
            "QueueName": {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, "a"]},
            "Password": {"Fn::Sub": "{{resolve:secretsmanager:${Name}:SecretString}} and {{resolve:ssm:/a}}"},
        },
    }
    found = evaluator(Resources={"Q": entry})
    assert found.properties("Q") == {"Password": "<secretsmanager box:SecretString> and <ssm /a>"}
    assert (found.policy("Q", "DeletionPolicy"), found.policy("Q", "UpdateReplacePolicy")) == ("Retain", None)


def test_outputs_are_those_that_are_made() -> None:
    outputs = {
        "A": {"Value": {"Ref": "Queue"}, "Description": "the queue", "Export": {"Name": {"Fn::Sub": "${Name}-q"}}},
        "B": {"Value": 3},
        "C": {"Value": {"Ref": "Absent"}, "Condition": "No"},
    }
    assert evaluator(Outputs=outputs).outputs() == {
        "A": Output("A", "queue-1", "the queue", "box-q"),
        "B": Output("B", "3"),
    }


def test_an_output_of_a_resource_that_is_not_made_is_refused() -> None:
    with pytest.raises(
        TemplateError, match=r"Unresolved resource dependencies \[Absent\] in the Outputs block"
    ) as raised:
        evaluator(Outputs={"A": {"Value": {"Ref": "Absent"}}}).outputs()
    assert raised.value.path == ("Outputs", "A", "Ref")


NAMES = st.sampled_from(
    ["Name", "List", "Queue", "Queue.Arn", "AWS::Region", "AWS::NoValue", "Nope", "Yes", "Maybe", ""]
)
FUNCTIONS = st.sampled_from(sorted([*evaluator()._values["Resources"]._functions, "Condition", "Fn::Nothing"]))
LEAVES = (
    NAMES | st.integers(-2, 40) | st.booleans() | st.none() | st.sampled_from(["${Name}", "10.0.0.0/16", ",", "a,b"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(FUNCTIONS, below, min_size=1, max_size=1)
        | st.dictionaries(st.sampled_from("abc"), below, max_size=2)
    ),
    max_leaves=12,
)


@given(ANYTHING, st.sampled_from([evaluator, planned]))
def test_any_value_comes_to_something_or_is_refused(value: Any, make: Any) -> None:
    results = [_result(make(), value) for _ in range(2)]
    assert results[0] == results[1]


def _result(found: Evaluator, value: Any) -> Any:
    try:
        return found.value(value)
    except TemplateError as error:
        return error.message


@given(st.lists(st.tuples(st.sampled_from(["${Name}", "${!Name}", "$", "{", "}", "a"]), st.just(0))))
def test_sub_keeps_every_letter_that_is_no_variable(pieces: list[tuple[str, int]]) -> None:
    texts = [text for text, _ in pieces]
    if "${" in "".join(text for text in texts if not text.startswith("${")):
        return
    expected = "".join({"${Name}": "box", "${!Name}": "${Name}"}.get(text, text) for text in texts)
    assert evaluator().value({"Fn::Sub": "".join(texts)}) == expected


def test_what_is_nested_too_deeply_is_refused() -> None:
    value: Any = "a"
    for _ in range(5000):
        value = {"Fn::Base64": value}
    with pytest.raises(TemplateError, match="nested too deeply"):
        evaluator().value(value)


def test_threads_may_evaluate_one_deployment_at_once() -> None:
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "Name"}, "box"]}}
    conditions |= {f"C{number}": {"Fn::Not": [{"Condition": f"C{number - 1}"}]} for number in range(1, 60)}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"A": {"Fn::If": ["C58", {"Ref": "Vpc"}, "no"]}}}
    shared = evaluator(Conditions=conditions, Resources={"Vpc": TEMPLATE["Resources"]["Vpc"], "Q": queue})
    begin = Barrier(4)

    def work(_: int) -> Any:
        begin.wait()
        return shared.properties("Q"), shared.condition("C59")

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(work, range(4))] == [({"A": "vpc-1"}, False)] * 4


@pytest.mark.parametrize("make", [evaluator, planned])
@pytest.mark.parametrize("kind", ["Fn::Base64", "Fn::Sub"])
def test_functions_in_functions_make_no_text_that_no_memory_holds(make: Any, kind: str) -> None:
    value: Any = {"Fn::Sub": "0123456789${Queue}"}
    for _ in range(80):
        value = {kind: value} if kind == "Fn::Base64" else {"Fn::Sub": ["${a}${a}", {"a": value}]}
    if make is planned and kind == "Fn::Base64":
        assert len(str(make().value(value))) < 1000
    else:
        with pytest.raises(TemplateError, match="a function makes a text of more than 2000000 characters"):
            make().value(value)
