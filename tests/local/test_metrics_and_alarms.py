"""From an event to a metric, an alarm and a message, by a clock that jumps: hours pass in moments."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local import EmbeddedAws, Ending, SimulatedRunner, VirtualClock

pytestmark = pytest.mark.local

MINUTE, HOUR, DAY = 60, 3600, 86_400
ARN = "arn:aws:{}:us-east-1:123456789012:{}"


class Account:
    """What each test finds: clients, and names that nobody else has."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        names = ("cloudwatch", "events", "kms", "logs", "sns", "sqs")
        self.metrics, self.events, self.kms, self.logs, self.sns, self.sqs = (aws.client(name) for name in names)
        self.name = f"t{uuid.uuid4().hex[:12]}"

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.aws.advance(timedelta(seconds=seconds))

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.aws.clock.now(), tz=UTC)

    def put(self, value: float, **dimensions: str) -> None:
        """Put a value of now."""
        told = [{"Name": name, "Value": each} for name, each in dimensions.items()]
        datum = {"MetricName": "Sold", "Value": value, "Dimensions": told, "Timestamp": self.now()}
        self.metrics.put_metric_data(Namespace=self.name, MetricData=[datum])

    def alarm(self, **options: Any) -> None:
        given = {
            "AlarmName": self.name,
            "Namespace": self.name,
            "MetricName": "Sold",
            "Statistic": "Sum",
            "Period": MINUTE,
            "EvaluationPeriods": 1,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        }
        self.metrics.put_metric_alarm(**{name: value for name, value in {**given, **options}.items() if value != ""})

    def state(self, name: str = "") -> str:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        found = self.metrics.describe_alarms(AlarmNames=[name or self.name], AlarmTypes=kinds)
        [alarm] = found["MetricAlarms"] + found["CompositeAlarms"]
        return str(alarm["StateValue"])

    def states(self, name: str = "") -> list[str]:
        """All states that an alarm had, the first one first."""
        found = self.metrics.describe_alarm_history(
            AlarmName=name or self.name, HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
        )
        return [item["HistorySummary"].rpartition(" ")[2] for item in found["AlarmHistoryItems"]]

    def queue(self, name: str = "") -> str:
        made = self.sqs.create_queue(QueueName=name or self.name)
        return str(made["QueueUrl"])

    def messages(self, name: str = "") -> list[Any]:
        """The messages of a queue, which are taken out of it."""
        url = self.queue(name)
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]

    def topic(self, **attributes: str) -> str:
        """A topic whose messages go to a queue."""
        arn = str(self.sns.create_topic(Name=self.name, Attributes=attributes)["TopicArn"])
        self.queue()
        self.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=ARN.format("sqs", self.name))
        return arn

    def rule(self, target: str, pattern: dict[str, Any], **options: Any) -> str:
        self.events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=self.name, Targets=[{"Id": "1", "Arn": target, **options}])
        return ARN.format("events", f"rule/{self.name}")

    def group(self) -> str:
        """A log group that events may be written to."""
        self.logs.create_log_group(logGroupName=self.name)
        arn = ARN.format("logs", f"log-group:{self.name}")
        allowed = {"Principal": {"Service": "events.amazonaws.com"}, "Resource": f"{arn}:*"}
        actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
        self.logs.put_resource_policy(policyName=self.name, policyDocument=policy({**allowed, "Action": actions}))
        return arn

    def points(self, name: str, period: int = DAY, namespace: str = "", **dimensions: str) -> list[float]:
        """The sums of a metric of the last days."""
        told = [{"Name": name, "Value": each} for name, each in dimensions.items()]
        found = self.metrics.get_metric_statistics(
            Namespace=namespace or self.name,
            MetricName=name,
            Dimensions=told,
            StartTime=self.now() - timedelta(hours=23),
            EndTime=self.now() + timedelta(minutes=1),
            Period=period,
            Statistics=["Sum"],
        )["Datapoints"]
        return [point["Sum"] for point in sorted(found, key=lambda point: point["Timestamp"])]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})


def entries(shop: str, *statuses: str) -> list[dict[str, Any]]:
    return [
        {"Source": shop, "DetailType": "Order", "Detail": json.dumps({"id": place, "status": status})}
        for place, status in enumerate(statuses)
    ]


def behave(job: Any) -> tuple[float, Ending]:
    """Each job takes two minutes; the first attempt of the last child of an array needs too much memory."""
    killed = job.index == 2 and len(job.attempts) == 1
    return 2.0 * MINUTE, Ending(137, "OutOfMemoryError: Container killed due to memory usage") if killed else Ending(0)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    clock = VirtualClock()
    with EmbeddedAws(tmp_path_factory.mktemp("aws"), clock=clock, runner=SimulatedRunner(behave, clock)) as made:
        yield made


@pytest.fixture(scope="module")
def job_queue(aws: EmbeddedAws) -> str:
    batch = aws.client("batch")
    compute = {"type": "FARGATE", "maxvCpus": 16, "subnets": ["subnet"], "securityGroupIds": ["sg"]}
    batch.create_compute_environment(computeEnvironmentName="fargate", type="MANAGED", computeResources=compute)
    order = [{"order": 1, "computeEnvironment": "fargate"}]
    made = batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    sizes = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}]
    trust = policy({"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = aws.client("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    batch.register_job_definition(
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties={"image": "none", "resourceRequirements": sizes, "executionRoleArn": role},
    )
    return str(made["jobQueueArn"])


@pytest.fixture
def account(aws: EmbeddedAws) -> Iterator[Account]:
    made = Account(aws)
    yield made
    found = made.metrics.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    names = [alarm["AlarmName"] for alarm in found["MetricAlarms"] + found["CompositeAlarms"]]
    made.metrics.delete_alarms(AlarmNames=names)
    for each in made.logs.describe_resource_policies()["resourcePolicies"]:
        made.logs.delete_resource_policy(policyName=each["policyName"])


def test_events_become_a_metric_an_alarm_and_a_message(account: Account) -> None:
    account.rule(account.group(), {"source": [account.name]})
    value = {"metricName": "Failed", "metricNamespace": account.name, "metricValue": "1", "defaultValue": 0}
    pattern = '{ ($.detail-type = "Order") && ($.detail.status = "FAILED") }'
    account.logs.put_metric_filter(
        logGroupName=account.name, filterName="failed", filterPattern=pattern, metricTransformations=[value]
    )
    account.alarm(MetricName="Failed", Threshold=2, AlarmActions=[account.topic()], TreatMissingData="notBreaching")
    account.events.put_events(Entries=entries(account.name, "OK"))
    account.wait(HOUR)
    account.events.put_events(Entries=entries(account.name, "FAILED", "OK", "FAILED"))
    assert account.points("Failed", HOUR) == [0, 2]
    account.wait(HOUR)
    assert account.states() == ["OK", "ALARM", "OK"]
    [message] = account.messages()
    told = json.loads(message["Message"])
    assert message["Subject"] == f'ALARM: "{account.name}" in US East (N. Virginia)'
    assert (told["NewStateValue"], told["OldStateValue"]) == ("ALARM", "OK")
    assert told["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints [2.0 (")
    assert told["Trigger"]["MetricName"] == "Failed"


def test_without_a_resource_policy_nothing_is_written_to_a_log_group(account: Account) -> None:
    group = account.group()
    account.logs.delete_resource_policy(policyName=account.name)
    account.queue()
    rule = account.rule(group, {"source": [account.name]}, DeadLetterConfig={"Arn": ARN.format("sqs", account.name)})
    account.events.put_events(Entries=entries(account.name, "OK"))
    assert account.logs.filter_log_events(logGroupName=account.name)["events"] == []
    assert account.aws.iam.denials[-1].action == "logs:CreateLogStream"
    assert [message["detail"]["status"] for message in account.messages()] == ["OK"]
    counts = [
        account.points(name, namespace="AWS/Events", RuleName=account.name)
        for name in ("Invocations", "FailedInvocations")
    ]
    assert counts == [[1], [1]]
    only = {"ArnEquals": {"aws:SourceArn": rule}}
    allowed = {"Principal": {"Service": "events.amazonaws.com"}, "Action": "logs:*", "Resource": "*", "Condition": only}
    account.logs.put_resource_policy(policyName=account.name, policyDocument=policy(allowed))
    account.events.put_events(Entries=entries(account.name, "OK"))
    assert len(account.logs.filter_log_events(logGroupName=account.name)["events"]) == 1


def test_a_topic_lets_a_rule_in_by_its_policy_and_its_key(account: Account) -> None:
    key = account.kms.create_key()["KeyMetadata"]["KeyId"]
    topic = account.topic(KmsMasterKeyId=key)
    account.rule(topic, {"source": [account.name]})
    service = {"Principal": {"Service": "events.amazonaws.com"}, "Resource": "*"}
    of_topic = policy({**service, "Action": "sns:Publish"})
    of_key = policy({**service, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"]})
    seen = []
    for change in (
        lambda: None,
        lambda: account.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=of_topic),
        lambda: account.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=of_key),
    ):
        change()
        account.events.put_events(Entries=entries(account.name, "OK"))
        seen.append(len(account.messages()))
    assert seen == [0, 0, 1]


def test_an_alarm_needs_the_policy_of_its_topic(account: Account) -> None:
    topic = account.topic()
    other = policy({"Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic})
    account.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=other)
    account.alarm(AlarmActions=[topic])
    account.metrics.set_alarm_state(AlarmName=account.name, StateValue="ALARM", StateReason="trying")
    assert account.messages() == []
    [item] = account.metrics.describe_alarm_history(AlarmName=account.name, HistoryItemType="Action")[
        "AlarmHistoryItems"
    ]
    assert item["HistorySummary"].startswith(f"Failed to execute action {topic}")
    assert "cloudwatch.amazonaws.com is not authorized to perform: SNS:Publish" in item["HistorySummary"]


def test_a_new_state_is_an_event(account: Account) -> None:
    account.queue()
    account.rule(
        ARN.format("sqs", account.name), {"source": ["aws.cloudwatch"], "resources": [{"suffix": account.name}]}
    )
    account.alarm(AlarmDescription="too much")
    account.put(7)
    account.wait(2 * MINUTE)
    [event] = account.messages()
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    detail = event["detail"]
    assert (detail["state"]["value"], detail["previousState"]["value"]) == ("ALARM", "INSUFFICIENT_DATA")
    assert detail["configuration"]["description"] == "too much"
    [metric] = detail["configuration"]["metrics"]
    assert metric["metricStat"]["metric"] == {"namespace": account.name, "name": "Sold", "dimensions": {}}
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [7.0]


def test_two_of_three_periods_by_a_percentile(account: Account) -> None:
    account.alarm(Statistic="", ExtendedStatistic="p90", EvaluationPeriods=3, DatapointsToAlarm=2, Threshold=100)
    for slow in (True, False, True):
        for value in (1, 2, 500 if slow else 3):
            account.put(value)
        account.wait(MINUTE)
    assert account.state() == "ALARM"
    assert account.states() == ["OK", "ALARM"] or account.states() == ["ALARM"]


def test_missing_data_is_treated_as_the_alarm_says(account: Account) -> None:
    expected = {"missing": "INSUFFICIENT_DATA", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "OK"}
    for treatment in expected:
        account.alarm(AlarmName=f"{account.name}-{treatment}", TreatMissingData=treatment)
    account.put(9)
    account.wait(MINUTE)
    assert {account.state(f"{account.name}-{treatment}") for treatment in expected} == {"ALARM"}
    account.wait(HOUR)
    assert {each: account.state(f"{account.name}-{each}") for each in expected} == expected


def test_an_alarm_of_an_expression(account: Account) -> None:
    def metric(name: str) -> dict[str, Any]:
        told = {"Namespace": account.name, "MetricName": "Sold", "Dimensions": [{"Name": "Outcome", "Value": name}]}
        return {"Id": name, "MetricStat": {"Metric": told, "Period": 300, "Stat": "Sum"}, "ReturnData": False}

    share = {"Id": "share", "Expression": "100 * FILL(failed, 0) / (failed + succeeded)", "Label": "failed share"}
    account.metrics.put_metric_alarm(
        AlarmName=account.name,
        Metrics=[metric("failed"), metric("succeeded"), share],
        EvaluationPeriods=1,
        Threshold=50,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )
    account.put(1, Outcome="succeeded")
    account.wait(10 * MINUTE)
    assert account.state() == "OK"
    account.put(3, Outcome="failed")
    account.put(1, Outcome="succeeded")
    account.wait(2 * MINUTE)
    assert account.state() == "ALARM"


def test_a_composite_alarm_acts_for_the_alarms_that_it_names(account: Account) -> None:
    names = [f"{account.name}-{each}" for each in ("a", "b", "quiet")]
    for name in names:
        account.alarm(AlarmName=name)
    rule = f'ALARM("{names[0]}") AND (ALARM({names[1]}) OR FALSE)'
    topic = account.topic()
    account.metrics.put_composite_alarm(
        AlarmName=account.name,
        AlarmRule=rule,
        AlarmActions=[topic],
        ActionsSuppressor=names[2],
        ActionsSuppressorWaitPeriod=1,
        ActionsSuppressorExtensionPeriod=1,
    )

    def set_all(*states: str) -> None:
        for name, state in zip(names, states, strict=False):
            account.metrics.set_alarm_state(AlarmName=name, StateValue=state, StateReason="trying")

    set_all("ALARM", "OK")
    assert account.state() == "OK"
    set_all("ALARM", "ALARM")
    assert account.state() == "ALARM"
    [message] = account.messages()
    assert json.loads(message["Message"])["AlarmRule"] == rule
    set_all("OK", "OK")
    account.metrics.set_alarm_state(AlarmName=names[2], StateValue="ALARM", StateReason="be quiet")
    set_all("ALARM", "ALARM")
    assert (account.state(), account.messages()) == ("ALARM", [])
    found = account.metrics.describe_alarms()
    assert account.name not in [alarm["AlarmName"] for alarm in found["MetricAlarms"]]
    with pytest.raises(ClientError, match="do not exist"):
        account.metrics.put_composite_alarm(AlarmName="other", AlarmRule="ALARM(nobody)")


def test_an_alarm_whose_actions_are_disabled_changes_and_does_nothing(account: Account) -> None:
    account.alarm(AlarmActions=[account.topic()], ActionsEnabled=False)
    account.put(9)
    account.wait(MINUTE)
    assert (account.state(), account.messages()) == ("ALARM", [])
    account.metrics.enable_alarm_actions(AlarmNames=[account.name])
    account.wait(HOUR)
    account.put(9)
    account.wait(MINUTE)
    assert (account.state(), len(account.messages())) == ("ALARM", 1)


def test_an_alarm_alone_lets_no_time_pass(account: Account) -> None:
    account.alarm()
    account.put(9)
    before = account.now()
    for _ in range(20):
        account.metrics.describe_alarms()
    assert account.now() == before
    assert account.state() == "INSUFFICIENT_DATA"


def test_a_month_with_an_alarm_takes_a_moment(account: Account) -> None:
    account.alarm(TreatMissingData="notBreaching")
    for _ in range(30):
        account.put(9)
        account.wait(DAY)
    assert account.states() == ["ALARM", "OK"] * 30


def test_terms_fields_and_json_filter_what_is_read_and_measured(account: Account) -> None:
    account.logs.create_log_group(logGroupName=account.name)
    account.logs.create_log_stream(logGroupName=account.name, logStreamName="s")
    bytes_ = {"metricName": "Bytes", "metricNamespace": account.name, "metricValue": "$bytes", "unit": "Bytes"}
    account.logs.put_metric_filter(
        logGroupName=account.name,
        filterName="bytes",
        filterPattern="[ip, ..., status, bytes]",
        metricTransformations=[{**bytes_, "dimensions": {"Status": "$status"}}],
    )
    lines = ["10.0.0.1 GET 200 100", "10.0.0.2 GET 404 7", "10.0.0.3 GET 200 50", "down"]
    moment = int(account.aws.clock.now() * 1000)
    account.logs.put_log_events(
        logGroupName=account.name,
        logStreamName="s",
        logEvents=[{"timestamp": moment, "message": line} for line in lines],
    )
    assert account.points("Bytes", Status="200") == [150]
    assert account.points("Bytes", Status="404") == [7]
    found = account.logs.filter_log_events(logGroupName=account.name, filterPattern="[ip, method, status = 4*, bytes]")
    assert [event["message"] for event in found["events"]] == [lines[1]]
    assert account.points("IncomingLogEvents", namespace="AWS/Logs", LogGroupName=account.name) == [4]
    tried = account.logs.test_metric_filter(filterPattern="[ip, ..., bytes > 60]", logEventMessages=lines)["matches"]
    assert [(match["eventNumber"], match["extractedValues"]["$bytes"]) for match in tried] == [(1, "100")]
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        account.logs.filter_log_events(logGroupName=account.name, filterPattern="{ $.a = ")


@pytest.mark.parametrize(
    ("pattern", "more", "told"),
    [
        ("{ $.a = 1 }", {"defaultValue": 0, "dimensions": {"a": "$.a"}}, "mutually exclusive"),
        ("{ $.a = 1 }", {"dimensions": {name: f"$.{name}" for name in "abcd"}}, "at most 3 dimensions"),
        ("{ $.a = }", {}, "Invalid filter pattern"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(account: Account, pattern: str, more: dict[str, Any], told: str) -> None:
    account.logs.create_log_group(logGroupName=account.name)
    value = {"metricName": "m", "metricNamespace": account.name, "metricValue": "1", **more}
    with pytest.raises(ClientError, match=told):
        account.logs.put_metric_filter(
            logGroupName=account.name, filterName="f", filterPattern=pattern, metricTransformations=[value]
        )


def test_a_deleted_filter_measures_no_more(account: Account) -> None:
    account.logs.create_log_group(logGroupName=account.name)
    account.logs.create_log_stream(logGroupName=account.name, logStreamName="s")
    value = {"metricName": "Lines", "metricNamespace": account.name, "metricValue": "1"}
    for pattern in ("never", ""):  # one of the same name takes the place of the other
        account.logs.put_metric_filter(
            logGroupName=account.name, filterName="f", filterPattern=pattern, metricTransformations=[value]
        )
    assert len(account.logs.describe_metric_filters(logGroupName=account.name)["metricFilters"]) == 1
    event = [{"timestamp": int(account.aws.clock.now() * 1000), "message": "line"}]
    account.logs.put_log_events(logGroupName=account.name, logStreamName="s", logEvents=event)
    account.logs.delete_metric_filter(logGroupName=account.name, filterName="f")
    account.logs.put_log_events(logGroupName=account.name, logStreamName="s", logEvents=event)
    assert account.points("Lines") == [1]


def test_a_search_an_expression_and_a_percentile_of_what_was_put(account: Account) -> None:
    for shop, values in {"north": (1, 2, 9), "south": (5,)}.items():
        for value in values:
            account.put(value, Shop=shop)
    north = {"Namespace": account.name, "MetricName": "Sold", "Dimensions": [{"Name": "Shop", "Value": "north"}]}
    queries = [
        {"Id": "m", "MetricStat": {"Metric": north, "Period": HOUR, "Stat": "p50"}},
        {"Id": "found", "Expression": f"SEARCH('{{{account.name},Shop}} Sold', 'Sum', 3600)"},
        {"Id": "total", "Expression": "SUM(found)", "Label": "total"},
        {"Id": "hidden", "Expression": "m * 2", "ReturnData": False},
        {"Id": "last", "Expression": "hidden + 1"},
    ]
    found = account.metrics.get_metric_data(
        MetricDataQueries=queries,
        StartTime=account.now() - timedelta(minutes=30),
        EndTime=account.now() + timedelta(minutes=30),
    )["MetricDataResults"]
    assert [(each["Id"], each["Label"], each["Values"]) for each in found] == [
        ("m", "Sold", [2.0]),
        ("found", "north Sold", [12.0]),
        ("found", "south Sold", [5.0]),
        ("total", "total", [17.0]),
        ("last", "last", [5.0]),
    ]
    listed = account.metrics.list_metrics(Namespace=account.name, Dimensions=[{"Name": "Shop"}])["Metrics"]
    assert [metric["Dimensions"][0]["Value"] for metric in listed] == ["north", "south"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{", "valid JSON"),
        ({}, "widgets"),
        ({"widgets": [{"type": "graph", "properties": {}}]}, "allowed values"),
        (
            {"widgets": [{"type": "metric", "properties": {"metrics": [["AWS/States"]], "region": "us-east-1"}}]},
            "metric name",
        ),
        ({"widgets": [{"type": "metric", "width": 25, "properties": {"metrics": [], "region": "r"}}]}, "1 to 24"),
        ({"widgets": [{"type": "log", "properties": {"region": "us-east-1"}}]}, "query"),
    ],
)
def test_a_dashboard_that_is_none_is_refused(account: Account, body: Any, told: str) -> None:
    with pytest.raises(ClientError, match=told) as refused:
        account.metrics.put_dashboard(
            DashboardName=account.name, DashboardBody=body if isinstance(body, str) else json.dumps(body)
        )
    assert refused.value.response["Error"]["Code"] == "InvalidParameterInput"


def test_a_dashboard_is_kept_as_it_was_put(account: Account) -> None:
    widgets = [
        {"type": "text", "x": 0, "y": 0, "width": 24, "height": 1, "properties": {"markdown": "# Night"}},
        {
            "type": "metric",
            "properties": {
                "region": "us-east-1",
                "view": "timeSeries",
                "metrics": [["AWS/States", "ExecutionsFailed", "StateMachineArn", "arn"], [{"expression": "m1 * 2"}]],
            },
        },
        {
            "type": "log",
            "properties": {"region": "us-east-1", "query": "SOURCE 'g' | fields @message", "view": "table"},
        },
    ]
    body = json.dumps({"widgets": widgets})
    assert (
        account.metrics.put_dashboard(DashboardName=account.name, DashboardBody=body)["DashboardValidationMessages"]
        == []
    )
    assert account.metrics.get_dashboard(DashboardName=account.name)["DashboardBody"] == body


def test_executions_are_counted_by_outcome_and_timed(account: Account) -> None:
    iam, states = account.aws.client("iam"), account.aws.client("stepfunctions")
    trust = policy({"Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=account.name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    waits = {"Type": "Wait", "Seconds": 90, "Next": "Choose"}
    choices = [{"Variable": "$.fails", "BooleanEquals": True, "Next": "Failed"}]
    choose = {"Type": "Choice", "Choices": choices, "Default": "Done"}
    ends = {"Failed": {"Type": "Fail", "Error": "E"}, "Done": {"Type": "Succeed"}}
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": waits, "Choose": choose, **ends}})
    machine = states.create_state_machine(name=account.name, definition=definition, roleArn=role)["stateMachineArn"]
    with account.aws.clock.working():  # no time passes between these calls
        for fails in (True, False, False):
            states.start_execution(stateMachineArn=machine, input=json.dumps({"fails": fails}))
        running = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        states.stop_execution(executionArn=running)
    account.wait(10 * MINUTE)
    names = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted")
    found = {name: account.points(name, namespace="AWS/States", StateMachineArn=machine) for name in names}
    assert found == dict(zip(names, ([4], [2], [1], [], [1]), strict=True))
    [point] = account.metrics.get_metric_statistics(
        Namespace="AWS/States",
        MetricName="ExecutionTime",
        Dimensions=[{"Name": "StateMachineArn", "Value": machine}],
        StartTime=account.now() - timedelta(hours=1),
        EndTime=account.now(),
        Period=DAY,
        ExtendedStatistics=["p100"],
        Statistics=["SampleCount"],
    )["Datapoints"]
    assert (point["SampleCount"], point["ExtendedStatistics"]["p100"], point["Unit"]) == (4, 90_000, "Milliseconds")


def test_a_queue_is_measured_each_minute_until_nothing_happens_to_it(account: Account) -> None:
    url = account.queue()

    def of(name: str) -> list[float]:
        return account.points(name, MINUTE, "AWS/SQS", QueueName=account.name)

    account.wait(MINUTE + 1 - account.now().timestamp() % MINUTE)
    for _ in range(3):
        account.sqs.send_message(QueueUrl=url, MessageBody="{}")
    account.wait(2 * MINUTE)
    [message] = account.sqs.receive_message(QueueUrl=url)["Messages"]
    account.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    account.wait(MINUTE)
    assert of("ApproximateNumberOfMessagesVisible") == [3, 3, 2]
    assert of("ApproximateAgeOfOldestMessage") == [59, 119, 179]
    assert (of("NumberOfMessagesSent"), of("NumberOfMessagesReceived"), of("NumberOfMessagesDeleted")) == (
        [3],
        [1],
        [1],
    )
    account.alarm(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": account.name}],
        Statistic="Maximum",
        Threshold=HOUR,
    )
    account.wait(20 * HOUR)
    assert account.states() == ["OK", "ALARM", "INSUFFICIENT_DATA"]
    assert len(of("ApproximateNumberOfMessagesVisible")) == 2 + 6 * 60


def test_a_topic_is_measured(account: Account) -> None:
    account.sns.publish(TopicArn=account.topic(), Message="news")
    names = ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "PublishSize")
    assert [account.points(name, namespace="AWS/SNS", TopicName=account.name) for name in names] == [[1], [1], [4]]


def test_jobs_are_counted_by_their_events_and_queried(account: Account, job_queue: str) -> None:
    states = {"source": ["aws.batch"], "detail-type": ["Batch Job State Change"], "detail": {"jobQueue": [job_queue]}}
    account.rule(account.group(), states)
    of_jobs = "($.detail.arrayProperties.size NOT EXISTS)"
    patterns = {
        "Submitted": '($.detail.status = "RUNNABLE") && ($.detail.attempts[0].stoppedAt NOT EXISTS)',
        "Retried": '($.detail.status = "RUNNABLE") && ($.detail.attempts[0].stoppedAt > 0)',
        "Succeeded": '($.detail.status = "SUCCEEDED")',
        "Failed": '($.detail.status = "FAILED")',
        "OutOfMemory": "($.detail.attempts[*].container.reason = OutOfMemory*)",
    }
    for name, pattern in patterns.items():
        value = {"metricName": name, "metricNamespace": account.name, "metricValue": "1", "unit": "Count"}
        account.logs.put_metric_filter(
            logGroupName=account.name,
            filterName=name,
            filterPattern=f"{{ {of_jobs} && {pattern} }}",
            metricTransformations=[{**value, "dimensions": {"Queue": "$.detail.jobQueue"}}],
        )
    batch = account.aws.client("batch")
    common = {"jobQueue": job_queue, "jobDefinition": "job"}
    batch.submit_job(jobName="array", arrayProperties={"size": 3}, retryStrategy={"attempts": 2}, **common)
    batch.submit_job(jobName="single", **common)
    account.wait(HOUR)
    found = {name: sum(account.points(name, Queue=job_queue)) for name in patterns}
    assert found == {"Submitted": 4, "Retried": 1, "Succeeded": 4, "Failed": 0, "OutOfMemory": 4}
    query = """
        filter ispresent(detail.stoppedAt) and not ispresent(detail.arrayProperties.size)
        | fields (detail.stoppedAt - detail.startedAt) / 1000 as seconds, detail.attempts.0.container.exitCode as code
        | stats count(*) as jobs, max(seconds) as longest, sum(code > 0) as killed by detail.jobName as name, bin(1d)
        | sort name
    """
    moment = int(account.now().timestamp())
    started = account.logs.start_query(
        logGroupName=account.name, startTime=moment - 2 * HOUR, endTime=moment, queryString=query
    )
    answer = account.logs.get_query_results(queryId=started["queryId"])
    rows = [{each["field"]: each["value"] for each in row} for row in answer["results"]]
    assert answer["status"] == "Complete"
    assert {row["name"]: (row["jobs"], row["longest"], row["killed"]) for row in rows} == {
        "array": ("3", "120", "1"),
        "single": ("1", "120", "0"),
    }


def test_what_is_no_query_is_malformed(account: Account) -> None:
    account.logs.create_log_group(logGroupName=account.name)
    asked = {"logGroupName": account.name, "startTime": 0, "endTime": 1}
    with pytest.raises(account.logs.exceptions.MalformedQueryException) as refused:
        account.logs.start_query(queryString="fields @message | explode", **asked)
    error = refused.value.response["queryCompileError"]
    assert (error["location"]["startCharOffset"], error["message"]) == (
        18,
        "unexpected symbol found explode at line 1 and position 18",
    )
    with pytest.raises(ClientError, match="not emulated"):
        account.logs.start_query(queryString="pattern @message", **asked)
    made = account.logs.put_query_definition(name=account.name, queryString="fields @message")
    [definition] = account.logs.describe_query_definitions(queryDefinitionNamePrefix=account.name)["queryDefinitions"]
    assert definition["queryDefinitionId"] == made["queryDefinitionId"]


def test_schedules_are_measured_by_their_group(account: Account) -> None:
    iam, scheduler = account.aws.client("iam"), account.aws.client("scheduler")
    scheduler.create_schedule_group(Name=account.name)
    account.queue()
    trust = policy({"Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=account.name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    arn = ARN.format("sqs", account.name)
    target = {"Arn": arn, "RoleArn": role, "Input": "{}", "RetryPolicy": {"MaximumRetryAttempts": 0}}
    scheduler.create_schedule(
        Name=account.name,
        GroupName=account.name,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    account.wait(2 * HOUR + 5 * MINUTE)
    iam.put_role_policy(
        RoleName=account.name, PolicyName="p", PolicyDocument=policy({"Action": "sqs:*", "Resource": "*"})
    )
    account.wait(3 * HOUR)
    scheduler.delete_schedule(Name=account.name, GroupName=account.name)

    def of(name: str) -> list[float]:
        return account.points(name, namespace="AWS/Scheduler", ScheduleGroup=account.name)

    failed, attempted = of("TargetErrorCount")[0], of("InvocationAttemptCount")[0]
    assert attempted - failed == len(account.messages()) == 3
    assert of("InvocationDroppedCount") == [failed]


def test_alarms_are_found_by_what_they_are(account: Account) -> None:
    topic = account.topic()
    for name, options in {"a": {"AlarmActions": [topic]}, "b": {"Period": 300}, "c": {"MetricName": "Bought"}}.items():
        account.alarm(AlarmName=f"{account.name}-{name}", **options)
    parent = f"{account.name}-all"
    account.metrics.put_composite_alarm(AlarmName=parent, AlarmRule=f"ALARM({account.name}-a) OR OK({account.name}-b)")
    account.metrics.set_alarm_state(AlarmName=f"{account.name}-a", StateValue="ALARM", StateReason="trying")

    def found(**asked: Any) -> list[str]:
        pages = account.metrics.get_paginator("describe_alarms").paginate(**asked, PaginationConfig={"PageSize": 2})
        return [
            alarm["AlarmName"].rpartition("-")[2]
            for page in pages
            for alarm in page["MetricAlarms"] + page["CompositeAlarms"]
        ]

    assert found(AlarmNamePrefix=account.name) == ["a", "b", "c"]
    assert found(AlarmNamePrefix=account.name, AlarmTypes=["MetricAlarm", "CompositeAlarm"]) == ["a", "all", "b", "c"]
    assert found(StateValue="ALARM") == ["a"]
    assert found(ActionPrefix=topic) == ["a"]
    assert found(ChildrenOfAlarmName=parent) == ["a", "b"]
    assert found(ParentsOfAlarmName=f"{account.name}-b") == ["all"]
    of_metric = account.metrics.describe_alarms_for_metric(Namespace=account.name, MetricName="Sold", Period=300)
    assert [alarm["AlarmName"] for alarm in of_metric["MetricAlarms"]] == [f"{account.name}-b"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ComparisonOperator": "MoreThan"}, "comparisonOperator"),
        ({"Statistic": "", "ExtendedStatistic": "q90"}, "ExtendedStatistic is not supported"),
        ({"Period": 61}, "Period must be"),
        ({"TreatMissingData": "guess"}, "TreatMissingData"),
        ({"DatapointsToAlarm": 2}, "less than or equal to EvaluationPeriods"),
        ({"Metrics": [{"Id": "e", "Expression": "m1 +"}]}, "Error in expression"),
        ({"Metrics": [{"Id": "e", "Expression": "SEARCH('a', 'Sum', 60)"}]}, "SEARCH is not supported"),
    ],
)
def test_an_alarm_that_cannot_be_is_refused(account: Account, options: dict[str, Any], told: str) -> None:
    single = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"), "") if "Metrics" in options else {}
    with pytest.raises(ClientError, match=told):
        account.alarm(**single, **options)


def test_what_cannot_be_asked_for_is_refused(account: Account) -> None:
    times = {"StartTime": account.now() - timedelta(days=2), "EndTime": account.now()}
    asked = {"Namespace": account.name, "MetricName": "Sold", **times}
    for options, told in (
        ({"Period": 60, "Statistics": ["Sum"]}, "exceeds the limit of 1,440"),
        ({"Period": 3600}, "Must specify either Statistics or ExtendedStatistics"),
        ({"Period": 3601, "Statistics": ["Sum"]}, "Period must be"),
        ({"Period": 3600, "ExtendedStatistics": ["median"]}, "not supported"),
    ):
        with pytest.raises(ClientError, match=told):
            account.metrics.get_metric_statistics(**asked, **options)
    for expression, told in (
        ("m9 + 1", "Id m9 is not known"),
        ("a + b", "name each other"),
        ("1 + 1", "no time series"),
    ):
        queries = [{"Id": "a", "Expression": expression}, {"Id": "b", "Expression": "a + 1", "ReturnData": False}]
        with pytest.raises(ClientError, match=told):
            account.metrics.get_metric_data(MetricDataQueries=queries, **times)


def test_many_values_are_put_at_once_and_listed_in_pages(account: Account) -> None:
    data = [
        {"MetricName": f"m{number:03}", "Values": [1.0, 5.0], "Counts": [3.0, 1.0], "Unit": "Count"}
        for number in range(600)
    ]
    account.metrics.put_metric_data(Namespace=account.name, MetricData=data)
    pages = account.metrics.get_paginator("list_metrics").paginate(Namespace=account.name)
    assert [len(page["Metrics"]) for page in pages] == [500, 100]
    assert account.points("m599") == [8]


def test_a_function_is_measured(account: Account) -> None:
    iam, functions = account.aws.client("iam"), account.aws.client("lambda")
    trust = policy({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=account.name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def main(event, _):\n    return 1 / event")
    functions.create_function(
        FunctionName=account.name,
        Role=role,
        Code={"ZipFile": code.getvalue()},
        Handler="app.main",
        Runtime="python3.13",
    )
    for payload in (b"1", b"0"):
        functions.invoke(FunctionName=account.name, Payload=payload)
    counts = [
        account.points(name, namespace="AWS/Lambda", FunctionName=account.name) for name in ("Invocations", "Errors")
    ]
    assert counts == [[2], [1]]
    assert account.points("Duration", namespace="AWS/Lambda", FunctionName=account.name)[0] > 0


def test_a_stack_has_all_of_it_and_leaves_nothing(account: Account) -> None:
    formation, name = account.aws.client("cloudformation"), account.name
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "logs:*", "Resource": "*"}
    published = {**allowed, "Action": "sns:Publish", "Principal": {"Service": "cloudwatch.amazonaws.com"}}
    alarm = {
        "Namespace": name,
        "MetricName": "Failed",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "AlarmActions": [{"Ref": "Topic"}],
    }
    value = {"MetricNamespace": name, "MetricName": "Failed", "MetricValue": "1"}
    target = {"Id": "1", "Arn": {"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Logs}"}}
    subscription = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}, "TopicArn": {"Ref": "Topic"}}
    widget = {"type": "alarm", "properties": {"alarms": ["${Alarm.Arn}"]}}
    types: dict[str, tuple[str, dict[str, Any]]] = {
        "Logs": ("Logs::LogGroup", {}),
        "Policy": ("Logs::ResourcePolicy", {"PolicyName": name, "PolicyDocument": policy(allowed)}),
        "Filter": (
            "Logs::MetricFilter",
            {"LogGroupName": {"Ref": "Logs"}, "FilterPattern": "FAILED", "MetricTransformations": [value]},
        ),
        "Query": ("Logs::QueryDefinition", {"Name": name, "QueryString": "fields @message"}),
        "Rule": ("Events::Rule", {"EventPattern": {"source": [name]}, "Targets": [target]}),
        "Topic": ("SNS::Topic", {}),
        "TopicPolicy": (
            "SNS::TopicPolicy",
            {"Topics": [{"Ref": "Topic"}], "PolicyDocument": json.loads(policy(published))},
        ),
        "Queue": ("SQS::Queue", {"QueueName": name}),
        "Subscription": ("SNS::Subscription", subscription),
        "Alarm": ("CloudWatch::Alarm", alarm),
        "Composite": ("CloudWatch::CompositeAlarm", {"AlarmRule": {"Fn::Sub": "ALARM(${Alarm})"}}),
        "Dashboard": ("CloudWatch::Dashboard", {"DashboardBody": {"Fn::Sub": json.dumps({"widgets": [widget]})}}),
    }

    def deploy(operation: str) -> str:
        resources = {each: {"Type": f"AWS::{kind}", "Properties": given} for each, (kind, given) in types.items()}
        getattr(formation, f"{operation}_stack")(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        formation.get_waiter(f"stack_{operation}_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        found = formation.describe_stack_resource(StackName=name, LogicalResourceId="Alarm")
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    first = deploy("create")
    account.events.put_events(Entries=entries(name, "FAILED"))
    account.wait(MINUTE)
    assert account.state(first) == "ALARM"
    assert len(account.messages()) == 1
    alarm["Threshold"] = 2
    alarm["TreatMissingData"] = "notBreaching"
    assert deploy("update") == first
    account.wait(HOUR)
    account.events.put_events(Entries=entries(name, "FAILED"))
    account.wait(MINUTE)
    assert (account.state(first), account.messages()) == ("OK", [])
    formation.delete_stack(StackName=name)
    formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    left = account.metrics.describe_alarms(AlarmNamePrefix=name, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert left["MetricAlarms"] + left["CompositeAlarms"] == []
    assert account.metrics.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"] == []
    assert account.logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"] == []
