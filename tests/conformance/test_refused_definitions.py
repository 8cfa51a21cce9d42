"""Definitions that Step Functions refuses: each refusal says what is wrong and where, and shows nothing of Python."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import role

Json = dict[str, Any]
PASS = {"Type": "Pass", "End": True}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {}, "End": True}
INNER = {"StartAt": "I", "States": {"I": PASS}}
PARALLEL = {"Type": "Parallel", "Branches": [INNER], "End": True}
MAP = {"Type": "Map", "ItemProcessor": INNER, "End": True}
WAIT = {"Type": "Wait", "Seconds": 1, "End": True}
RULE = {"Variable": "$.x", "IsPresent": True, "Next": "P"}
RAW = re.compile(
    r"<class|Error=|Args=|Traceback|ASLParserException|KeyError|TypeError|ValueError|/tmp/|\.py\b|0x[0-9a-f]{6}"
)


def machine(state: Any, **fields: Any) -> str:
    return json.dumps({"StartAt": "S", "States": {"S": state, **fields}})


def without(state: Json, name: str) -> Json:
    return {key: value for key, value in state.items() if key != name}


def in_jsonata(state: Any) -> str:
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": state}})


def choosing(*rules: Any, **fields: Any) -> str:
    return machine({"Type": "Choice", "Choices": list(rules), **fields}, P=PASS)


WHOLE = [
    (" ", "INVALID_JSON_DESCRIPTION", "[Source: "),
    ("not a definition", "Unrecognized token 'not': was expecting (JSON String,", "line: 1, column: 4"),
    ("{", "INVALID_JSON_DESCRIPTION", "line: 1"),
    ('{"StartAt": "S",}', "INVALID_JSON_DESCRIPTION", "line: 1"),
    ("[]", "Definition must be a valid JSON object", "/"),
    ('"text"', "Definition must be a valid JSON object", "/"),
    ("null", "Definition must be a valid JSON object", "/"),
    ("{}", "These fields are required: [States, StartAt]", "/"),
    (json.dumps({"StartAt": "S"}), "These fields are required: [States]", "/"),
    (json.dumps({"States": {"S": PASS}}), "These fields are required: [StartAt]", "/"),
    (json.dumps({"StartAt": "S", "States": {}}), "Value cannot be empty", "/States"),
    (json.dumps({"StartAt": "S", "States": []}), "Expected value of type Object", "/States"),
    (json.dumps({"StartAt": "S", "States": "S"}), "Expected value of type Object", "/States"),
    (json.dumps({"StartAt": 1, "States": {"S": PASS}}), "Expected value of type String", "/StartAt"),
    (json.dumps({"StartAt": "", "States": {"S": PASS}}), "Value cannot be empty", "/StartAt"),
    (json.dumps({"StartAt": "S", "States": {"S": PASS}, "Foo": 1}), "Field 'Foo' is not supported", "/"),
    (json.dumps({"StartAt": "S", "States": {"S": PASS}, "TimeoutSeconds": "5"}), "of type Integer", "/TimeoutSeconds"),
    (
        json.dumps({"StartAt": "S", "States": {"S": PASS}, "TimeoutSeconds": 0}),
        "less than minimum 1",
        "/TimeoutSeconds",
    ),
    (json.dumps({"StartAt": "S", "States": {"S": PASS}, "Comment": 1}), "of type String", "/Comment"),
    (
        json.dumps({"StartAt": "S", "States": {"S": PASS}, "QueryLanguage": "SQL"}),
        "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
        "/QueryLanguage",
    ),
    (json.dumps({"StartAt": "T", "States": {"S": PASS}}), "Missing 'Next' target: T", "/StartAt"),
]
STATES = [
    (None, "Expected value of type Object", ""),
    ("Pass", "Expected value of type Object", ""),
    ([], "Expected value of type Object", ""),
    (5, "Expected value of type Object", ""),
    ({"End": True}, "These fields are required: [Type]", ""),
    ({"Type": "Foo", "End": True}, "The field 'Type' should have one of these values: [Task, Wait, Pass,", "/Type"),
    ({"Type": None, "End": True}, "These fields are required: [Type]", ""),
    ({"Type": ["Pass"], "End": True}, "The field 'Type' should have one of these values:", "/Type"),
    ({"Type": "Pass"}, "One of these fields is required: [Next, End]", ""),
    ({"Type": "Pass", "Next": "T", "End": True}, "Only one of these fields is allowed: [Next, End]", ""),
    ({"Type": "Pass", "Next": 1}, "Expected value of type String", "/Next"),
    ({"Type": "Pass", "Next": ""}, "Value cannot be empty", "/Next"),
    ({"Type": "Pass", "Next": "T"}, "Missing 'Next' target: T", "/Next"),
    ({"Type": "Pass", "End": "true"}, "Expected value of type Boolean", "/End"),
    ({**PASS, "Foo": 1}, "Field 'Foo' is not supported", ""),
    ({**PASS, "Catch": []}, "Field 'Catch' is not supported", ""),
    ({**PASS, "Retry": []}, "Field 'Retry' is not supported", ""),
    ({**PASS, "TimeoutSeconds": 1}, "Field 'TimeoutSeconds' is not supported", ""),
    ({**PASS, "Output": {}}, "Field 'Output' is not supported", ""),
    ({**PASS, "Arguments": {}}, "Field 'Arguments' is not supported", ""),
    ({**PASS, "Comment": []}, "Expected value of type String", "/Comment"),
    ({**PASS, "InputPath": 5}, "Expected value of type String", "/InputPath"),
    ({**PASS, "ResultPath": {}}, "Expected value of type String", "/ResultPath"),
    ({**PASS, "Assign": []}, "Expected value of type Object", "/Assign"),
    ({**PASS, "Parameters": {"x.$": "y"}}, "The value for the field 'x.$' must be a valid JSONPath or", "/Parameters"),
    ({**PASS, "Parameters": {"a": {"x.$": 5}}}, "The value for the field 'x.$' must be a valid", "/Parameters"),
    ({**PASS, "Parameters": {"x.$": "$.["}}, "The value for the field 'x.$' must be a valid", "/Parameters"),
    ({**PASS, "Parameters": [{"x.$": "$.a b"}]}, "The value for the field 'x.$' must be a valid", "/Parameters"),
    ({**PASS, "Parameters": {"x.$": "States.Nope($.a)"}}, "SCHEMA_VALIDATION_FAILED", ""),
    ({**PASS, "Parameters": {"x.$": "States.Format('a \\\"b')"}}, "or a valid intrinsic function call", "/Parameters"),
    ({**PASS, "Parameters": {"x.$": "States.ArrayLength($.a, 2)"}}, "Expected 1 argument", ""),
    ({**PASS, "QueryLanguage": "SQL"}, "The field 'QueryLanguage' should have one of these values:", "/QueryLanguage"),
    (without(TASK, "Resource"), "These fields are required: [Resource]", ""),
    ({**TASK, "Resource": 1}, "Expected value of type String", "/Resource"),
    ({**TASK, "Resource": ""}, "Value cannot be empty", "/Resource"),
    ({**TASK, "Resource": "arn:aws:states:::dynamodb:query"}, "dynamodb:query is not recognized.", "/Resource"),
    ({**TASK, "Resource": "arn:aws:states:::sns:publish.sync"}, "sns:publish.sync is not recognized.", "/Resource"),
    (
        {**TASK, "Resource": "arn:aws:states:::aws-sdk:batch:submitJob.sync"},
        "aws-sdk:batch:submitJob.sync is not recognized.",
        "/Resource",
    ),
    ({**TASK, "Resource": "arn:aws:states:::batch:listJobs"}, "batch:listJobs is not recognized.", "/Resource"),
    ({**TASK, "TimeoutSeconds": "5"}, "Expected value of type Integer", "/TimeoutSeconds"),
    ({**TASK, "TimeoutSeconds": 0}, "less than minimum 1", "/TimeoutSeconds"),
    ({**TASK, "TimeoutSeconds": 1.5}, "Expected value of type Integer", "/TimeoutSeconds"),
    ({**TASK, "TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t"}, "Only one of these fields is allowed:", ""),
    ({**TASK, "TimeoutSeconds": 5, "HeartbeatSeconds": 5}, "'HeartbeatSeconds' must be less than 'TimeoutSeconds'", ""),
    ({**TASK, "Credentials": {}}, "The field 'RoleArn' is required but was missing", "/Credentials"),
    ({**TASK, "Credentials": {"Role": "r"}}, "The field 'RoleArn' is required but was missing", "/Credentials"),
    ({**TASK, "Credentials": "r"}, "Expected value of type Object", "/Credentials"),
    ({**TASK, "Retry": {}}, "Expected value of type Array", "/Retry"),
    ({**TASK, "Retry": ["x"]}, "Expected value of type Object", "/Retry[0]"),
    ({**TASK, "Retry": [{}]}, "These fields are required: [ErrorEquals]", "/Retry[0]"),
    ({**TASK, "Retry": [{"ErrorEquals": []}]}, "Value cannot be empty", "/Retry[0]/ErrorEquals"),
    ({**TASK, "Retry": [{"ErrorEquals": "x"}]}, "Expected value of type Array", "/Retry[0]/ErrorEquals"),
    ({**TASK, "Retry": [{"ErrorEquals": [1]}]}, "Expected value of type String", "/Retry[0]/ErrorEquals[0]"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "MaxAttempts": -1}]}, "less than minimum 0", "/Retry[0]/MaxAttempts"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "MaxAttempts": "3"}]}, "of type Integer", "/Retry[0]/MaxAttempts"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "BackoffRate": 0.5}]}, "less than minimum 1", "/Retry[0]/BackoffRate"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "IntervalSeconds": 0}]}, "minimum 1", "/Retry[0]/IntervalSeconds"),
    ({**TASK, "Catch": [{"ErrorEquals": ["x"]}]}, "These fields are required: [Next]", "/Catch[0]"),
    ({**TASK, "Catch": [{"ErrorEquals": ["x"], "Next": "T"}]}, "Missing 'Next' target: T", "/Catch[0]/Next"),
    ({"Type": "Wait", "End": True}, "One of these fields is required: [Seconds, Timestamp,", ""),
    ({**WAIT, "Timestamp": "2026-01-01T00:00:00Z"}, "Only one of these fields is allowed: [Seconds, Timestamp]", ""),
    ({**WAIT, "Seconds": "1"}, "Expected value of type Integer", "/Seconds"),
    ({**WAIT, "Seconds": -1}, "less than minimum 0", "/Seconds"),
    ({**without(WAIT, "Seconds"), "Timestamp": "today"}, "String does not match RFC3339 timestamp", "/Timestamp"),
    ({**without(WAIT, "Seconds"), "Timestamp": "2026-13-01T00:00:00Z"}, "does not match RFC3339", "/Timestamp"),
    ({**without(WAIT, "Seconds"), "Timestamp": "2026-01-01 00:00:00Z"}, "does not match RFC3339", "/Timestamp"),
    ({"Type": "Choice"}, "These fields are required: [Choices]", ""),
    ({"Type": "Choice", "Choices": []}, "Value cannot be empty", "/Choices"),
    ({"Type": "Choice", "Choices": {}}, "Expected value of type Array", "/Choices"),
    ({"Type": "Choice", "Choices": [RULE], "Next": "S"}, "Field 'Next' is not supported", ""),
    ({"Type": "Choice", "Choices": [without(RULE, "Next")]}, "These fields are required: [Next]", "/Choices[0]"),
    ({"Type": "Choice", "Choices": [RULE], "Default": 1}, "Expected value of type String", "/Default"),
    ({"Type": "Succeed", "End": True}, "Field 'End' is not supported", ""),
    ({"Type": "Fail", "Next": "S"}, "Field 'Next' is not supported", ""),
    ({"Type": "Fail", "Error": 5}, "Expected value of type String", "/Error"),
    ({"Type": "Fail", "Error": "e", "ErrorPath": "$.e"}, "Only one of these fields is allowed: [Error, ErrorPath]", ""),
    (without(PARALLEL, "Branches"), "These fields are required: [Branches]", ""),
    ({**PARALLEL, "Branches": []}, "Value cannot be empty", "/Branches"),
    ({**PARALLEL, "Branches": {}}, "Expected value of type Array", "/Branches"),
    ({**PARALLEL, "Branches": [1]}, "Expected value of type Object", "/Branches[0]"),
    ({**PARALLEL, "Branches": [{}]}, "These fields are required: [States, StartAt]", "/Branches[0]"),
    ({**PARALLEL, "Branches": [{"StartAt": "I", "States": {"I": 5}}]}, "of type Object", "/Branches[0]/States/I"),
    ({**PARALLEL, "TimeoutSeconds": 5}, "Field 'TimeoutSeconds' is not supported", ""),
    (without(MAP, "ItemProcessor"), "One of these fields is required: [ItemProcessor, Iterator]", ""),
    ({**MAP, "Iterator": INNER}, "Only one of these fields is allowed: [ItemProcessor, Iterator]", ""),
    ({**MAP, "ItemProcessor": {}}, "These fields are required: [States, StartAt]", "/ItemProcessor"),
    ({**MAP, "MaxConcurrency": -1}, "less than minimum 0", "/MaxConcurrency"),
    ({**MAP, "MaxConcurrency": "1"}, "Expected value of type Integer", "/MaxConcurrency"),
    ({**MAP, "MaxConcurrency": 1, "MaxConcurrencyPath": "$.n"}, "Only one of these fields is allowed:", ""),
    ({**MAP, "ToleratedFailureCount": -1}, "less than minimum 0", "/ToleratedFailureCount"),
    ({**MAP, "Items": []}, "Field 'Items' is not supported", ""),
    ({**MAP, "ItemReader": {}}, "The ItemReader field is not supported for INLINE maps", "/ItemReader"),
    (
        {**MAP, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "J"}}}},
        "Missing 'Next' target: J",
        "/ItemProcessor/States/I/Next",
    ),
]
IN_JSONATA = [
    ({**PASS, "QueryLanguage": "JSONPath"}, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole", ""),
    ({**PASS, "Parameters": {}}, "Field 'Parameters' is not supported", ""),
    ({**PASS, "InputPath": "$.a"}, "Field 'InputPath' is not supported", ""),
    ({**PASS, "Output": "{% $states.input.( %}"}, "INVALID_JSONATA_EXPRESSION", ""),
    ({**WAIT, "Seconds": "soon"}, "Expected value of type Integer", "/Seconds"),
    ({**without(WAIT, "Seconds"), "Timestamp": "{% 'x' %} "}, "String does not match RFC3339 timestamp", "/Timestamp"),
    ({**without(TASK, "Parameters"), "TimeoutSecondsPath": "$.t"}, "Field 'TimeoutSecondsPath' is not supported", ""),
]
CASES = [
    *WHOLE,
    *((machine(state), what, f"/States/S{where}") for state, what, where in STATES),
    *((in_jsonata(state), what, f"/States/S{where}") for state, what, where in IN_JSONATA),
    (
        choosing({"Variable": "$.x", "NumericIsh": 1, "Next": "P"}),
        "Field 'NumericIsh' is not supported",
        "/States/S/Choices[0]",
    ),
    (
        choosing({"Variable": "$.x", "NumericEquals": "1", "Next": "P"}),
        "of type Number",
        "/States/S/Choices[0]/NumericEquals",
    ),
    (choosing({"Variable": "$.x", "IsNull": "no", "Next": "P"}), "of type Boolean", "/States/S/Choices[0]/IsNull"),
    (choosing({"And": {}, "Next": "P"}), "of type Array", "/States/S/Choices[0]/And"),
    (
        choosing({"Not": {"Variable": "$.x", "StringEquals": 1}, "Next": "P"}),
        "of type String",
        "/States/S/Choices[0]/Not/StringEquals",
    ),
    (choosing(RULE, Default="T"), "Missing 'Next' target: T", "/States/S/Default"),
    (machine(PASS, T=PASS), 'State "T" is not reachable.', "/States/T"),
    (machine({"Type": "Pass", "Next": "S"}), "Workflow has no terminal state", "null"),
    (
        machine({**PARALLEL, "Branches": [{"StartAt": "S", "States": {"S": PASS}}]}),
        "Duplicate State name: S",
        "/States/S",
    ),
]


@pytest.fixture(scope="module")
def refusal(aws: EmbeddedAws) -> Callable[..., str]:
    client, arn = aws.client("stepfunctions"), role(aws)

    def refusal_(definition: str, **options: Any) -> str:
        with pytest.raises(ClientError) as caught:
            client.create_state_machine(name=f"m-{uuid.uuid4()}", definition=definition, roleArn=arn, **options)
        error = caught.value.response["Error"]
        assert error["Code"] == "InvalidDefinition"
        return str(error["Message"])

    return refusal_


def test_there_are_more_than_a_hundred() -> None:
    assert len({definition for definition, _, _ in CASES}) > 100


@pytest.mark.parametrize(("definition", "what", "where"), CASES)
def test_a_refusal_says_what_and_where(refusal: Callable[..., str], definition: str, what: str, where: str) -> None:
    message = refusal(definition)
    assert message.startswith("Invalid State Machine Definition: '")
    assert what in message
    assert f" at {where}" in message or f"; {where}" in message
    assert not RAW.search(message)


@pytest.mark.parametrize(
    ("resource", "pattern"),
    [
        ("arn:aws:states:::batch:submitJob.sync", "'.sync' service integration"),
        ("arn:aws:states:::states:startExecution.sync:2", "'.sync' service integration"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "'.waitForTaskToken' service integration"),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "Activity ARN"),
    ],
)
@pytest.mark.parametrize("is_inside", [False, True])
def test_express_machines_wait_for_nobody(
    refusal: Callable[..., str], resource: str, pattern: str, is_inside: bool
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html."""
    task = {**TASK, "Resource": resource, "Parameters": {"a": 1}}
    definition = machine({**PARALLEL, "Branches": [{"StartAt": "I", "States": {"I": task}}]} if is_inside else task)
    at = "/States/S/Branches[0]/States/I/Resource" if is_inside else "/States/S/Resource"
    message = refusal(definition, type="EXPRESS")
    assert f"SCHEMA_VALIDATION_FAILED: Express state machine does not support {pattern} at {at}" in message


def test_a_change_is_refused_as_a_new_machine_is(aws: EmbeddedAws) -> None:
    client = aws.client("stepfunctions")
    arn = client.create_state_machine(name="changed", definition=machine(PASS), roleArn=role(aws))["stateMachineArn"]
    with pytest.raises(ClientError, match=r"SCHEMA_VALIDATION_FAILED: Expected value of type Object at /States/S'"):
        client.update_state_machine(stateMachineArn=arn, definition=machine(5))


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
def test_a_change_of_nothing_is_refused(aws: EmbeddedAws) -> None:
    client = aws.client("stepfunctions")
    arn = client.create_state_machine(name="same", definition=machine(PASS), roleArn=role(aws))["stateMachineArn"]
    what = "the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
    with pytest.raises(ClientError, match=rf"\(MissingRequiredParameter\).*: Either {what} must be specified"):
        client.update_state_machine(stateMachineArn=arn)
