"""LambdaFanOut: its definition over lists of every size, its rights, and what it makes of failures."""

import json
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from constructs_lib import ConfigurationError, LambdaFanOut
from tests.unit.workflows.interpreter import Execution, Failure, Task
from tests.unit.workflows.synthesized import (
    Resources,
    definition,
    new_stack,
    resources_of,
    state_machine,
    statements,
)

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:resize"


def function(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", ARN)


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        resize = function(stack)
        state_machine(stack, LambdaFanOut(stack, "Resize", function=resize))
        tolerant = LambdaFanOut(stack, "Tolerant", function=resize, max_concurrency=3, tolerated_failure_percentage=50)
        state_machine(stack, tolerant, "TolerantMachine")

    return resources_of(build)


@pytest.fixture(scope="module")
def machine(resources: Resources) -> dict[str, Any]:
    return definition(resources)


def run(machine: dict[str, Any], items: Any, answer: Task = lambda _: {"Payload": 1}) -> tuple[Any, list[Any]]:
    """The output, and the arguments of each invocation."""
    calls: list[Any] = []

    def invoke(arguments: dict[str, Any]) -> Any:
        calls.append(arguments)
        return answer(arguments["Payload"])

    return Execution({"invoke": invoke}).run(machine, {"items": items}), calls


def fail(errors: dict[int, str]) -> Task:
    def answer(event: dict[str, Any]) -> Any:
        if event["index"] in errors:
            raise Failure(errors[event["index"]], f"Item {event['index']}.")
        return {"Payload": event}

    return answer


@pytest.mark.parametrize("items", [[], [1], [None], [[1, 2]], [{"a": []}, "b"], list(range(37))])
def test_every_item_is_an_event_of_its_own(machine: dict[str, Any], items: list[Any]) -> None:
    output, calls = run(machine, items)
    assert [call["Payload"] for call in calls] == [{"item": item, "index": index} for index, item in enumerate(items)]
    assert {call["FunctionName"] for call in calls} <= {ARN}
    size = len(items)
    assert output == {"total": size, "succeeded": size, "failed": 0, "failedIndexes": [], "jobIds": []}


@pytest.mark.parametrize("error", ["ValueError", "Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"])
def test_a_failure_of_the_function_is_a_failed_item(machine: dict[str, Any], error: str) -> None:
    with pytest.raises(Failure) as failure:
        run(machine, list("abc"), fail({1: error}))
    assert failure.value.error == "FanOut.TooManyFailures"
    summary = json.loads(failure.value.cause)
    assert (summary["failedIndexes"], summary["succeeded"]) == ([1], 2)


def test_an_invocation_that_lambda_refuses_keeps_its_error(machine: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=r"Lambda\.ResourceNotFoundException: Item 2\."):
        run(machine, list("abc"), fail({0: "ValueError", 2: "Lambda.ResourceNotFoundException"}))


def test_tolerated_failures_are_a_success(resources: Resources) -> None:
    machine = definition(resources, "TolerantMachine")
    output, _ = run(machine, list("abcd"), fail({1: "ValueError", 3: "Lambda.TooManyRequestsException"}))
    assert output["failedIndexes"] == [1, 3]
    with pytest.raises(Failure, match=r"FanOut\.TooManyFailures"):
        run(machine, list("abc"), fail({0: "ValueError", 1: "ValueError"}))


def test_throttling_is_tried_again_with_jitter(machine: dict[str, Any]) -> None:
    task = machine["States"]["Resize: Run functions"]["ItemProcessor"]["States"]["Resize: Run function"]
    throttled, failed = task["Retry"]
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert (throttled["MaxAttempts"], throttled["JitterStrategy"]) == (12, "FULL")
    assert set(failed["ErrorEquals"]) == {
        "Lambda.AWSLambdaException",
        "Lambda.ClientExecutionTimeoutException",
        "Lambda.SdkClientException",
        "Lambda.ServiceException",
    }
    assert failed["JitterStrategy"] == "FULL"


def test_a_result_that_is_too_long_is_caught_by_its_own_name(machine: dict[str, Any]) -> None:
    task = machine["States"]["Resize: Run functions"]["ItemProcessor"]["States"]["Resize: Run function"]
    assert [catch["ErrorEquals"] for catch in task["Catch"]] == [["States.DataLimitExceeded"], ["States.ALL"]]


def test_the_role_may_invoke_the_function_and_nothing_else(resources: Resources) -> None:
    assert {name: found["Resource"] for name, found in statements(resources).items()} == {"lambda:InvokeFunction": ARN}


def test_concurrency_reaches_the_map(resources: Resources) -> None:
    machine = definition(resources, "TolerantMachine")
    assert machine["States"]["Tolerant: Run functions"]["MaxConcurrency"] == 3


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ("text", "FanOut.InvalidItems: The items of a fan-out must be an array, got a value of type string"),
        ([0] * 2_401, "FanOut.TooManyItems: A LambdaFanOut takes up to 2,400 items.* got 2401"),
        (["x" * 250_000], "FanOut.TooManyItems: The items take"),
    ],
    ids=["text", "many", "long"],
)
def test_what_is_refused_before_anything_runs(machine: dict[str, Any], items: Any, error: str) -> None:
    with pytest.raises(Failure, match=error):
        run(machine, items)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"items": "$.items"}, "FLOW003"),
        ({"max_concurrency": 41}, "FLOW006"),
        ({"tolerated_failures": -1}, "FLOW007"),
        ({"tolerated_failure_percentage": 101}, "FLOW010"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], code: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=code):
        LambdaFanOut(stack, "Resize", function=function(stack), **options)
