"""TestState: what AWS answers for one state, at each level of inspection, with and without mocks.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html and
https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import role

Json = dict[str, Any]
Trial = Callable[..., Json]

GIVEN = {"name": "Zoë", "count": 2}
INVOKE = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
SUBMIT = {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "End": True}
BRANCH = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
OTHER_BRANCH = {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}
PARALLEL = {"Type": "Parallel", "Branches": [BRANCH, OTHER_BRANCH], "End": True}
MAP = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": BRANCH, "End": True}
DISTRIBUTED = {
    "Type": "Map",
    "QueryLanguage": "JSONata",
    "Items": "{% $states.input.items %}",
    "ItemProcessor": {**BRANCH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
    "End": True,
}
FAILURE = {"errorOutput": {"error": "Batch.ServerException", "cause": "Too much."}}


@pytest.fixture
def trial(aws: EmbeddedAws) -> Trial:
    """Test a state; texts that are JSON are told as what they are."""

    def trial_(state: Json, given: Any = GIVEN, **options: Any) -> Json:
        for name in ("variables", "context"):
            if name in options:
                options[name] = json.dumps(options[name])
        answer = aws.client("stepfunctions").test_state(
            definition=json.dumps(state), input=json.dumps(given), inspectionLevel="DEBUG", **options
        )
        answer.pop("ResponseMetadata")
        inspected = {name: _value(value) for name, value in answer.pop("inspectionData").items()}
        return {**answer, **({"output": _value(answer["output"])} if "output" in answer else {}), "data": inspected}

    return trial_


def _value(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


def result(value: Any, **options: Any) -> Json:
    return {"result": json.dumps(value), **options}


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_info_tells_what_comes_out_and_what_is_next(aws: EmbeddedAws) -> None:
    state = {"Type": "Pass", "Result": 1, "Next": "Other"}
    answer = aws.client("stepfunctions").test_state(definition=json.dumps(state), input="{}")
    answer.pop("ResponseMetadata")
    assert answer == {"output": "1", "nextState": "Other", "status": "SUCCEEDED"}


def test_a_pass_state_shows_every_step(trial: Trial) -> None:
    state = {"Type": "Pass", "InputPath": "$.count", "Parameters": {"n.$": "$"}, "ResultPath": "$.made", "End": True}
    assert trial(state) == {
        "output": {**GIVEN, "made": {"n": 2}},
        "status": "SUCCEEDED",
        "data": {
            "input": GIVEN,
            "afterInputPath": 2,
            "afterParameters": {"n": 2},
            "afterResultSelector": {"n": 2},
            "afterResultPath": {**GIVEN, "made": {"n": 2}},
        },
    }


def test_a_pass_state_with_a_result_shows_no_input_path(trial: Trial) -> None:
    answer = trial({"Type": "Pass", "Result": {"r": 1}, "End": True})
    assert answer["data"] == {
        "input": GIVEN,
        "result": {"r": 1},
        "afterResultSelector": {"r": 1},
        "afterResultPath": {"r": 1},
    }


@pytest.mark.parametrize("more", [{}, {"Result": 1}])
def test_a_state_that_fails_on_the_way_shows_the_steps_before(trial: Trial, more: Json) -> None:
    answer = trial({"Type": "Pass", "InputPath": "$.count", "Parameters": {"x.$": "$.none"}, "End": True, **more})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert answer["data"] == {"input": GIVEN, "afterInputPath": 2}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"Type": "Succeed"}, {"output": GIVEN, "status": "SUCCEEDED"}),
        ({"Type": "Fail", "Error": "E", "Cause": "C"}, {"error": "E", "cause": "C", "status": "FAILED"}),
        (
            {"Type": "Wait", "Seconds": 0, "Next": "Then"},
            {"output": GIVEN, "nextState": "Then", "status": "SUCCEEDED"},
        ),
        (
            {
                "Type": "Choice",
                "Choices": [{"Variable": "$.count", "NumericEquals": 2, "Next": "Two"}],
                "Default": "Other",
            },
            {"output": GIVEN, "nextState": "Two", "status": "SUCCEEDED"},
        ),
    ],
)
def test_other_states_show_input_and_input_path(trial: Trial, state: Json, expected: Json) -> None:
    assert trial(state) == {**expected, "data": {"input": GIVEN, "afterInputPath": GIVEN}}


def test_a_task_does_what_it_does_by_the_rights_of_the_role(aws: EmbeddedAws, trial: Trial) -> None:
    aws.client("ssm").put_parameter(Name="stage", Value="test", Type="String")
    made = role(aws)
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
        "Parameters": {"Name": "stage"},
        "ResultSelector": {"value.$": "$.Parameter.Value"},
        "ResultPath": "$.stage",
        "End": True,
    }
    denied = trial(state, roleArn=made)
    assert (denied["status"], denied["error"]) == ("FAILED", "Ssm.AccessDeniedException")
    assert "not authorized to perform: ssm:GetParameter" in denied["cause"]
    rights = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}],
    }
    aws.client("iam").put_role_policy(RoleName="states", PolicyName="ssm", PolicyDocument=json.dumps(rights))
    answer = trial(state, roleArn=made)
    assert answer["output"] == {**GIVEN, "stage": {"value": "test"}}
    assert answer["data"]["afterParameters"] == {"Name": "stage"}
    assert answer["data"]["result"]["Parameter"]["Value"] == "test"
    assert answer["data"]["afterResultSelector"] == {"value": "test"}
    assert answer["data"]["afterResultPath"] == answer["output"]


def test_a_mocked_task_needs_neither_a_role_nor_its_service(trial: Trial) -> None:
    state = {
        **SUBMIT,
        "QueryLanguage": "JSONata",
        "Arguments": {"JobName": "{% $states.input.name %}"},
        "Assign": {"job": "{% $states.result.JobId %}"},
        "Output": "{% $states.result %}",
    }
    assert trial(state, mock=result({"JobId": "1", "jobId": "as it is"}), variables={"stage": "test"}) == {
        "output": {"JobId": "1", "jobId": "as it is"},
        "status": "SUCCEEDED",
        "data": {
            "input": GIVEN,
            "afterArguments": {"JobName": "Zoë"},
            "result": {"JobId": "1", "jobId": "as it is"},
            "variables": {"stage": "test", "job": "1"},
        },
    }


RETRIED = {
    **SUBMIT,
    "Parameters": {},
    "Retry": [
        {"ErrorEquals": ["Other"]},
        {"ErrorEquals": ["Batch.ServerException"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 50},
    ],
}
CATCH = [{"ErrorEquals": ["Other"], "Next": "No"}, {"ErrorEquals": ["States.ALL"], "Next": "Yes", "ResultPath": "$.e"}]


@pytest.mark.parametrize(("before", "seconds"), [(0, 2), (1, 6), (2, 18)])
def test_an_error_that_is_tried_again_says_when(trial: Trial, before: int, seconds: int) -> None:
    answer = trial(RETRIED, mock=FAILURE, stateConfiguration={"retrierRetryCount": before})
    assert (answer["status"], answer["error"], answer["cause"]) == ("RETRIABLE", "Batch.ServerException", "Too much.")
    assert answer["data"]["errorDetails"] == {"retryIndex": 1, "retryBackoffIntervalSeconds": seconds}


def test_the_longest_delay_is_the_delay(trial: Trial) -> None:
    retry = [{**RETRIED["Retry"][1], "MaxAttempts": 9}]
    answer = trial({**RETRIED, "Retry": retry}, mock=FAILURE, stateConfiguration={"retrierRetryCount": 5})
    assert answer["data"]["errorDetails"]["retryBackoffIntervalSeconds"] == 50


def test_after_the_last_attempt_an_error_fails_the_state(trial: Trial) -> None:
    answer = trial(RETRIED, mock=FAILURE, stateConfiguration={"retrierRetryCount": 3})
    assert (answer["status"], answer["data"]["errorDetails"]) == ("FAILED", {"retryIndex": 1})


def test_a_caught_error_says_where_it_goes(trial: Trial) -> None:
    answer = trial({**SUBMIT, "Parameters": {}, "Catch": CATCH}, mock=FAILURE)
    assert answer["output"] == {**GIVEN, "e": {"Error": "Batch.ServerException", "Cause": "Too much."}}
    assert (answer["status"], answer["nextState"]) == ("CAUGHT_ERROR", "Yes")
    assert answer["data"]["errorDetails"] == {"catchIndex": 1}


def test_a_catch_sees_the_error_and_no_result(trial: Trial) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Yes", "Output": "{% $keys($states) %}"}]
    state = {**SUBMIT, "QueryLanguage": "JSONata", "Arguments": {}, "Catch": catch}
    assert sorted(trial(state, mock=FAILURE)["output"]) == ["context", "errorOutput", "input"]


def test_parallel_and_map_states_are_given_what_their_branches_and_items_give(trial: Trial) -> None:
    parallel = trial(PARALLEL, mock=result([1, 2]))
    assert parallel["output"] == [1, 2]
    assert parallel["data"] == {"input": GIVEN, "afterResultSelector": [1, 2], "afterResultPath": [1, 2]}
    given = {"items": ["a", "b"]}
    mapped = trial({**MAP, "MaxConcurrency": 3}, given, mock=result([1, 2]))
    assert mapped["output"] == [1, 2]
    assert mapped["data"] == {
        "input": given,
        "afterInputPath": given,
        "afterItemsPath": ["a", "b"],
        "maxConcurrency": 3,
        "afterResultSelector": [1, 2],
        "afterResultPath": [1, 2],
    }


@pytest.mark.parametrize(
    ("tolerated", "failed", "status"),
    [
        ({"ToleratedFailureCount": 1}, 1, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 2, "FAILED"),
        ({"ToleratedFailurePercentage": 50}, 1, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 50}, 2, "FAILED"),
        ({}, 2, "SUCCEEDED"),
    ],
)
def test_a_map_fails_when_more_iterations_failed_than_it_tolerates(
    trial: Trial, tolerated: Json, failed: int, status: str
) -> None:
    answer = trial(
        {**DISTRIBUTED, **tolerated},
        {"items": [1, 2]},
        mock=result([0, 0]),
        stateConfiguration={"mapIterationFailureCount": failed},
    )
    assert answer["status"] == status
    assert {name: answer["data"][name] for name in answer["data"] if name.startswith("tolerated")} == {
        name[:1].lower() + name[1:]: value for name, value in tolerated.items()
    }
    if status == "FAILED":
        assert (answer["error"], answer["cause"]) == (
            "States.ExceedToleratedFailureThreshold",
            "The specified tolerated failure threshold was exceeded",
        )


def test_a_state_of_a_whole_definition_is_found_by_its_name_also_inside(trial: Trial) -> None:
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemProcessor": {
                    "StartAt": "Double",
                    "States": {
                        "Double": {"Type": "Pass", "Output": "{% $states.input.count * 2 %}", "Next": "Done"},
                        "Done": {"Type": "Succeed"},
                    },
                },
                "End": True,
            }
        },
    }
    answer = trial(machine, stateName="Double")
    assert (answer["output"], answer["nextState"], answer["data"]) == (4, "Done", {"input": GIVEN})
    assert refusal(trial, machine, stateName="None") == ("ValidationException", "State not found in definition")


def test_the_context_object_is_the_one_that_is_given(trial: Trial) -> None:
    state = {**INVOKE, "Parameters": {"FunctionName": "f"}, "ResultSelector": {"seen.$": "$$"}}
    context = {"Execution": {"Name": "mine"}, "State": {}, "StateMachine": {}}
    for given in (context, {}):
        assert trial(state, mock=result({"Payload": 1}), context=given)["output"] == {"seen": given}


def test_without_one_the_context_object_is_that_of_an_express_execution(trial: Trial) -> None:
    seen = trial({"Type": "Pass", "Parameters": {"seen.$": "$$"}, "End": True})["output"]["seen"]
    assert seen["Execution"]["Id"].startswith("arn:aws:states:us-east-1:123456789012:express:")
    assert (seen["Execution"]["Input"], seen["State"]["Name"]) == (GIVEN, "StateName")


NO_PATTERN = (
    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
    "service integration pattern"
)


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"Execution": {"Id": 1}}, "Execution.Id must be a string"),
        ({"State": {"RetryCount": "1"}}, "State.RetryCount must be a integer"),
        ({"Map": {}}, "'Map' field is not supported when mocking a Context object"),
        ({"Execution": {"Colour": "red"}}, "Field 'Colour' is not allowed"),
        ({"Other": {}}, "Field 'Other' is not allowed"),
        ({"Task": {"Token": "a"}}, NO_PATTERN),
    ],
)
def test_a_context_object_has_the_members_of_one(trial: Trial, context: Json, reason: str) -> None:
    refused = refusal(trial, {**INVOKE, "Parameters": {}}, mock=result({}), context=context)
    assert refused == ("ValidationException", f"Invalid Context object provided: {reason}")


def schema(reason: str) -> str:
    return f"Mock result schema validation error: {reason}"


START = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": {}, "End": True}
EVENTS = {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Parameters": {}, "End": True}
FUNCTION = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:getFunction", "Parameters": {}, "End": True}


@pytest.mark.parametrize(
    ("state", "value", "mode", "reason"),
    [
        (START, {}, "STRICT", "Required field 'ExecutionArn' is missing"),
        (START, {"executionArn": "a"}, "STRICT", "Required field 'ExecutionArn' is missing"),
        (START, {}, "PRESENT", None),
        (START, {"StartDate": True}, "PRESENT", "Field 'StartDate' must be a string"),
        (START, {"StartDate": True}, "NONE", None),
        (EVENTS, {"Entries": 1}, "STRICT", "Field 'Entries' must be an array"),
        (EVENTS, {"Entries": [{"EventId": "a"}, {"EventId": 1}]}, "PRESENT", "Field 'EventId' must be a string"),
        (FUNCTION, {"Configuration": {"MemorySize": 1}}, "STRICT", "Field 'MemorySize' is less than the minimum value"),
        (
            FUNCTION,
            {"Configuration": {"MemorySize": 10**9}},
            "PRESENT",
            "Field 'MemorySize' exceeds the maximum value",
        ),
        (FUNCTION, {"Configuration": {"MemorySize": "1"}}, "STRICT", "Field 'MemorySize' must be a number"),
        (FUNCTION, {"Configuration": {"Runtime": "basic"}}, "STRICT", "Field 'Runtime' is not an expected value"),
        (FUNCTION, {"NotYet": 1}, "STRICT", None),
        (SUBMIT, {"anything": 1}, "STRICT", None),
    ],
)
def test_a_mocked_result_has_the_form_of_the_api(
    trial: Trial, state: Json, value: Any, mode: str, reason: str | None
) -> None:
    mock = result(value, fieldValidationMode=mode)
    state = {**state, "Parameters": {}}
    if reason is None:
        assert trial(state, mock=mock)["output"] == value
    else:
        assert refusal(trial, state, mock=mock) == ("ValidationException", schema(reason))


NOT_SUPPORTED = (
    "TestState API does not support Map or Parallel states. "
    "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
)
INVALID = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {}'"
TYPES = "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]"
UNNAMED = "/States/StateName"


@pytest.mark.parametrize(
    ("state", "options", "code", "message"),
    [
        (PARALLEL, {}, "InvalidDefinition", NOT_SUPPORTED),
        (MAP, {}, "InvalidDefinition", NOT_SUPPORTED),
        (
            {**INVOKE, "Parameters": {}},
            {},
            "ValidationException",
            "RoleArn must be specified when testing a Task state",
        ),
        (
            {"Type": "Pass", "End": True},
            {"mock": FAILURE},
            "ValidationException",
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            {"Type": "Succeed"},
            {"mock": result(1)},
            "ValidationException",
            "State type 'Succeed' is not supported when a mock is specified",
        ),
        (
            {**INVOKE, "Parameters": {}},
            {"mock": {**FAILURE, "result": "1"}},
            "ValidationException",
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ),
        (
            {**INVOKE, "Parameters": {}},
            {"mock": result({}), "revealSecrets": True},
            "ValidationException",
            "TestState does not support RevealSecrets when a mock is specified.",
        ),
        (
            {**INVOKE, "Parameters": {}},
            {"mock": {"result": "no"}},
            "ValidationException",
            "Mocked result must be valid JSON",
        ),
        (MAP, {"mock": result({})}, "ValidationException", "Mocked result must be an array."),
        (
            {
                **DISTRIBUTED,
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}},
            },
            {"mock": result([])},
            "ValidationException",
            "Mocked result must be a JSON object.",
        ),
        (PARALLEL, {"mock": result({})}, "ValidationException", "Mocked result must be an array."),
        (
            PARALLEL,
            {"mock": result([1])},
            "ValidationException",
            "Mocked result must contain the same number of items as number of Parallel branches.",
        ),
        (
            {**PARALLEL, "Branches": []},
            {"mock": result([])},
            "InvalidDefinition",
            INVALID.format(f"Value cannot be empty at {UNNAMED}/Branches"),
        ),
        ({"Type": "Nap", "End": True}, {}, "InvalidDefinition", INVALID.format(f"{TYPES} at {UNNAMED}/Type")),
        (
            MAP,
            {"stateConfiguration": {"mapIterationFailureCount": 1}},
            "ValidationException",
            "TestState does not support MapIterationFailureCount when a mock is not specified.",
        ),
        (
            MAP,
            {"mock": result([1]), "stateConfiguration": {"mapIterationFailureCount": 2}},
            "ValidationException",
            "Map iteration failure count must be less than or equal to the number of Map iterations",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(trial: Trial, state: Json, options: Json, code: str, message: str) -> None:
    assert refusal(trial, state, **options) == (code, message)


def steps(answer: Json) -> Json:
    return {name: value for name, value in answer["data"].items() if name.startswith("afterItem")}


SELECTOR = {"of.$": "$.who", "at.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value"}
ITEMS = {"who": "Zoë", "items": [1, 2, 3]}
SELECTED = [{"of": "Zoë", "at": index, "item": index + 1} for index in range(3)]


@pytest.mark.parametrize("field", ["ItemSelector", "Parameters"])
@pytest.mark.parametrize("options", [{}, {"context": {"Execution": {"Name": "mine"}}}])
def test_the_input_of_each_iteration_is_shown_though_a_mock_stands_for_them(
    trial: Trial, field: str, options: Json
) -> None:
    answer = trial({**MAP, field: SELECTOR}, ITEMS, mock=result(["a", "b", "c"]), **options)
    assert steps(answer) == {"afterItemsPath": [1, 2, 3], "afterItemSelector": SELECTED}
    assert answer["output"] == ["a", "b", "c"]


def test_the_batches_of_a_distributed_map_are_shown(trial: Trial) -> None:
    state = {
        **DISTRIBUTED,
        "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}", "who": "{% $states.input.who %}"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"all": "{% $count($states.input.items) %}"}},
    }
    selected = [{"item": item, "who": "Zoë"} for item in (1, 2, 3)]
    for mock in (result([1, 2]), FAILURE):
        assert steps(trial(state, ITEMS, mock=mock)) == {
            "afterItemSelector": selected,
            "afterItemBatcher": [
                {"BatchInput": {"all": 3}, "Items": selected[:2]},
                {"BatchInput": {"all": 3}, "Items": selected[2:]},
            ],
        }


@pytest.mark.parametrize(
    ("config", "data", "items", "pointed"),
    [
        ({"InputType": "JSON"}, '[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}], False),
        ({"InputType": "JSON", "MaxItems": 1}, '[{"a": 1}, {"a": 2}]', [{"a": 1}], False),
        ({"InputType": "JSON", "ItemsPointer": "/of/it"}, '{"of": {"it": [1, 2]}}', [1, 2], True),
        ({"InputType": "JSONL"}, '{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}], False),
        ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "a,b\n1,é\n", [{"a": "1", "b": "é"}], False),
    ],
)
def test_what_an_item_reader_reads_is_given_as_in_its_source(
    trial: Trial, config: Json, data: str, items: list[Any], pointed: bool
) -> None:
    state = {
        **{name: value for name, value in DISTRIBUTED.items() if name != "Items"},
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": config,
            "Arguments": {"Bucket": "data", "Key": "{% $states.input.name %}"},
        },
        "ItemSelector": "{% $states.context.Map.Item %}",
    }
    told: Json = {"mock": result([]), "stateConfiguration": {"mapItemReaderData": data}}
    answer = trial(state, {"name": "in/here"}, **told)
    assert steps(answer) == {
        "afterItemSelector": [
            {"Index": index, "Value": item, "Source": "s3://data/in/here"} for index, item in enumerate(items)
        ],
        **({"afterItemsPointer": items} if pointed else {}),
    }
    assert steps(trial(state, mock=result([]))) == {}


def test_data_that_an_item_reader_cannot_read_fail_the_state(trial: Trial) -> None:
    state = {
        **{name: value for name, value in DISTRIBUTED.items() if name != "Items"},
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Arguments": {"Bucket": "data", "Key": "in.json"},
        },
    }
    answer = trial(state, mock=result([]), stateConfiguration={"mapItemReaderData": "{"})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.ItemReaderFailed")


def test_a_state_inside_of_a_map_sees_the_first_item(trial: Trial) -> None:
    seen = {"Type": "Pass", "Parameters": {"seen.$": "$$.Map.Item"}, "End": True}
    inner = {"Type": "Parallel", "Branches": [{"StartAt": "See", "States": {"See": seen}}], "End": True}
    machine = {
        "StartAt": "Each",
        "States": {"Each": {**MAP, "ItemProcessor": {"StartAt": "Both", "States": {"Both": inner}}}},
    }
    assert trial(machine, stateName="See")["output"] == {"seen": {"Index": 0, "Value": GIVEN}}


def test_a_context_object_is_for_mocked_states(trial: Trial) -> None:
    state = {"Type": "Pass", "End": True}
    message = "TestState does not support Context when a mock is not specified."
    assert refusal(trial, state, context={}) == ("ValidationException", message)
