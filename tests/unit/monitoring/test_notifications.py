"""What `Notifications` make: rules for what was asked for, the smallest rights, and no function."""

import json
import re
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import BatchStateMachine, ConfigurationError, Monitoring, Notifications, Occasion
from constructs_lib.local.apps.helping_machines import helpers_in
from tests.unit.core.right_calls import Parts
from tests.unit.monitoring.conftest import IMPORTED, Template, template_of
from tests.unit.monitoring.test_job_metrics import text
from tests.unit.resources import resources

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
"""What aws-cdk-lib gives each state machine that writes logs."""

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:nightly"


@pytest.fixture(scope="module")
def whole() -> Template:
    """A state machine and a queue of the app, and others that are imported, with all that can be told."""
    parts = Parts(Stack(App(analytics_reporting=False), "Whole"))
    stack = parts.stack
    topic = sns.Topic(stack, "People", master_key=kms.Key(stack, "Key"))
    machine = BatchStateMachine(stack, "Machine", definition=sfn.Pass(stack, "Pass"), on_failure=topic)
    Notifications(
        stack,
        "Notifications",
        topic=topic,
        machines=[machine, sfn.StateMachine.from_state_machine_arn(stack, "Nightly", MACHINE)],
        queues=[parts.queue, batch.JobQueue.from_job_queue_arn(stack, "Shared", IMPORTED)],
        on=list(Occasion),
        targets=[targets.SqsQueue(sqs.Queue(stack, "Programs"))],
        collect=Duration.minutes(1),
    )
    return template_of(stack)


def patterns(template: Template, beginning: str) -> list[Any]:
    rules = resources(template, "AWS::Events::Rule")
    return [rule["Properties"].get("EventPattern") for name, rule in rules.items() if name.startswith(beginning)]


def test_its_machines_are_known_as_those_that_work_for_others(whole: Template) -> None:
    machines = set(resources(whole, "AWS::StepFunctions::StateMachine"))
    [pipeline] = machines - set(helpers_in(whole))
    assert re.fullmatch("Machine[0-9A-F]{8}", pipeline)


def test_there_is_no_function(whole: Template) -> None:
    assert resources(whole, "AWS::Lambda::Function") == {}


def test_the_rules_hear_of_what_was_asked_for(whole: Template) -> None:
    [executions] = patterns(whole, "NotificationsExecutions")
    assert executions["detail"]["status"] == ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    assert executions["detail"]["stateMachineArn"][1] == MACHINE
    [jobs] = patterns(whole, "NotificationsJobs")
    assert jobs["detail"]["status"] == ["RUNNING", "SUCCEEDED", "FAILED"]
    assert jobs["detail"]["jobQueue"][1] == IMPORTED
    assert jobs["detail"]["arrayProperties"] == {"index": [{"exists": False}]}
    assert jobs["detail"]["nodeDetails"] == {"nodeIndex": [{"exists": False}]}
    [blocked] = patterns(whole, "NotificationsBlocked")
    assert blocked["detail-type"] == ["Batch Job Queue Blocked"]


def test_the_shorthand_of_a_state_machine_is_about_its_failures_alone(whole: Template) -> None:
    [executions] = patterns(whole, "MachineOnFailure")
    assert executions["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]


def statements(template: Template, beginning: str) -> dict[str, Any]:
    """The resources of each action in the policy of a role, by action."""
    found: dict[str, Any] = {}
    for name, policy in resources(template, "AWS::IAM::Policy").items():
        if name.startswith(beginning):
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    found[action] = statement["Resource"]
    return found


def test_the_messenger_may_read_what_it_tells_and_send_it(whole: Template) -> None:
    rights = statements(whole, "NotificationsMessengerRole")
    own = {action for action in rights if not action.startswith("xray:")} - DELIVERY_OF_LOGS
    assert own == {
        "batch:DescribeJobs",
        "batch:ListJobs",
        "events:PutEvents",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:GetQueryResults",
        "logs:StartQuery",
        "sns:Publish",
        "states:GetExecutionHistory",
    }
    assert "event-bus/default" in json.dumps(rights["events:PutEvents"])


def test_the_shorthand_may_look_up_jobs_and_no_more(whole: Template) -> None:
    rights = statements(whole, "MachineOnFailureMessengerRole")
    assert "logs:StartQuery" not in rights
    assert "events:PutEvents" not in rights
    execution = json.dumps(rights["states:GetExecutionHistory"])
    assert ':execution:", ' in execution
    assert '{"Ref": "Machine' in execution


def test_events_are_written_to_a_log_group_that_takes_them_from_event_bridge(whole: Template) -> None:
    [policy] = resources(whole, "AWS::Logs::ResourcePolicy").values()
    document = json.dumps(policy["Properties"]["PolicyDocument"])
    assert "events.amazonaws.com" in document
    [name] = resources(whole, "AWS::Logs::ResourcePolicy")
    [rule] = [
        rule for key, rule in resources(whole, "AWS::Events::Rule").items() if key.startswith("NotificationsJobs")
    ]
    assert name in rule["DependsOn"]
    assert len(rule["Properties"]["Targets"]) == 2


def test_nothing_is_made_for_what_is_not_told() -> None:
    parts = Parts(Stack(App(analytics_reporting=False), "Least"))
    Notifications(parts.stack, "Notifications", topic=parts.topic, queues=[parts.queue], on=[Occasion.QUEUE_BLOCKED])
    template = template_of(parts.stack)
    [rule] = resources(template, "AWS::Events::Rule")
    assert rule.startswith("NotificationsBlockedRule")
    assert resources(template, "AWS::Logs::ResourcePolicy") == {}


@pytest.mark.parametrize("construct", [Notifications, Monitoring])
def test_a_state_machine_whose_events_and_metrics_are_elsewhere_is_refused(construct: Any) -> None:
    app = App(analytics_reporting=False)
    stack = Stack(app, "Here", env=Environment(account="123456789012", region="eu-west-1"))
    there = Stack(app, "There", env=Environment(account="123456789012", region="us-east-1"))
    own = BatchStateMachine(there, "Own", definition=sfn.Pass(there, "Pass"))
    imported = sfn.StateMachine.from_state_machine_arn(stack, "Nightly", MACHINE)
    topic = {"topic": sns.Topic(stack, "People")} if construct is Notifications else {}
    for machine in (own, imported):
        with pytest.raises(
            ConfigurationError, match=r"machines\[0\]: got the state machine .* in the region us-east-1, "
        ):
            construct(stack, f"Of{machine.node.id}", machines=[machine], **topic)
    unknown = Stack(app, "Unknown")
    construct(unknown, "Any", machines=[sfn.StateMachine.from_state_machine_arn(unknown, "Nightly", MACHINE)], **topic)


def test_a_queue_whose_events_are_elsewhere_is_refused() -> None:
    stack = Stack(App(analytics_reporting=False), "Here", env=Environment(account="111122223333", region="us-east-1"))
    shared = batch.JobQueue.from_job_queue_arn(stack, "Shared", IMPORTED)
    with pytest.raises(
        ConfigurationError, match=r"queues\[0\]: got the queue Here/Shared in the account 123456789012, "
    ):
        Notifications(stack, "Told", topic=sns.Topic(stack, "People"), queues=[shared])


@pytest.mark.parametrize("fifo", [True, False])
def test_a_fifo_topic_gets_each_message_in_a_group_and_once(*, fifo: bool) -> None:
    stack = Stack(App(analytics_reporting=False), "Ordered")
    topic = sns.Topic(stack, "People", fifo=fifo)
    Notifications(stack, "Told", topic=topic, queues=[Parts(stack).queue])
    messengers = resources(template_of(stack), "AWS::StepFunctions::StateMachine")
    [messenger] = [each for name, each in messengers.items() if name.startswith("ToldMessenger")]
    sent = json.loads(text(messenger["Properties"]["DefinitionString"]))["States"]["Publish"]["Arguments"]
    expected = {"MessageGroupId": "StateMachine.Name", "MessageDeduplicationId": "Execution.Name"} if fifo else {}
    assert {name: sent[name] for name in sent if name.startswith("Message") and name != "Message"} == {
        name: f"{{% $states.context.{path} %}}" for name, path in expected.items()
    }
