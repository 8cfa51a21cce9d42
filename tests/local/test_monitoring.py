"""What a dashboard shows and when alarms go off, after runs of a pipeline in virtual time."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.monitored import MonitoredStack
from tests.local.rights import Right, Roles
from tests.waiting import until

pytestmark = pytest.mark.local

MINUTE, HOUR = 60.0, 3_600.0
ITEMS = 100
FAILED = {index for index in range(ITEMS) if index % 8 == 0}
"""Thirteen of a hundred."""
RETRIED = {1, 2}
NAMESPACE = "ConstructsLib/Batch"


def behave(job: Job) -> tuple[float, Ending]:
    """A child takes ten minutes; some fail, some lose their capacity at first. A job alone takes hours by its name."""
    if job.index is None:
        return float(job.spec.name.rpartition("-")[2]) * HOUR, Ending(0)
    if job.index in RETRIED and len(job.attempts) == 1:
        return MINUTE, Ending(None, status_reason="Host EC2 (instance i-0123456789abcdef0) terminated.")
    return 10 * MINUTE, Ending(1 if job.index in FAILED else 0)


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock()
    return {"clock": clock, "runner": SimulatedRunner(behave, clock)}


class Account:
    """The deployed stack, and what CloudWatch knows of it."""

    def __init__(self, local: LocalAws, stack: DeployedStack) -> None:
        self.local, self.stack = local, stack
        assert isinstance(local.aws.clock, VirtualClock)
        self.clock = local.aws.clock
        self.cloudwatch, self.logs = local.client("cloudwatch"), local.client("logs")
        self.batch, self.states = local.client("batch"), local.client("stepfunctions")

    @property
    def body(self) -> dict[str, Any]:
        found = self.cloudwatch.get_dashboard(DashboardName=self.stack.outputs["DashboardName"])
        body: dict[str, Any] = json.loads(found["DashboardBody"])
        return body

    def run(self, items: list[Any]) -> str:
        """Run an execution to its end; its status."""
        machine = self.stack.outputs["StateMachineArn"]
        arn = self.states.start_execution(stateMachineArn=machine, input=json.dumps({"items": items}))["executionArn"]
        with self.clock.passing():
            while (status := self.states.describe_execution(executionArn=arn)["status"]) == "RUNNING":
                pass
        return str(status)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and happen what is due in it."""
        self.clock.advance(seconds)

    def value(self, name: str, statistic: str, namespace: str = NAMESPACE) -> float:
        """A statistic of a metric over all days, in whichever dimensions it has."""
        [metric] = [
            each
            for each in self.cloudwatch.list_metrics(Namespace=namespace, MetricName=name)["Metrics"]
            if namespace == NAMESPACE or each["Dimensions"][0]["Value"] == self.stack.outputs["StateMachineArn"]
        ]
        now = datetime.fromtimestamp(self.clock.now(), UTC)
        points = self.cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=metric["Dimensions"],
            StartTime=now - timedelta(days=2),
            EndTime=now + timedelta(minutes=1),
            Period=86_400 * 3,
            Statistics=[statistic],
        )["Datapoints"]
        values = [point[statistic] for point in points]
        return float(
            {"Sum": sum, "Maximum": max, "Minimum": min, "Average": lambda each: sum(each) / len(each)}[statistic](
                values
            )
        )

    def table(self, title: str) -> list[dict[str, str]]:
        """The rows of a table of the dashboard, over all days."""
        [shown] = [each["properties"] for each in self.body["widgets"] if each["properties"].get("title") == title]
        source, _, query = shown["query"].partition(" | ")
        now = int(self.clock.now())
        query_id = self.logs.start_query(
            logGroupNames=re.findall("'([^']+)'", source),
            startTime=now - 2 * 86_400,
            endTime=now,
            queryString=query,
        )["queryId"]
        while (found := self.logs.get_query_results(queryId=query_id))["status"] != "Complete":
            assert found["status"] in {"Scheduled", "Running"}, found
        return [{each["field"]: each["value"] for each in row} for row in found["results"]]

    def subscribe(self) -> str:
        """A queue that gets what the topic of the alarms is told; its URL."""
        sns, sqs = self.local.client("sns"), self.local.client("sqs")
        url = str(sqs.create_queue(QueueName="mailbox")["QueueUrl"])
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = self.stack.physical_id("People", resource_type="AWS::SNS::Topic")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        return url

    def told(self, url: str) -> list[dict[str, Any]]:
        """What the topic was told since it was last asked."""
        messages = self.local.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def submit(self, *names: str, vcpus: int) -> None:
        """Submit jobs of a size, all at once."""
        needs = [{"type": "VCPU", "value": str(vcpus)}, {"type": "MEMORY", "value": str(vcpus * 2_048)}]
        with self.clock.working():
            for name in names:
                self.batch.submit_job(
                    jobName=name,
                    jobQueue=self.stack.physical_id("Queue", resource_type="AWS::Batch::JobQueue"),
                    jobDefinition=self.stack.physical_id("Tile", resource_type="AWS::Batch::JobDefinition"),
                    containerOverrides={"resourceRequirements": needs},
                    timeout={"attemptDurationSeconds": 86_400},
                )

    def events(self) -> int:
        """How many events are in the log."""
        [group] = self.logs.describe_log_groups(logGroupNamePrefix="/aws/events/")["logGroups"]
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        return sum(len(page["events"]) for page in pages)

    def alarm(self, name: str) -> str:
        """The state of an alarm by its id."""
        found = self.cloudwatch.describe_alarms()["MetricAlarms"]
        [alarm] = [each for each in found if f"MonitoringAlarms{name}" in each["AlarmName"]]
        return str(alarm["StateValue"])


@pytest.fixture(scope="module")
def account(local_aws: LocalAws) -> Account:
    """After an execution of a hundred items of which some fail."""
    made = Account(local_aws, local_aws.deploy(MonitoredStack(App())))
    assert made.run(list(range(ITEMS))) == "FAILED"
    made.pass_time(30 * MINUTE)
    return made


def test_every_metric_of_what_happened_has_the_right_number(account: Account) -> None:
    counted = {name: account.value(name, "Sum") for name in ("Submitted", "Started", "Retried", "Succeeded", "Failed")}
    assert counted == {
        "Submitted": ITEMS,
        "Started": ITEMS + len(RETRIED),
        "Retried": len(RETRIED),
        "Succeeded": ITEMS - len(FAILED),
        "Failed": len(FAILED),
    }
    assert account.value("FailedPercent", "Average") == len(FAILED)
    assert account.value("ExecutionsFailed", "Sum", "AWS/States") == 1


def test_every_metric_of_the_fan_out_has_the_right_number(account: Account) -> None:
    shown = {name for name in _metrics_of(account.body) if name.startswith("Monitored-Tiles-")}
    [prefix] = {name.rpartition("-")[0] for name in shown}
    assert account.value(f"{prefix}-Started", "Sum") == ITEMS + len(RETRIED)
    assert account.value(f"{prefix}-Failed", "Sum") == len(FAILED)
    assert account.value(f"{prefix}-Succeeded", "Sum") == ITEMS - len(FAILED)


def test_what_is_measured_is_what_there_was(account: Account) -> None:
    assert account.value("VCpus", "Maximum") == 64
    assert account.value("Waiting", "Maximum") == ITEMS - 64
    assert account.value("MaxVCpus", "Maximum") == 64
    assert account.value("Invalid", "Maximum") == 0


def test_every_metric_of_the_dashboard_exists_but_those_of_what_did_not_happen(account: Account) -> None:
    there = {
        each["MetricName"]
        for namespace in (NAMESPACE, "AWS/States")
        for each in account.cloudwatch.list_metrics(Namespace=namespace)["Metrics"]
    }
    did_not_happen = {"Blocked", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionsSucceeded"}
    assert set(_metrics_of(account.body)) - there <= did_not_happen


def test_tables_show_what_failed_and_why(account: Account) -> None:
    failed = account.table("Last failed jobs")
    assert {int(row["child"]) for row in failed} == FAILED
    assert {(row["job"], row["exitCode"]) for row in failed} == {("Tiles", "1")}
    [reason] = account.table("Reasons of failures")
    assert (reason["jobs"], reason["exitCode"]) == (str(len(FAILED)), "1")
    assert reason["reason"] == "Essential container in task exited"
    assert [row["outcome"] for row in account.table("Last executions")] == ["ExecutionFailed"]


def test_tables_show_how_long_jobs_waited_and_ran_and_what_that_cost(account: Account) -> None:
    [times] = account.table("Wait and run times, in seconds")
    assert times["jobs"] == str(ITEMS)
    assert [float(times[name]) for name in ("waitedMedian", "waitedLongest", "ranMedian", "ranLongest")] == [
        0,
        10 * MINUTE,
        10 * MINUTE,
        10 * MINUTE,
    ]
    [cost] = account.table("vCPU hours and cost of ended jobs")
    hours = ITEMS / 6  # of one vCPU each; attempts that were lost are not counted
    assert float(cost["vcpuHours"]) == pytest.approx(hours, abs=1e-3)
    assert float(cost["usd"]) == pytest.approx(hours * 0.04937, abs=1e-3)


def test_tables_of_what_did_not_happen_are_empty(account: Account) -> None:
    assert account.table("Jobs that blocked a queue") == []
    assert account.table("Jobs that wait the longest") == []


def test_alarms_of_failures_went_off_and_the_others_did_not(account: Account) -> None:
    changes = account.cloudwatch.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    went_off = {
        re.findall(r"MonitoringAlarms(\w+)[0-9A-F]{8}-", change["AlarmName"])[0]
        for change in changes
        if json.loads(change["HistoryData"])["newState"]["stateValue"] == "ALARM"
    }
    assert went_off == {"StateMachineFailed", "QueueFailedJobs"}


def test_nothing_starts_for_hours_although_jobs_wait(account: Account) -> None:
    mailbox = account.subscribe()
    account.submit("a-6", "b-6", "c-6", "d-6", "last-1", vcpus=16)
    account.pass_time(2 * HOUR)
    assert account.alarm("QueueWaiting") == "OK"
    account.pass_time(1.5 * HOUR)
    assert account.alarm("QueueWaiting") == "ALARM"
    assert [row["detail.jobName"] for row in account.table("Jobs that wait the longest")] == ["last-1"]
    [message] = account.told(mailbox)
    assert re.search(r"none has started for 3 hours. Why: constructs-lib why arn:.+", message["AlarmDescription"])
    account.pass_time(5 * HOUR)
    assert account.alarm("QueueWaiting") == "OK"
    assert account.value("FrontSeconds", "Maximum") == pytest.approx(6 * HOUR, abs=10 * MINUTE)


def test_a_job_that_cannot_start_blocks_its_queue_and_what_was_scaled_is_seen(account: Account) -> None:
    environment = account.stack.physical_id("Fargate", resource_type="AWS::Batch::ComputeEnvironment")
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 8})
    account.submit("large-1", vcpus=16)
    account.pass_time(6 * MINUTE)
    assert account.alarm("QueueBlocked") == "ALARM"
    assert account.value("Blocked", "Sum") == 1
    [blocked] = account.table("Jobs that blocked a queue")
    assert blocked["reason"].startswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - ")
    assert account.value("MaxVCpus", "Minimum") == 8
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 64})
    account.pass_time(2 * HOUR)


class TestRights:
    """Each right of the roles is needed: without it something is not measured."""

    def test_without_any_of_them_something_is_not_measured(self, account: Account) -> None:
        roles = Roles(account.local.aws)
        role = account.stack.physical_id("MonitoringJobMetricsSnapshotsMachineRole", resource_type="AWS::IAM::Role")
        asked = [right for right in roles.rights_of(role) if right.action.partition(":")[0] in {"batch", "cloudwatch"}]
        assert sorted(right.action for right in asked) == [
            "batch:DescribeComputeEnvironments",
            "batch:GetJobQueueSnapshot",
            "cloudwatch:PutMetricData",
        ]
        for right in asked:
            self.check(account, roles, right)

    def test_without_the_policy_of_the_log_no_event_is_kept(self, account: Account) -> None:
        [policy] = account.logs.describe_resource_policies()["resourcePolicies"]
        there = account.events()
        account.logs.delete_resource_policy(policyName=policy["policyName"])
        account.submit("unseen-1", vcpus=1)
        account.pass_time(2 * HOUR)
        assert account.events() == there
        account.logs.put_resource_policy(policyName=policy["policyName"], policyDocument=policy["policyDocument"])
        account.submit("seen-1", vcpus=1)
        account.pass_time(2 * HOUR)
        assert account.events() == there + 3

    @staticmethod
    def check(account: Account, roles: Roles, right: Right) -> None:
        denials = len(account.local.aws.iam.denials)
        with roles.without(right):
            account.pass_time(10 * MINUTE)
            until(lambda: roles.denied(right, denials))


def _metrics_of(body: dict[str, Any]) -> list[str]:
    return [
        metric[1]
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", ())
        if isinstance(metric[0], str)
    ]
