"""StartSyncExecution: an Express execution that answers with its end.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import refusal, role

Json = dict[str, Any]
Run = Callable[..., Json]


@pytest.fixture
def make(aws: EmbeddedAws) -> Callable[..., str]:
    def make_(states: Json, kind: str = "EXPRESS", **top: Any) -> str:
        definition = json.dumps({"StartAt": next(iter(states)), "States": states, **top})
        made = aws.client("stepfunctions").create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=definition, roleArn=role(aws), type=kind
        )
        return str(made["stateMachineArn"])

    return make_


@pytest.fixture
def run(aws: EmbeddedAws, make: Callable[..., str]) -> Run:
    def run_(states: Json, top: Json | None = None, **options: Any) -> Json:
        arn = make(states, **(top or {}))
        answer = aws.client("stepfunctions").start_sync_execution(stateMachineArn=arn, **options)
        answer.pop("ResponseMetadata")
        return {**answer, "machine": arn}

    return run_


def test_it_answers_with_the_output(run: Run) -> None:
    answer = run({"A": {"Type": "Pass", "Result": {"b": "ü"}, "End": True}}, input='{"a": 1}', name="mine")
    assert (answer["status"], answer["output"], answer["input"]) == ("SUCCEEDED", '{"b":"ü"}', '{"a": 1}')
    assert (answer["name"], answer["stateMachineArn"]) == ("mine", answer["machine"])
    start = answer["machine"].replace(":stateMachine:", ":express:")
    assert answer["executionArn"].startswith(f"{start}:mine:")
    assert answer["startDate"] <= answer["stopDate"]
    assert answer["billingDetails"]["billedMemoryUsedInMB"] == 64
    assert answer["billingDetails"]["billedDurationInMilliseconds"] % 100 == 0
    assert (answer["inputDetails"], answer["outputDetails"]) == ({"included": True}, {"included": True})


def test_a_failure_is_an_answer(run: Run) -> None:
    answer = run({"A": {"Type": "Fail", "Error": "Bad", "Cause": "It is."}})
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "Bad", "It is.")
    assert "output" not in answer


def test_the_end_of_the_time_is_an_answer(run: Run) -> None:
    answer = run({"A": {"Type": "Wait", "Seconds": 60, "End": True}}, {"TimeoutSeconds": 1})
    assert answer["status"] == "TIMED_OUT"


def test_its_context_is_that_of_an_express_execution(run: Run) -> None:
    answer = run({"A": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id"}, "End": True}})
    assert json.loads(answer["output"]) == {"id": answer["executionArn"]}


def test_without_data_it_answers_with_the_status(run: Run) -> None:
    answer = run({"A": {"Type": "Pass", "End": True}}, input="1", includedData="METADATA_ONLY")
    assert (answer["status"], "input" in answer, "output" in answer) == ("SUCCEEDED", False, False)


def test_a_standard_machine_and_a_bad_input_are_refused(aws: EmbeddedAws, make: Callable[..., str]) -> None:
    start = aws.client("stepfunctions").start_sync_execution
    states = {"A": {"Type": "Pass", "End": True}}
    assert refusal(start, stateMachineArn=make(states, "STANDARD")) == (
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )
    express = make(states)
    assert refusal(start, stateMachineArn=express, input="{")[0] == "InvalidExecutionInput"
    assert refusal(start, stateMachineArn=express, name="a b") == ("InvalidName", "Invalid Name: 'a b'")
    assert refusal(start, stateMachineArn=f"{express}x")[0] == "StateMachineDoesNotExist"
