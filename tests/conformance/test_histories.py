"""What an execution tells of itself, as Step Functions was seen to answer: times, choices, failures, their events."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import role
from tests.waiting import ended_execution, until

Json = dict[str, Any]
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
DONE = {"Type": "Pass", "End": True}
FAIL = {"Type": "Fail", "Error": "Mine", "Cause": "because"}
LOST = "{% $lost %}"


@dataclass
class Ended:
    """An execution that has ended: as it is described, and its events."""

    described: Json
    events: list[Json]

    @property
    def output(self) -> Any:
        assert self.described["status"] == "SUCCEEDED", (self.described.get("error"), self.described.get("cause"))
        return json.loads(self.described["output"])

    @property
    def failure(self) -> tuple[str | None, str | None]:
        assert self.described["status"] == "FAILED", self.described
        return self.described.get("error"), self.described.get("cause")

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def chain(self) -> list[tuple[int, str, int]]:
        return [(event["id"], event["type"], event["previousEventId"]) for event in self.events]


Run = Callable[..., Ended]


@pytest.fixture
def run(aws: EmbeddedAws) -> Run:
    client, arn_of_role = aws.client("stepfunctions"), role(aws)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws.client("iam").put_role_policy(RoleName="states", PolicyName="All", PolicyDocument=json.dumps(everything))

    def run_(
        states: Json, payload: Any = None, language: str = "JSONPath", text: str | None = None, **more: Any
    ) -> Ended:
        definition = {"QueryLanguage": language, "StartAt": next(iter(states)), "States": states, **more}
        machine = client.create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=arn_of_role
        )["stateMachineArn"]
        given = text or json.dumps({} if payload is None else payload)
        arn = client.start_execution(stateMachineArn=machine, input=given)["executionArn"]
        described = ended_execution(client, arn)
        return Ended(described, client.get_execution_history(executionArn=arn)["events"])

    return run_


def choice(*rules: Json) -> Json:
    choices = [{**rule, "Next": "Yes"} for rule in rules]
    return {"C": {"Type": "Choice", "Choices": choices, "Default": "No"}, "Yes": DONE, "No": {**DONE, "Result": "no"}}


# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
@pytest.mark.parametrize(
    "path", ["$$.Execution.StartTime", "$$.State.EnteredTime", "States.Format('{}', $$.Execution.StartTime)"]
)
def test_times_in_the_context_are_texts_with_milliseconds(run: Run, path: str) -> None:
    out = run({"P": {**DONE, "Parameters": {"at.$": path}}}).output
    assert TIME.fullmatch(out["at"])


def test_the_context_tells_how_often_an_execution_was_redriven(run: Run) -> None:
    out = run({"P": {**DONE, "Parameters": {"it.$": "$$.Execution"}}}).output
    assert out["it"].keys() == {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount"}
    assert out["it"]["RedriveCount"] == 0


# https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
@pytest.mark.parametrize(
    "rule",
    [
        {"NumericEquals": 1},
        {"NumericGreaterThan": 1},
        {"StringEquals": "a"},
        {"StringMatches": "*"},
        {"BooleanEquals": True},
        {"TimestampLessThan": "2026-01-01T00:00:00Z"},
        {"IsNull": True},
        {"IsString": False},
        {"StringEqualsPath": "$.there"},
    ],
)
def test_a_choice_over_a_value_that_is_missing_fails(run: Run, rule: Json) -> None:
    ended = run(choice({"Variable": "$.foo.bar", **rule}), {"there": "x"})
    error, cause = ended.failure
    assert error == "States.Runtime"
    assert cause == (
        "An error occurred while executing the state 'C' (entered at the event id #2). "
        "Invalid path '$.foo.bar': The choice state's condition path references an invalid value."
    )
    assert ended.types == ["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]


def test_a_choice_that_compares_with_a_value_that_is_missing_fails(run: Run) -> None:
    error, cause = run(choice({"Variable": "$.a", "StringEqualsPath": "$.gone"}), {"a": "x"}).failure
    assert (error, "Invalid path '$.gone'" in str(cause)) == ("States.Runtime", True)


@pytest.mark.parametrize(("present", "state"), [(True, "No"), (False, "Yes")])
def test_a_choice_may_ask_whether_a_value_is_there(run: Run, present: bool, state: str) -> None:
    ended = run(choice({"Variable": "$.foo", "IsPresent": present}))
    assert state in [event.get("stateEnteredEventDetails", {}).get("name") for event in ended.events]


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ({"NumericEquals": 1}, "1", False),
        ({"NumericEquals": 1}, True, False),
        ({"NumericEquals": 1}, 1.0, True),
        ({"NumericLessThanEquals": 1}, 1, True),
        ({"BooleanEquals": False}, 0, False),
        ({"StringLessThan": "b"}, "a", True),
        ({"StringMatches": "a*c"}, "a\nbc", True),
        ({"StringMatches": "a[b]*"}, "a[b]c", True),
        ({"StringMatches": "a\\*"}, "ab", False),
        ({"StringMatches": "a\\*"}, "a*", True),
        ({"IsTimestamp": True}, "2026-01-01T00:00:00.5+01:00", True),
        ({"IsTimestamp": True}, "2026-01-01", False),
        ({"TimestampEquals": "2026-01-01T00:00:00Z"}, "2026-01-01T01:00:00+01:00", True),
        ({"TimestampGreaterThan": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00.001Z", True),
        ({"IsNull": True}, None, True),
        ({"IsNumeric": True}, False, False),
    ],
)
def test_comparisons(run: Run, rule: Json, value: Any, holds: bool) -> None:
    out = run(choice({"Variable": "$.v", **rule}), {"v": value}).output
    assert out == ({"v": value} if holds else "no")


def test_a_variable_stands_on_the_right_of_a_comparison(run: Run) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"limit": 5}, "Next": "C"},
        **choice({"Variable": "$.n", "NumericLessThanPath": "$limit"}),
    }
    assert run(states, {"n": 3}).output == {"n": 3}
    assert run(states, {"n": 7}).output == "no"


# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
@pytest.mark.parametrize(
    "function",
    [
        "States.StringToJson($.text)",
        "States.ArrayGetItem($.list, 7)",
        "States.ArrayLength($.text)",
        "States.ArrayPartition($.list, 0)",
        "States.Format('{} {}', $.text)",
        "States.MathAdd($.text, 1)",
        "States.Base64Decode($.list)",
    ],
)
def test_a_function_that_fails_is_an_intrinsic_failure(run: Run, function: str) -> None:
    given = {"text": "no JSON", "list": [1]}
    error, cause = run({"P": {**DONE, "Parameters": {"v.$": function}}}, given).failure
    assert error == "States.IntrinsicFailure"
    assert f"The function '{function}' had the following error: " in str(cause)
    assert "<class" not in str(cause)
    inner = {"StartAt": "I", "States": {"I": DONE}}
    catch = [{"ErrorEquals": ["States.IntrinsicFailure"], "Next": "Caught"}]
    states = {"M": {"Type": "Map", "ItemSelector": {"v.$": function}, "ItemsPath": "$.list", "ItemProcessor": inner}}
    states["M"] |= {"Catch": catch, "End": True}
    assert run({**states, "Caught": {**DONE, "Result": "caught"}}, given).output == "caught"


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_EvaluationFailedEventDetails.html
@pytest.mark.parametrize(
    ("state", "location"),
    [
        ({**DONE, "Output": LOST}, "Output"),
        ({**DONE, "Output": {"a": LOST}}, "Output/a"),
        ({**DONE, "Assign": {"a": LOST}}, "Assign/a"),
        ({"Type": "Wait", "Seconds": LOST, "End": True}, "Seconds"),
        ({"Type": "Succeed", "Output": LOST}, "Output"),
        ({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": LOST, "End": True}, "Arguments"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_is_an_event(run: Run, state: Json, location: str) -> None:
    ended = run({"First": {"Type": "Pass", "Next": "S"}, "S": state}, language="JSONata")
    failed, last = ended.events[-2:]
    told = failed["evaluationFailedEventDetails"]
    assert (told["state"], told["location"], told["error"]) == ("S", location, "States.QueryEvaluationError")
    assert told["cause"].startswith("An error occurred while executing the state 'S' (entered at the event id #4). ")
    assert [(event["id"], event["previousEventId"]) for event in (failed, last)] == [(5, 3), (6, 5)]
    assert last["executionFailedEventDetails"] == {"error": told["error"], "cause": told["cause"]}


def test_a_failed_branch_aborts_the_states_that_are_open(run: Run) -> None:
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
    fail = {"StartAt": "P", "States": {"P": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": FAIL}}
    ended = run({"S": {"Type": "Parallel", "Branches": [wait, fail], "End": True}})
    assert ended.failure == ("Mine", "because")
    assert ended.types[-3:] == ["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]
    entered = next(event["id"] for event in ended.events if event["type"] == "FailStateEntered")
    assert [event["previousEventId"] for event in ended.events[-3:-1]] == [entered, entered]


def test_a_failed_iteration_is_where_the_map_failed(run: Run) -> None:
    inner = {"StartAt": "F", "States": {"F": FAIL}}
    ended = run({"M": {"Type": "Map", "ItemProcessor": inner, "End": True}}, [1])
    assert ended.chain[2:] == [
        (3, "MapStateStarted", 2),
        (4, "MapIterationStarted", 3),
        (5, "FailStateEntered", 4),
        (6, "MapIterationFailed", 5),
        (7, "MapStateFailed", 5),
        (8, "ExecutionFailed", 7),
    ]


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"InputPath": "$.a.b"}, "Invalid path '$.a.b' : Missing property in path $['a']"),
        ({"OutputPath": "$.gone"}, "Invalid path '$.gone' : No results for path: $['gone']"),
        (
            {"Parameters": {"x.$": "$.gone"}},
            "The JSONPath '$.gone' specified for the field 'x.$' could not be found in the input '{}'",
        ),
    ],
)
def test_a_path_that_leads_nowhere_ends_an_execution_once(run: Run, fields: Json, cause: str) -> None:
    ended = run({"P": {**DONE, **fields}})
    sentence = "An error occurred while executing the state 'P' (entered at the event id #2). "
    assert ended.failure == ("States.Runtime", sentence + cause)
    assert ended.types == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]


def test_a_task_whose_parameters_cannot_be_used_is_not_scheduled(run: Run) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:sendMessage", "End": True}
    ended = run({"T": {**task, "Parameters": {"queueUrl": "q"}}})
    error, cause = ended.failure
    assert error == "States.Runtime"
    assert "could not be used to start the Task: [The field 'queueUrl' is not supported by Step Functions]" in str(
        cause
    )
    assert ended.types == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]


# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
@pytest.mark.parametrize(
    ("fields", "given", "cause"),
    [
        (
            {"ToleratedFailureCountPath": "$.n"},
            "x",
            'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $.n',
        ),
        ({"ToleratedFailureCountPath": "$.n"}, -1, "ToleratedFailureCount cannot be negative."),
        ({"ToleratedFailurePercentagePath": "$.n"}, 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
    ],
)
def test_a_map_run_does_not_start_with_a_wrong_tolerance(run: Run, fields: Json, given: Any, cause: str) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    processor |= {"StartAt": "I", "States": {"I": DONE}}
    states = {"M": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, **fields}}
    ended = run(states, {"items": [1], "n": given})
    sentence = "An error occurred while executing the state 'M' (entered at the event id #2). "
    assert ended.failure == ("States.Runtime", sentence + cause)
    assert ended.types == ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "ExecutionFailed"]


@pytest.mark.parametrize("field", ["ToleratedFailureCountPath", "ToleratedFailurePercentagePath", "MaxConcurrencyPath"])
def test_a_path_may_lead_to_a_number_in_a_text(run: Run, field: str) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    processor |= {"StartAt": "I", "States": {"I": DONE}}
    states = {"M": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, field: "$.n"}}
    ended = run(states, {"items": [1], "n": "1"})
    assert ended.output == [1]
    assert ended.chain[4:] == [
        (5, "MapRunSucceeded", 4),
        (6, "MapStateSucceeded", 5),
        (7, "MapStateExited", 4),
        (8, "ExecutionSucceeded", 7),
    ]


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
def test_an_input_is_shown_as_it_was_given_until_it_changes(run: Run) -> None:
    text = '{ "b":1, "a" : [1,2] }'
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "InputPath": "$.a", "Next": "C"}, "C": DONE}
    events = run(states, text=text).events
    assert events[0]["executionStartedEventDetails"]["input"] == text
    entered = [event["stateEnteredEventDetails"]["input"] for event in events if "stateEnteredEventDetails" in event]
    assert entered == [text, text, "[1,2]"]


def test_results_of_a_map_are_never_shown_as_the_input_was_given(run: Run) -> None:
    processor = {"StartAt": "P", "States": {"P": DONE}}
    states = {"M": {"Type": "Map", "ItemProcessor": processor, "Next": "A"}, "A": DONE}
    events = run(states, text="[1, 2]").events
    entered = [event["stateEnteredEventDetails"]["input"] for event in events if "stateEnteredEventDetails" in event]
    assert entered == ["[1, 2]", "1", "2", "[1,2]"]


def test_assigned_variables_are_shown_as_json(run: Run) -> None:
    ended = run({"A": {**DONE, "Assign": {"text": 'say "a"\n', "list": [1, {"x": None}]}}})
    shown = ended.events[2]["stateExitedEventDetails"]["assignedVariables"]
    assert shown == {"text": '"say \\"a\\"\\n"', "list": '[1,{"x":null}]'}


# https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
@pytest.mark.parametrize("moment", ["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "soon"])
def test_a_wait_until_what_is_no_time_fails(run: Run, moment: str) -> None:
    ended = run({"W": {"Type": "Wait", "Timestamp": "{% $states.input %}", "End": True}}, moment, language="JSONata")
    error, cause = ended.failure
    reason = f"cannot be parsed as an ISO-8601 extended offset date-time format string: {moment}"
    assert error == "States.QueryEvaluationError"
    assert str(cause).endswith(f"(entered at the event id #2). The Timestamp field {reason}")
    assert ended.chain[2:] == [(3, "EvaluationFailed", 2), (4, "ExecutionFailed", 3)]
    assert ended.events[2]["evaluationFailedEventDetails"]["location"] == "Timestamp"


# https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
@pytest.mark.parametrize(
    ("resource", "error", "cause"),
    [
        ("dynamodb:putItem", "DynamoDB.AmazonDynamoDBException", "Value null at 'item' failed to satisfy constraint"),
        ("aws-sdk:dynamodb:putItem", "DynamoDb.DynamoDbException", "Value null at 'item' failed to satisfy constraint"),
        ("sqs:sendMessage", "SQS.AmazonSQSException", "The request must contain the parameter MessageBody."),
    ],
)
def test_a_request_that_lacks_something_is_refused(run: Run, resource: str, error: str, cause: str) -> None:
    parameters = {"QueueUrl": "https://q"} if "sqs" in resource else {"TableName": "t"}
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
    told = run({"T": task}).failure
    assert (told[0], cause in str(told[1]), "Status Code: 400" in str(told[1])) == (error, True, True)


def test_a_heartbeat_needs_no_timeout(run: Run) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 1}
    task |= {"Parameters": {"QueueUrl": "https://nowhere", "MessageBody.$": "$$.Task.Token"}, "End": True}
    assert run({"T": task}).types[-2:] == ["TaskFailed", "ExecutionFailed"]


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
def test_pages_from_the_newest_event_on_have_each_event_once_while_new_ones_come(aws: EmbeddedAws) -> None:
    client = aws.client("stepfunctions")
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 3600, "End": True}}
    definition = json.dumps({"StartAt": "A", "States": states})
    made = client.create_state_machine(name=f"m-{uuid.uuid4()}", definition=definition, roleArn=role(aws))
    arn = client.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]

    def page(**more: str) -> Json:
        return dict(client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=2, **more))

    first = until(lambda: found if len((found := page())["events"]) == 2 and found["events"][0]["id"] == 4 else None)
    client.stop_execution(executionArn=arn)
    second = page(nextToken=first["nextToken"])
    assert [event["id"] for event in [*first["events"], *second["events"]]] == [4, 3, 2, 1]
    assert "nextToken" not in second
    assert page()["events"][0]["type"] == "ExecutionAborted"
