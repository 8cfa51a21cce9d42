"""Activities: workers poll for tasks, tell of their outcome, and are too late when a task has ended.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import refusal, role
from tests.waiting import ended_execution, until

Json = dict[str, Any]


class Activity:
    """An activity, state machines that wait for it, and a worker."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws, self.client = aws, aws.client("stepfunctions")
        self.name = f"activity-{uuid.uuid4()}"
        self.arn = str(self.client.create_activity(name=self.name)["activityArn"])

    def start(self, payload: str = '{"n": 1}', **state: Any) -> str:
        others = state.pop("others", {})
        first = {"Type": "Task", "Resource": self.arn, "End": True, **state}
        shown = {name: value for name, value in first.items() if value is not None}
        definition = {"StartAt": "A", "States": {"A": shown, **others}}
        machine = self.client.create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=role(self.aws)
        )
        started = self.client.start_execution(stateMachineArn=machine["stateMachineArn"], input=payload)
        return str(started["executionArn"])

    def poll(self, **options: Any) -> Json:
        task = self.client.get_activity_task(activityArn=self.arn, **options)
        task.pop("ResponseMetadata")
        return dict(task)

    def wait(self, arn: str) -> Json:
        described = ended_execution(self.client, arn)
        return dict(described)

    def events(self, arn: str) -> list[Json]:
        return list(self.client.get_execution_history(executionArn=arn)["events"])


@pytest.fixture
def activity(aws: EmbeddedAws) -> Activity:
    return Activity(aws)


def test_a_worker_gets_the_input_and_gives_the_output(activity: Activity) -> None:
    arn = activity.start(TimeoutSeconds=60)
    task = activity.poll(workerName="ada")
    assert json.loads(task["input"]) == {"n": 1}
    activity.client.send_task_success(taskToken=task["taskToken"], output='{"done": "ü"}')
    assert activity.wait(arn)["output"] == '{"done":"ü"}'
    events = activity.events(arn)
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "ActivityScheduled",
        "ActivityStarted",
        "ActivitySucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    scheduled = events[2]["activityScheduledEventDetails"]
    assert (scheduled["resource"], scheduled["timeoutInSeconds"]) == (activity.arn, 60)
    assert json.loads(scheduled["input"]) == {"n": 1}
    assert events[3]["activityStartedEventDetails"] == {"workerName": "ada"}
    assert events[4]["activitySucceededEventDetails"]["output"] == '{"done": "ü"}'


def test_a_worker_that_polls_first_is_kept_until_there_is_a_task(activity: Activity) -> None:
    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(activity.poll)
        arn = activity.start()
        task = polled.result(20)
    activity.client.send_task_success(taskToken=task["taskToken"], output="1")
    assert activity.wait(arn)["status"] == "SUCCEEDED"
    assert activity.events(arn)[3]["activityStartedEventDetails"] == {}


def test_each_task_goes_to_one_worker_the_oldest_first(activity: Activity) -> None:
    first = activity.start("1")
    until(lambda: len(activity.events(first)) >= 3)
    activity.start("2")
    tasks = [activity.poll() for _ in range(2)]
    assert [task["input"] for task in tasks] == ["1", "2"]
    assert len({task["taskToken"] for task in tasks}) == 2


def test_a_failure_is_retried_with_another_token_and_caught(activity: Activity) -> None:
    arn = activity.start(
        Retry=[{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["Bad"], "Next": "Caught"}],
        others={"Caught": {"Type": "Succeed"}},
    )
    tokens = []
    for error in ("Busy", "Bad"):
        task = activity.poll()
        tokens.append(task["taskToken"])
        activity.client.send_task_failure(taskToken=task["taskToken"], error=error, cause="It is.")
    assert json.loads(activity.wait(arn)["output"]) == {"Error": "Bad", "Cause": "It is."}
    assert len(set(tokens)) == 2
    failed = [event for event in activity.events(arn) if event["type"] == "ActivityFailed"]
    assert [event["activityFailedEventDetails"] for event in failed] == [
        {"error": "Busy", "cause": "It is."},
        {"error": "Bad", "cause": "It is."},
    ]


def test_a_task_that_nobody_takes_in_time_is_timed_out_and_handed_to_nobody(activity: Activity) -> None:
    arn = activity.start(TimeoutSeconds=1)
    described = activity.wait(arn)
    assert (described["status"], described["error"]) == ("FAILED", "States.Timeout")
    assert activity.events(arn)[-2]["activityTimedOutEventDetails"] == {"error": "States.Timeout"}
    fresh = activity.start("2")
    assert activity.poll()["input"] == "2"
    activity.client.stop_execution(executionArn=fresh)


def test_a_missed_heartbeat_is_a_timeout(activity: Activity) -> None:
    arn = activity.start(TimeoutSeconds=60, HeartbeatSeconds=1)
    task = activity.poll()
    activity.client.send_task_heartbeat(taskToken=task["taskToken"])
    assert activity.wait(arn)["error"] == "States.Timeout"
    late = activity.client.send_task_success
    assert refusal(late, taskToken=task["taskToken"], output="1")[0] == "TaskTimedOut"


def test_a_stopped_execution_takes_its_task_back(activity: Activity) -> None:
    for is_taken in (False, True):
        arn = activity.start()
        until(lambda arn=arn: len(activity.events(arn)) >= 3)
        token = activity.poll()["taskToken"] if is_taken else None
        activity.client.stop_execution(executionArn=arn)
        assert activity.wait(arn)["status"] == "ABORTED"
        if token:
            assert refusal(activity.client.send_task_success, taskToken=token, output="1")[0] == "TaskTimedOut"
    activity.start("2")
    assert activity.poll()["input"] == "2"


def test_items_of_a_map_are_worked_at_by_several_workers(activity: Activity) -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Task", "Resource": activity.arn, "End": True}}}
    arn = activity.start("[1, 2, 3]", Type="Map", Resource=None, ItemProcessor=inner)
    tasks = [activity.poll() for _ in range(3)]
    for task in tasks:
        activity.client.send_task_success(taskToken=task["taskToken"], output=str(int(task["input"]) * 10))
    assert json.loads(activity.wait(arn)["output"]) == [10, 20, 30]


def test_an_activity_that_is_gone_fails_the_execution(activity: Activity) -> None:
    activity.client.delete_activity(activityArn=activity.arn)
    described = activity.wait(activity.start())
    where = "An error occurred while executing the state 'A' (entered at the event id #2). "
    assert (described["error"], described["cause"]) == (
        "States.Runtime",
        f"{where}The activity {activity.arn} does not exist.",
    )


def test_activities_are_made_once_described_listed_and_deleted_any_number_of_times(activity: Activity) -> None:
    client = activity.client
    assert client.create_activity(name=activity.name)["activityArn"] == activity.arn
    described = client.describe_activity(activityArn=activity.arn)
    assert (described["name"], described["encryptionConfiguration"]) == (activity.name, {"type": "AWS_OWNED_KEY"})
    assert activity.arn in [item["activityArn"] for item in client.list_activities()["activities"]]
    for _ in range(2):
        client.delete_activity(activityArn=activity.arn)
    missing = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{activity.arn}'")
    assert refusal(client.describe_activity, activityArn=activity.arn) == missing
    assert refusal(client.get_activity_task, activityArn=activity.arn) == missing
    invalid = ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nothing'")
    assert refusal(client.get_activity_task, activityArn="nothing") == invalid


@pytest.mark.parametrize("name", ["a b", "a<b", "a/b", "a:b", "a\x7f"])
def test_a_name_has_none_of_these(activity: Activity, name: str) -> None:
    assert refusal(activity.client.create_activity, name=name) == ("InvalidName", f"Invalid Name: '{name}'")


def test_a_poll_without_a_task_answers_with_none(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constructs_lib.local.states.activities.api._POLL_SECONDS", 0.2)
    activity = Activity(aws)
    assert activity.poll() == {}
