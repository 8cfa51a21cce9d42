"""Rules on a schedule start their targets; rules try again what throttles, and tell their dead letters why."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from constructs_lib.local.faults import DeliverLate, DeliverTwice, FaultPlan, ThrottleTarget
from tests.local.deliveries.clockwork import ARN, DAY, HOUR, Account, policy
from tests.waiting import until


@pytest.fixture
def rule(account: Account) -> Iterator["Maker"]:
    made = Maker(account)
    yield made
    made.clear()


class Maker:
    """Makes rules of one test."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def __call__(self, target: dict[str, Any], **given: Any) -> str:
        """A rule, and the name that it has."""
        name = self.account.name("rule")
        self.account.events.put_rule(Name=name, **given)
        self.account.events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])
        return name

    def clear(self) -> None:
        for found in self.account.events.list_rules()["Rules"]:
            self.account.events.remove_targets(Rule=found["Name"], Ids=["1"])
            self.account.events.delete_rule(Name=found["Name"])


def started(account: Account, *actions: str) -> tuple[str, dict[str, Any]]:
    """A state machine, and a target that starts it."""
    machine = account.machine()
    return machine, {"Arn": machine, "RoleArn": account.role("events", *(actions or ("states:StartExecution",)))}


def test_a_month_of_a_rule(account: Account, rule: Maker) -> None:
    machine, target = started(account)
    begin = account.now
    name = rule(target, ScheduleExpression="rate(1 day)")
    account.aws.advance(30 * DAY)
    inputs = account.inputs(machine)
    assert [item["time"] for item in inputs] == [f"{begin + day * DAY:%Y-%m-%dT%H:%M:%SZ}" for day in range(1, 31)]
    assert {(item["source"], item["detail-type"], item["region"]) for item in inputs} == {
        ("aws.events", "Scheduled Event", "us-east-1")
    }
    assert {(item["resources"][0], json.dumps(item["detail"])) for item in inputs} == {
        (ARN.format("events", f"rule/{name}"), "{}")
    }


def test_cron_is_by_utc_and_inputs_are_made(account: Account, rule: Maker) -> None:
    machine, target = started(account)
    template = {"InputPathsMap": {"at": "$.time"}, "InputTemplate": '{"at": <at>, "by": "<aws.events.rule-name>"}'}
    name = rule({**target, "InputTransformer": template}, ScheduleExpression="cron(30 4 ? * MON *)")
    account.aws.advance(28 * DAY)
    inputs = account.inputs(machine)
    assert len(inputs) == 4
    assert {item["at"][10:] for item in inputs} == {"T04:30:00Z"}
    assert {item["by"] for item in inputs} == {name}


def test_a_rule_is_followed_as_it_is_now(account: Account, rule: Maker) -> None:
    machine, target = started(account)
    name = rule(target, ScheduleExpression="rate(1 hour)", State="DISABLED")
    account.aws.advance(3 * HOUR)
    assert account.inputs(machine) == []
    account.events.enable_rule(Name=name)
    account.aws.advance(3 * HOUR)
    assert len(account.inputs(machine)) == 3
    account.events.put_rule(Name=name, ScheduleExpression="rate(30 minutes)")
    account.aws.advance(HOUR)
    assert len(account.inputs(machine)) == 5
    account.events.disable_rule(Name=name)
    account.aws.advance(DAY)
    account.events.enable_rule(Name=name)
    account.events.remove_targets(Rule=name, Ids=["1"])
    account.events.delete_rule(Name=name)
    account.aws.advance(DAY)
    assert len(account.inputs(machine)) == 5


def test_an_expression_that_is_none_is_refused(account: Account) -> None:
    for expression in ("rate(1 hours)", "rate(5 minute)", "cron(0 0 * * * *)", "at(2026-03-01T00:00:00)"):
        with pytest.raises(account.events.exceptions.ClientError, match="Parameter ScheduleExpression is not valid"):
            account.events.put_rule(Name="refused", ScheduleExpression=expression)


def test_a_target_that_throttles_is_started_later(account: Account, rule: Maker) -> None:
    machine, target = started(account)
    rule(target, EventPattern=json.dumps({"source": ["mine"]}))
    plan = FaultPlan([ThrottleTarget(times=3)])
    with account.aws.faults.during(plan):
        account.events.put_events(Entries=[{"Source": "mine", "DetailType": "d", "Detail": "{}"}])
        assert until(lambda: account.inputs(machine))
    assert plan.unmet() == []


def test_deliveries_of_rules_come_twice_and_late(account: Account, rule: Maker) -> None:
    machine, target = started(account)
    rule(target, ScheduleExpression="rate(1 hour)")
    with account.aws.faults.during(FaultPlan([DeliverTwice(source="rule-*"), DeliverLate(600)])):
        begin = account.now
        account.aws.advance(HOUR + timedelta(minutes=30))
    late = f"{begin + HOUR + timedelta(minutes=10):%m-%d %H:%M}"
    assert account.starts(machine) == [late, late]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"RoleArn": "untrusted"}, "FAILED_TO_ASSUME_ROLE", "cannot be taken on by events.amazonaws.com"),
        ({"RoleArn": "powerless"}, "NO_PERMISSIONS", "is not authorized to perform: states:StartExecution"),
        ({"Arn": ARN.format("states", "stateMachine:nowhere")}, "NO_RESOURCE", "nowhere"),
        ({"Arn": ARN.format("kinesis", "stream/s")}, "INVALID_PARAMETER", "constructs-lib local: targets of kinesis"),
    ],
)
def test_what_can_never_be_delivered_is_a_dead_letter_at_once(
    account: Account, rule: Maker, options: dict[str, str], code: str, message: str
) -> None:
    _, target = started(account)
    roles = {"untrusted": ("lambda", "*"), "powerless": ("events", "states:Describe*")}
    if options.get("RoleArn") in roles:
        options = {"RoleArn": account.role(*roles[options["RoleArn"]])}
    dead = account.queue()
    target = {**target, **options, "DeadLetterConfig": {"Arn": dead}}
    name = rule(target, EventPattern=json.dumps({"source": ["mine"]}))
    account.events.put_events(Entries=[{"Source": "mine", "DetailType": "d", "Detail": '{"n": 1}'}])
    [letter] = account.messages(dead)
    assert json.loads(letter["Body"])["detail"] == {"n": 1}
    told = {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()}
    assert message in told.pop("ERROR_MESSAGE")
    assert told == {
        "RULE_ARN": ARN.format("events", f"rule/{name}"),
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "RETRY_ATTEMPTS": "0",
    }


def test_what_throttles_for_too_long_is_a_dead_letter(account: Account, rule: Maker) -> None:
    _, target = started(account)
    dead = account.queue()
    policy_ = {"MaximumRetryAttempts": 4, "MaximumEventAgeInSeconds": 3600}
    target = {**target, "DeadLetterConfig": {"Arn": dead}, "RetryPolicy": policy_}
    rule(target, ScheduleExpression="rate(1 hour)")
    with account.aws.faults.during(FaultPlan([ThrottleTarget(times=None)])):
        account.aws.advance(HOUR + timedelta(minutes=30))
    told = account.attributes(dead)
    assert told["ERROR_CODE"] == "THROTTLING"
    assert (told["EXHAUSTED_RETRY_CONDITION"], told["RETRY_ATTEMPTS"]) == ("MaximumRetryAttempts", "4")


def test_a_queue_that_lets_no_rule_in_gets_no_dead_letter(account: Account, rule: Maker) -> None:
    _, target = started(account, "states:Describe*")
    closed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    dead = account.queue()
    account.sqs.set_queue_attributes(
        QueueUrl=account.url(dead), Attributes={"Policy": policy({**closed, "Resource": dead})}
    )
    rule({**target, "DeadLetterConfig": {"Arn": dead}}, EventPattern=json.dumps({"source": ["mine"]}))
    account.events.put_events(Entries=[{"Source": "mine", "DetailType": "d", "Detail": "{}"}])
    assert account.messages(dead) == []
    assert "is not authorized to perform: sqs:SendMessage" in account.aws.targets.lost[-1]


def test_a_rule_runs_a_task(account: Account, rule: Maker) -> None:
    cluster = account.ecs.create_cluster(clusterName="cluster")["cluster"]["clusterArn"]
    execution = account.role("ecs-tasks", "*")
    definition = account.ecs.register_task_definition(
        family="nightly",
        executionRoleArn=execution,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "main", "image": "image", "essential": True}],
    )["taskDefinition"]["taskDefinitionArn"]
    network = {"awsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}}
    parameters = {
        "TaskDefinitionArn": definition,
        "TaskCount": 2,
        "LaunchType": "FARGATE",
        "NetworkConfiguration": network,
    }
    role = account.role("events", "ecs:RunTask", "iam:PassRole")
    given = json.dumps({"containerOverrides": [{"name": "main", "environment": [{"name": "DAY", "value": "1"}]}]})
    rule(
        {"Arn": cluster, "RoleArn": role, "EcsParameters": parameters, "Input": given},
        ScheduleExpression="rate(1 day)",
    )
    account.aws.advance(DAY + HOUR)
    tasks = account.ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    described = account.ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
    assert len(described) == 2, account.aws.targets.lost
    environments = [task["overrides"]["containerOverrides"][0]["environment"] for task in described]
    assert environments == [[{"name": "DAY", "value": "1"}]] * 2
