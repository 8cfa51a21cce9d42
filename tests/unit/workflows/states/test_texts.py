"""Texts and expressions of users: JSONata that is none and JSONPath are refused, everything else passes."""

# ruff: noqa: E501 - a message reads best on one line

from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_stepfunctions as sfn
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import ConfigurationError, ItemSource, PipelineStage
from constructs_lib.workflows.states.texts import check_text, fault_of
from tests.unit.core.right_calls import Parts, made

STATES = {
    "SubmitJob": ["environment", "parameters", "tags"],
    "ArrayFanOut": ["environment", "tags"],
    "MapFanOut": ["environment", "item_environment", "parameters", "tags"],
    "DistributedFanOut": ["environment", "tags"],
    "ArrayPipeline": ["environment"],
}
ARGUMENTS = [(kind, argument) for kind, arguments in STATES.items() for argument in arguments]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% $states.input.( %}", "it is no JSONata: Expected ) before end of expression (FLOW003)"),
        ("{% $a + %}", "it is no JSONata: Unexpected end of expression"),
        ("{% a b %}", "it is no JSONata: Syntax error: b"),
        ("{% %}", "it is no JSONata"),
        ("{%%}", "it is no JSONata"),
        ("{% 'x %}", "String literal must be terminated by a matching quote"),
        ("{% $states.input.items[ %}", "it is no JSONata"),
        ("{% {'a': 1 %}", "it is no JSONata: Expected }"),
        ("{% $sum(1, %}", "it is no JSONata"),
        ("{% $states.input.x", "an expression is the whole text, from {% to %}"),
        ("$states.input.x %}", "an expression is the whole text"),
        (" {% $states.input.x %}", "an expression is the whole text"),
        ("s3://bucket/{% $states.input.key %}", "an expression is the whole text"),
        (
            "$.n",
            "it looks like JSONPath, and would arrive as it stands (FLOW003). Write '{% $states.input.n %}' for the value, or \"{% '$.n' %}\" if you mean this text.",
        ),
        ("$.a.b[0]", "Write '{% $states.input.a.b[0] %}'"),
        ("$['a']", "it looks like JSONPath"),
        ("$[0]", "Write '{% $states.input[0] %}'"),
        ("$$.Execution.Id", "Write '{% $states.context.Execution.Id %}'"),
        (
            "States.Format('{}', $.n)",
            "it looks like JSONPath, and would arrive as it stands (FLOW003). Write an expression such as",
        ),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_text("Here", text)
    assert str(caught.value).startswith(f"Here: got {text!r}, ")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "$HOME/data",
        "${HOME}",
        "$",
        "$$",
        "$5.00",
        "costs $.",
        "a $.b c",
        "States of matter",
        "100 %",
        "{",
        "{}",
        "{{ jinja }}",
        "a {% if x %} b",
        "{% '$.n' %}",
        "{% $states.input.n %}",
        "{%$states.input.n%}",
        "{% $map($states.input.items, function($item, $i) {{ 'at': $i, 'is': $item }}) %}",
        "{% $states.input.`a b`[0].(c & 'x') ~> $uppercase() %}",
        "{% ($x := 5; $x) %}",
        "{% $states.input.text ~> /a+/i %}",
        "{% $states.context.Execution.Id & '/' & $uuid() %}",
        "{% [1..$count($states.input)] %}",
        "{% $states.input.a ? 'yes' : 'no' %}",
    ],
)
def test_what_passes(text: str) -> None:
    check_text("Here", text)


@given(st.text().filter(lambda text: not text.strip().startswith(("{%", "$", "States.")) and "%}" not in text))
def test_any_other_text_passes(text: str) -> None:
    check_text("Here", text)


@given(st.text(alphabet="$states.input()[]{}'\"&+-*/ ab0,:;?~>|%^@#`", max_size=12))
def test_any_expression_is_right_or_told_in_one_line(expression: str) -> None:
    fault = fault_of(expression)
    assert fault is None or fault.strip()


@pytest.mark.parametrize(("kind", "argument"), ARGUMENTS)
@pytest.mark.parametrize("text", ["$.n", "{% $states.input.( %}", "x{% $y %}"])
def test_each_argument_is_told_with_its_key(kind: str, argument: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{kind} 'Default/Id' {argument}\['N'\]: got .*FLOW003"):
        made(Parts(Stack()), kind, "Id", **{argument: {"N": text}})


@pytest.mark.parametrize(("kind", "argument"), ARGUMENTS)
def test_each_argument_takes_an_expression_and_a_token(kind: str, argument: str) -> None:
    stack = Stack()
    value = CfnParameter(stack, "Value").value_as_string
    made(Parts(stack), kind, "Id", **{argument: {"N": "{% $string($states.input.n) %}", "M": value}})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"array_size": "{% $count( %}"}, "array_size: got"),
        ({"depends_on": ["{% $states.input.jobId %}", "$.jobId"]}, "depends_on[1]: got '$.jobId'"),
        ({"job_name": "{% 'a' & %}"}, "job_name: got"),
        ({"environment": "{% [ %}"}, "environment: got"),
        ({"command": ["echo", "$.n"]}, "command[1]: got '$.n'"),
        ({"outputs": {"a": [{"b": "$.n"}]}}, "outputs['a'][0]['b']: got '$.n'"),
        ({"outputs": "{% ( %}"}, "outputs: got"),
        ({"share_identifier": "{% $states.input.( %}"}, "share_identifier: got"),
    ],
)
def test_each_argument_of_a_submit(changes: dict[str, Any], told: str) -> None:
    parts = Parts(Stack())
    queue = parts.fair_queue if "share_identifier" in changes else parts.queue
    with pytest.raises(ConfigurationError) as caught:
        made(parts, "SubmitJob", "Id", queue=queue, **changes)
    assert told in str(caught.value)
    assert caught.value.code == "FLOW003"


@pytest.mark.parametrize(
    "kind", ["ArrayFanOut", "MapFanOut", "ArrayPipeline", "LambdaFanOut", "EcsTaskFanOut", "fan_out"]
)
def test_items(kind: str) -> None:
    with pytest.raises(ConfigurationError, match="no JSONata"):
        made(Parts(Stack()), kind, "Id", items="{% $states.input.( %}")


@pytest.mark.parametrize("kind", ["ArrayFanOut", "MapFanOut", "DistributedFanOut"])
def test_names_of_jobs(kind: str) -> None:
    with pytest.raises(ConfigurationError, match=r"job_name: got .* no JSONata"):
        made(Parts(Stack()), kind, "Id", job_name="{% ( %}")


def test_parameters_of_a_stage() -> None:
    parts = Parts(Stack())
    stages = [
        PipelineStage(name=name, job=parts.job, queue=parts.queue, parameters={"text": "$.n"}) for name in ("a", "b")
    ]
    with pytest.raises(ConfigurationError, match=r"stages\[0\].parameters\['text'\]: got '\$.n'"):
        made(parts, "ArrayPipeline", "Id", stages=stages)


def test_a_value_of_jsonpath_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"environment\['N'\]: got a value of sfn.JsonPath, this state uses JSONata"
    ):
        made(Parts(Stack()), "SubmitJob", "Id", environment={"N": sfn.JsonPath.string_at("$.n")})


def test_sources_of_items() -> None:
    parts = Parts(Stack())
    for call in (
        lambda: ItemSource.from_input("{% ( %}"),
        lambda: ItemSource.json(parts.bucket, "$.key"),
        lambda: ItemSource.csv(parts.bucket, "data/{% $states.input.name %}"),
        lambda: ItemSource.objects(parts.bucket, "{% [ %}"),
        lambda: ItemSource.inventory(parts.bucket, "$.manifest"),
    ):
        with pytest.raises(ConfigurationError, match="FLOW003"):
            call()
    with pytest.raises(ConfigurationError, match=r"pointer: got '\$.items', a JSON pointer begins with a slash"):
        ItemSource.json(parts.bucket, "key", pointer="$.items")


def test_the_parser_is_not_loaded_for_paths_alone() -> None:
    check_text("Here", "{% $states.input.a.b %}")
    before = fault_of.cache_info().misses
    check_text("Here", "{% $states.context.Execution.Input %}")
    made(Parts(Stack()), "ArrayFanOut", "Id", environment={"A": "{% $states.input.a %}"})
    assert fault_of.cache_info().misses == before
