"""States that are given a result or an error: every kind of state, events, retries, turns, and what is refused."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from constructs_lib.local.states.mocks.answers import MOCKS, Answer, Mock, MockError, MockResult
from constructs_lib.local.states.mocks.mocking import mocking
from tests.unit.local.states.conftest import Jobs, Start

Json = dict[str, Any]

SUBMIT = {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Arguments": {"JobName": "j"}}
BRANCH = {"StartAt": "In", "States": {"In": {"Type": "Fail", "Error": "NotMocked"}}}


@contextlib.contextmanager
def mocked(*answers: Answer, state: str = "A", machine: str | None = None) -> Iterator[Mock]:
    with MOCKS.during(Mock(state, answers, machine)) as mock:
        yield mock


def types(execution: Any) -> list[str]:
    execution.wait()
    return [event["type"] for event in execution.events()]


def test_a_job_is_not_submitted_and_its_result_is_taken_as_it_is(start: Start, jobs: Jobs) -> None:
    before = len(jobs.requests)
    state = {**SUBMIT, "Output": "{% [$states.result, $states.input.n] %}", "End": True}
    with mocked(MockResult({"jobId": "1", "Status": "SUCCEEDED"})) as mock:
        execution = start({"A": state}, {"n": 3})
        assert execution.output() == [{"jobId": "1", "Status": "SUCCEEDED"}, 3]
    assert (len(jobs.requests), mock.used) == (before, 1)
    assert types(execution) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_an_error_is_caught_with_its_cause(start: Start) -> None:
    catch = [{"ErrorEquals": ["Batch.ServerException"], "Next": "Caught", "Output": "{% $states.errorOutput %}"}]
    states = {"A": {**SUBMIT, "Catch": catch, "End": True}, "Caught": {"Type": "Succeed"}}
    with mocked(MockError("Batch.ServerException", "Too much.")):
        execution = start(states)
        assert execution.output() == {"Error": "Batch.ServerException", "Cause": "Too much."}
    assert "TaskFailed" in types(execution)


def test_an_error_that_nobody_catches_fails_the_execution(start: Start) -> None:
    with mocked(MockError("Batch.ServerException", "Too much.")):
        assert start({"A": {**SUBMIT, "End": True}}).failure() == ("Batch.ServerException", "Too much.")


def test_attempts_take_answers_in_turn(start: Start) -> None:
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    with mocked(MockError("E"), MockResult(1)) as mock:
        assert start({"A": {**SUBMIT, "Retry": retry, "End": True}}).output() == 1
        assert mock.used == 2


def test_a_loop_takes_answers_in_turn_and_the_last_one_stays(start: Start) -> None:
    states = {
        "A": {**SUBMIT, "Output": "{% {'is': $states.result, 'n': $states.input.n + 1} %}", "Next": "Done?"},
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.is = 'done' and $states.input.n > 4 %}", "Next": "End"}],
            "Default": "A",
        },
        "End": {"Type": "Succeed"},
    }
    with mocked(MockResult("waiting"), MockResult("running"), MockResult("done")) as mock:
        assert start(states, {"n": 0}).output() == {"is": "done", "n": 5}
        assert mock.used == 5


def test_each_execution_and_each_item_has_turns_of_its_own(start: Start) -> None:
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 1}]
    inner = {"StartAt": "A", "States": {"A": {**SUBMIT, "Retry": retry, "End": True}}}
    each = {"Map": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": inner, "End": True}}
    with mocked(MockError("E"), MockResult("ok")) as mock:
        executions = [start(each) for _ in range(2)]
        assert [execution.output() for execution in executions] == [["ok"] * 3] * 2
        assert mock.used == 12


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
def test_a_result_may_depend_on_the_input_also_inside_of_a_map(start: Start, mode: str) -> None:
    config = {"Mode": mode} if mode == "INLINE" else {"Mode": mode, "ExecutionType": "STANDARD"}
    inner = {"ProcessorConfig": config, "StartAt": "A", "States": {"A": {**SUBMIT, "End": True}}}
    each = {"Map": {"Type": "Map", "Items": [1, 2], "ItemProcessor": inner, "End": True}}
    with mocked(MockResult(lambda given: given * 10)):
        assert start(each).output() == [10, 20]


@pytest.mark.parametrize("mode", [None, "DISTRIBUTED"])
def test_a_map_is_given_what_its_items_would_give(start: Start, mode: str | None) -> None:
    config = {"ProcessorConfig": {"Mode": mode, "ExecutionType": "STANDARD"}} if mode else {}
    state = {"Type": "Map", "Items": [1, 2], "ItemProcessor": {**config, **BRANCH}, "End": True}
    with mocked(MockResult(["a", "b"])):
        assert start({"A": state}).output() == ["a", "b"]
    with mocked(MockError("E", "c")):
        assert start({"A": state}).failure() == ("E", "c")


def test_a_parallel_state_is_given_what_its_branches_would_give(start: Start) -> None:
    catch = [{"ErrorEquals": ["E"], "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": [BRANCH], "Catch": catch, "End": True}
    states = {"A": parallel, "Caught": {"Type": "Succeed"}}
    with mocked(MockResult([1])):
        assert start(states).output() == [1]
    with mocked(MockError("E", "c")):
        assert start(states).output() == {"Error": "E", "Cause": "c"}


def test_a_function_is_given_what_it_would_return(start: Start) -> None:
    function = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
    with mocked(MockResult({"n": 1})):
        assert start({"A": function}).output() == {"n": 1}
    with mocked(MockError("E", "c")):
        execution = start({"A": function})
        assert execution.failure() == ("E", "c")
    assert "LambdaFunctionFailed" in types(execution)


def test_an_activity_needs_no_worker(start: Start) -> None:
    activity = {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:none", "End": True}
    with mocked(MockResult({"n": 1})):
        execution = start({"A": activity})
        assert execution.output() == {"n": 1}
    assert types(execution)[2:5] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]


def test_a_token_is_not_waited_for(start: Start) -> None:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": "none", "MessageBody": "{% $states.context.Task.Token %}"},
        "End": True,
    }
    with mocked(MockResult({"answer": 42})):
        assert start({"A": send}).output() == {"answer": 42}


def test_other_states_and_other_machines_do_what_they_do(start: Start) -> None:
    states = {"B": {**SUBMIT, "Arguments": {"JobName": "refuse"}, "End": True}}
    with mocked(MockResult(1)) as by_state, mocked(MockResult(1), state="B", machine="other") as by_machine:
        assert start(states).failure()[0] == "Batch.ClientException"
    assert (by_state.used, by_machine.used) == (0, 0)


def test_the_newest_mock_answers_and_after_it_the_one_before(start: Start) -> None:
    state = {"A": {**SUBMIT, "End": True}}
    with mocked(MockResult("old")):
        with mocked(MockResult("new")):
            assert start(state).output() == "new"
        assert start(state).output() == "old"


@pytest.fixture
def machine(aws: Callable[[str], Any]) -> Iterator[str]:
    client = aws("stepfunctions")
    definition = {
        "StartAt": "Submit job",
        "States": {
            "Submit job": {"Type": "Parallel", "Branches": [BRANCH], "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 1, "End": True},
        },
    }
    role = "arn:aws:iam::123456789012:role/states"
    arn = client.create_state_machine(name="mocked", roleArn=role, definition=json.dumps(definition))["stateMachineArn"]
    yield arn
    client.delete_state_machine(stateMachineArn=arn)


@pytest.mark.parametrize("shortened", [False, True])
def test_a_state_machine_is_meant_by_its_arn_or_its_name(machine: str, *, shortened: bool) -> None:
    with mocking("Submit job", [MockResult([1])], "mocked" if shortened else machine) as mock:
        assert mock.used == 0


@pytest.mark.parametrize(
    ("state", "answers", "error", "message"),
    [
        ("Submit jobs", [MockResult(1)], LookupError, "'Submit jobs': there are 'Submit job'"),
        ("Wait", [MockResult(1)], ValueError, "'Wait' is a Wait state: only Task, Map, Parallel"),
        ("Submit job", [], ValueError, "give it a result, an error"),
        ("Submit job", [MockResult({1})], ValueError, "no JSON value: Object of type set"),
        ("Submit job", [MockResult(1)], ValueError, "the result of a Parallel state is a list, got 1"),
    ],
)
def test_what_cannot_be_is_told_at_once(
    machine: str, state: str, answers: list[Answer], error: type[Exception], message: str
) -> None:
    assert machine.endswith("mocked")
    with pytest.raises(error, match=message):
        mocking(state, answers, "mocked")


def test_a_state_of_another_machine_is_not_meant(machine: str) -> None:
    assert machine.endswith("mocked")
    with pytest.raises(LookupError, match="no state machine 'other' has a state 'Submit job': none is deployed yet"):
        mocking("Submit job", [MockResult([1])], "other")
