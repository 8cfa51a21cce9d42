"""Messages about executions, jobs, queues and environments really arrive, once, and say what a person needs."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local import SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws
from tests.local.notified_pipelines import Inbox, Notified, behave
from tests.local.rights import Roles
from tests.properties import NIGHTLY
from tests.waiting import ended_execution, until

pytestmark = pytest.mark.local

MANY = 10_000 if NIGHTLY else 2_000
"""Items; their list is so long that it goes by S3."""

DELIVERY_OF_LOGS = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
"""Of each state machine that writes logs: test_least_privilege.py."""


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock()
    return {"clock": clock, "runner": SimulatedRunner(behave, clock)}


@pytest.fixture(scope="module")
def inbox(local_aws: LocalAws) -> Inbox:
    return Inbox(local_aws, local_aws.deploy(Notified(App())))


@pytest.mark.parametrize(("machine", "failed"), [("Arrays", "item 1"), ("Maps", "Areas-1")])
def test_a_failed_fan_out_is_told_with_its_items_their_reasons_and_what_to_do(
    inbox: Inbox, machine: str, failed: str
) -> None:
    outcome = inbox.stack.run({"items": ["a", "fails", "b"]}, state_machine=machine)
    message = inbox.message(machine)
    assert message["Subject"] == f"Notified/{machine} failed: 1 of 3 items failed"
    text = message["Message"]
    first, *lines = text.splitlines()
    assert first == f"Notified/{machine} failed: 1 of 3 items failed after 1 min 0 s."
    assert "Failed items: 1" in lines
    place = lines.index(f"  {failed}: Essential container in task exited, exit code 3")
    assert lines[place + 1].startswith(
        "    https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
        "#logsV2:log-groups/log-group/Notified-JobContainerLogs"
    )
    assert f"  constructs-lib rerun {outcome.arn}" in lines
    assert f"  constructs-lib why {outcome.arn}" in lines
    page = "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/"
    assert lines[-1] == f"  {page}{outcome.arn}"


@pytest.mark.larger_at_night
def test_thousands_of_failed_children_are_one_message(inbox: Inbox) -> None:
    before = len(inbox.messages())
    ended_execution(inbox.local.client("stepfunctions"), inbox.start("Arrays", {"items": ["fails"] * MANY}))

    message = inbox.message(f"{MANY} of {MANY}")
    assert message["Message"].count("exit code 3") == 5
    inbox.rest()
    assert len(inbox.messages()) == before + 1


def test_a_failure_without_a_job_is_told_with_error_and_cause(inbox: Inbox) -> None:
    inbox.stack.run({}, state_machine="Typo")
    message = inbox.message("Typo")
    assert message["Subject"] == "Notified/Typo failed"
    assert "Error: Typo\nCause: no such é thing\n" in message["Message"]


def test_an_execution_that_was_stopped_is_told(inbox: Inbox) -> None:
    states = inbox.local.client("stepfunctions")
    with inbox.local.aws.clock.working():
        execution = inbox.start("Maps", {"items": ["waits"]})
        states.stop_execution(executionArn=execution, error="Wrong day", cause="It was the list of Tuesday.")
    message = inbox.message("was stopped")
    assert message["Subject"] == "Notified/Maps was stopped"
    assert "Error: Wrong day\nCause: It was the list of Tuesday.\n" in message["Message"]


def test_other_targets_get_an_event_with_the_record_and_its_words(inbox: Inbox) -> None:
    inbox.bodies("ProgramsUrl")
    inbox.stack.run({"items": ["a"]}, state_machine="Arrays")
    inbox.rest()
    details = [json.loads(body)["detail"] for body in inbox.bodies("ProgramsUrl")]
    assert [(item["status"], item["subject"]) for item in details] == [
        ("STARTED", "Notified/Arrays started"),
        ("SUCCEEDED", "Notified/Arrays succeeded"),
    ]
    assert details[1]["seconds"] == 60
    assert "why" not in details[1]


def test_a_burst_of_failed_jobs_is_one_message_with_a_count_for_each_reason(inbox: Inbox) -> None:
    batch = inbox.local.client("batch")
    queue, job = inbox.stack.outputs["QueueArn"], inbox.stack.outputs["JobArn"]
    with inbox.local.aws.clock.working():
        for number in range(12):
            batch.submit_job(jobName=f"fails-{number}", jobQueue=queue, jobDefinition=job)
        batch.submit_job(jobName="succeeds", jobQueue=queue, jobDefinition=job)
        batch.submit_job(jobName="fails-array", jobQueue=queue, jobDefinition=job, arrayProperties={"size": 20})
    message = inbox.message("jobs")
    assert message["Subject"] == "13 jobs failed in queue Notified/Queue"
    assert "  12 x Essential container in task exited, such as " in message["Message"]


def test_an_event_that_comes_twice_is_told_once(inbox: Inbox) -> None:
    states = inbox.local.client("stepfunctions")
    outcome = inbox.stack.run({}, state_machine="Typo")
    inbox.rest()
    before = len(inbox.messages())
    described = states.describe_execution(executionArn=outcome.arn)
    machine = inbox.stack.physical_id("AlertsReader", resource_type="AWS::StepFunctions::StateMachine")
    event = {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": outcome.arn,
            "stateMachineArn": described["stateMachineArn"],
            "name": described["name"],
            "status": "FAILED",
            "startDate": 1,
            "stopDate": 2,
            "redriveCount": 0,
        },
    }
    states.start_sync_execution(stateMachineArn=machine, input=json.dumps(event))
    inbox.rest()
    assert len(inbox.messages()) == before


def test_a_blocked_queue_is_told(inbox: Inbox) -> None:
    batch = inbox.local.client("batch")
    job = batch.submit_job(
        jobName="too-large",
        jobQueue=inbox.stack.outputs["SmallArn"],
        jobDefinition=inbox.stack.outputs["JobArn"],
        containerOverrides={
            "resourceRequirements": [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
        },
    )["jobId"]
    inbox.local.aws.advance(timedelta(hours=1))
    message = inbox.message("is blocked")
    assert message["Subject"] == "Queue Notified/Small is blocked"
    assert "Cause: MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - " in message["Message"]
    assert f"  constructs-lib why {job}" in message["Message"].splitlines()
    batch.terminate_job(jobId=job, reason="It was told.")


def test_an_invalid_environment_is_told_once_a_day(inbox: Inbox) -> None:
    batch = inbox.local.client("batch")
    inbox.local.client("iam").delete_role(RoleName=inbox.stack.outputs["RoleName"])
    batch.update_compute_environment(computeEnvironment="small-capacity", computeResources={"maxvCpus": 8})
    inbox.local.aws.advance(timedelta(hours=20))
    message = inbox.message("is INVALID")
    assert message["Subject"] == "Compute environment small-capacity is INVALID"
    assert "  constructs-lib why " in message["Message"]
    inbox.rest()
    assert len([item for item in inbox.messages() if "is INVALID" in item["Subject"]]) <= 2


def test_each_right_of_its_roles_is_needed(inbox: Inbox) -> None:
    aws = inbox.local.aws
    roles = Roles(aws)
    names = [role["RoleName"] for page in roles.iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    rights = [
        right
        for name in names
        if name.startswith(("Notified-Alerts", "Notified-Events"))
        for right in roles.rights_of(name)
        if not right.action.startswith("xray:") and right.action not in DELIVERY_OF_LOGS
    ]
    actions = Counter(right.action for right in rights)
    assert actions == {
        "batch:DescribeComputeEnvironments": 1,
        "batch:DescribeJobQueues": 1,
        "batch:DescribeJobs": 2,
        "batch:ListJobs": 2,
        "events:PutEvents": 1,
        "kms:Decrypt": 1,
        "kms:GenerateDataKey": 1,
        "logs:GetQueryResults": 1,
        "logs:StartQuery": 1,
        "sns:Publish": 1,
        "states:GetExecutionHistory": 4,
        "states:StartExecution": 4,
    }
    for right in rights:
        since = len(aws.iam.denials)
        with roles.without(right):
            inbox.everything_fails()
            assert until(lambda: roles.denied(right, since)), right  # noqa: B023 - called at once
