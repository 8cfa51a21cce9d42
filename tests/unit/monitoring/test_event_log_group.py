"""The log groups that EventBridge writes into share the resource policies of their stack."""

import json

from aws_cdk import App, Stack
from aws_cdk import aws_logs as logs

from constructs_lib import JobMetrics, Notifications, Occasion
from constructs_lib.monitoring.event_log_group import EventLogGroup
from tests.unit.core.right_calls import Parts
from tests.unit.monitoring.conftest import template_of
from tests.unit.monitoring.test_job_metrics import text
from tests.unit.resources import resources


def test_metrics_and_notifications_of_a_stack_have_one_policy_together() -> None:
    parts = Parts(Stack(App(analytics_reporting=False), "Shared"))
    JobMetrics(parts.stack, "Metrics", queues=[parts.queue])
    for name in ("People", "Machines"):
        told = [Occasion.JOB_FAILED]
        Notifications(parts.stack, name, topic=parts.topic, queues=[parts.queue], on=told)
    template = template_of(parts.stack)
    [(policy_id, policy)] = resources(template, "AWS::Logs::ResourcePolicy").items()
    [statement] = json.loads(text(policy["Properties"]["PolicyDocument"]))["Statement"]
    groups = resources(template, "AWS::Logs::LogGroup").values()
    named = {group["Properties"].get("LogGroupName") for group in groups}
    written = {arn.split(":log-group:")[1].removesuffix(":*") for arn in statement["Resource"]}
    assert written == {name for name in named if name and name.startswith("/aws/events/")}
    assert len(written) == 3
    rules = [
        rule for rule in resources(template, "AWS::Events::Rule").values() if policy_id in rule.get("DependsOn", [])
    ]
    assert len(rules) == 3


def test_a_policy_is_never_longer_than_cloudwatch_logs_allows() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack" * 20)
    for index in range(40):
        EventLogGroup(stack, f"{'Group' * 40}{index}", retention=logs.RetentionDays.ONE_DAY)
    policies = resources(template_of(stack), "AWS::Logs::ResourcePolicy").values()
    # An account's number, and the longest names of a partition and a region, in place of the pseudo parameters.
    longest = [text(policy["Properties"]["PolicyDocument"]) for policy in policies]
    counts = [len(json.loads(each)["Statement"][0]["Resource"]) for each in longest]
    assert sum(counts) == 40
    assert len(counts) <= 4
    assert max(len(each) + 45 * count for each, count in zip(longest, counts, strict=True)) <= 5_120
