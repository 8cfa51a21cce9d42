"""A dashboard and alarms for a pipeline, whatever it is made of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from constructs_lib import ArrayFanOut, BatchStateMachine, ConfigurationError, JobMetrics, Monitoring
from constructs_lib.core.job_metrics import JobMetric, QueueMetric
from tests.unit.core.right_calls import Parts, made
from tests.unit.monitoring import dashboard_bodies, insights_queries
from tests.unit.monitoring.conftest import IMPORTED, Template, template_of
from tests.unit.monitoring.test_job_metrics import filters, text
from tests.unit.resources import resources

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:nightly"
Alarm = dict[str, Any]


@pytest.fixture(scope="module")
def whole() -> Template:
    """A pipeline of which everything is monitored, beside a queue and a state machine that are imported."""
    parts = Parts(Stack(App(analytics_reporting=False), "Whole"))
    stack = parts.stack
    fan_out = ArrayFanOut(stack, "Tiles", job=parts.job, queue=parts.queue)
    machine = BatchStateMachine(stack, "Machine", definition=fan_out)
    Monitoring(
        stack,
        "Monitoring",
        machines=[machine, sfn.StateMachine.from_state_machine_arn(stack, "Nightly", MACHINE)],
        queues=[parts.queue, batch.JobQueue.from_job_queue_arn(stack, "Shared", IMPORTED)],
        fan_outs=[fan_out],
        dead_letter_queues=[sqs.Queue(stack, "Undelivered")],
        alarm_topic=sns.Topic(stack, "People", master_key=kms.Key(stack, "Key")),
    )
    return template_of(stack)


@pytest.fixture(scope="module")
def least() -> Template:
    """A queue whose alarms are all left out, and which is not measured."""
    parts = Parts(Stack(App(analytics_reporting=False), "Least"))
    Monitoring(
        parts.stack,
        "Monitoring",
        queues=[parts.queue],
        failed_jobs_percent=None,
        blocked_queues=False,
        measure_queues=False,
    )
    return template_of(parts.stack)


def body_of(template: Template) -> dict[str, Any]:
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(text(dashboard["Properties"]["DashboardBody"]))
    return body


def alarms(template: Template) -> dict[str, Alarm]:
    """The properties of each alarm, by its id below the alarms."""
    found = resources(template, "AWS::CloudWatch::Alarm").items()
    return {name.removeprefix("MonitoringAlarms")[:-8]: each["Properties"] for name, each in found}


def queries(body: dict[str, Any]) -> dict[str, str]:
    return {
        widget["properties"]["title"]: widget["properties"]["query"]
        for widget in body["widgets"]
        if widget["type"] == "log"
    }


def metrics(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Namespace and name of each metric."""
    for widget in body["widgets"]:
        for metric in widget["properties"].get("metrics", ()):
            if isinstance(metric[0], str):
                yield metric[0], metric[1]


class TestDashboard:
    def test_its_body_is_what_cloudwatch_takes(self, whole: Template, least: Template) -> None:
        assert dashboard_bodies.problems(body_of(whole)) == []
        assert dashboard_bodies.problems(body_of(least)) == []

    def test_a_wrong_body_would_be_found(self, least: Template) -> None:
        body = body_of(least)
        body["widgets"][1]["x"] = 20
        body["widgets"][1]["properties"]["metrics"].append([{"expression": "FILL(m1, 0)"}])
        found = dashboard_bodies.problems(body)
        assert "m1 is not defined" in found
        assert any("too wide" in each for each in found)

    def test_its_queries_are_what_logs_insights_takes(self, whole: Template) -> None:
        assert {title: insights_queries.problems(query) for title, query in queries(body_of(whole)).items()} == {
            title: []
            for title in (
                "Last executions",
                "Last failed jobs",
                "Reasons of failures",
                "Jobs that wait the longest",
                "Jobs that blocked a queue",
                "Wait and run times, in seconds",
                "vCPU hours and cost of ended jobs",
            )
        }

    @pytest.mark.parametrize(
        ("query", "problem"),
        [
            ("SOURCE 'a' | filters x = 1", "no command: filters"),
            ("SOURCE 'a' | filter avg(x) = 1", "no function: avg"),
            ("SOURCE 'a' | filter (x = 1", "brackets"),
            ("SOURCE 'a' | stats count(*) as jobs by reason | sort other desc", "other is gone after stats"),
            ("SOURCE 'a' | parse @message /x/", "no named group: parse @message /x/"),
        ],
    )
    def test_a_wrong_query_would_be_found(self, query: str, problem: str) -> None:
        assert insights_queries.problems(query) == [problem]

    def test_every_metric_of_jobs_on_it_is_published(self, whole: Template) -> None:
        published = set(filters(whole)) | {QueueMetric.WAITING, QueueMetric.FRONT_SECONDS, QueueMetric.VCPUS}
        shown = {name for namespace, name in metrics(body_of(whole)) if namespace == "ConstructsLib/Batch"}
        assert shown <= published | {"MaxVCpus"}
        assert {*JobMetric, *QueueMetric} <= shown

    def test_links_lead_to_the_console_of_the_partition_and_region(self, whole: Template) -> None:
        markdown = body_of(whole)["widgets"][0]["properties"]["markdown"]
        assert f"(https://X.X/batch/home?region=X#queues/detail/{IMPORTED})" in markdown
        assert f"(https://X.X/states/home?region=X#/statemachines/view/{MACHINE})" in markdown
        assert whole["Mappings"]["ConstructsLibConsoles"]["aws-cn"]["domain"] == "console.amazonaws.cn"

    def test_what_is_not_measured_is_not_shown(self, least: Template) -> None:
        shown = {name for _, name in metrics(body_of(least))}
        assert shown == {*JobMetric, QueueMetric.BLOCKED}
        assert {widget["type"] for widget in body_of(least)["widgets"]} == {"text", "metric", "log"}

    def test_logs_of_an_imported_state_machine_are_not_searched(self, parts: Parts) -> None:
        machine = sfn.StateMachine.from_state_machine_arn(parts.stack, "Nightly", MACHINE)
        Monitoring(parts.stack, "Monitoring", machines=[machine])
        template = template_of(parts.stack)
        assert queries(body_of(template)) == {}
        assert resources(template, "AWS::Logs::LogGroup") == {}
        assert dashboard_bodies.problems(body_of(template)) == []

    def test_two_queues_of_one_id_have_labels_of_their_own(self, parts: Parts) -> None:
        arns = [f"arn:aws:batch:us-east-1:123456789012:job-queue/{name}" for name in ("a", "b")]
        queues = [
            batch.JobQueue.from_job_queue_arn(Construct(parts.stack, f"Team{index}"), "Queue", arn)
            for index, arn in enumerate(arns)
        ]
        Monitoring(parts.stack, "Monitoring", queues=queues)
        template = template_of(parts.stack)
        assert {"QueueBlocked", "Queue2Blocked"} <= set(alarms(template))


class TestAlarms:
    def test_there_is_one_for_everything_that_can_go_wrong(self, whole: Template) -> None:
        assert sorted(alarms(whole)) == [
            "FargateInvalid",
            "MachineFailed",
            "MachineTimedOut",
            "NightlyFailed",
            "NightlyTimedOut",
            "QueueBlocked",
            "QueueFailedJobs",
            "QueueWaiting",
            "SharedBlocked",
            "SharedFailedJobs",
            "SharedWaiting",
            "UndeliveredDeadLetters",
        ]

    def test_each_says_what_to_do_and_tells_the_topic(self, whole: Template) -> None:
        for name, alarm in alarms(whole).items():
            [action] = alarm["AlarmActions"]
            assert action["Ref"].startswith("People"), name
            description = text(alarm["AlarmDescription"])
            assert len(description) <= 1024
            assert "constructs-lib" in description or "mend the cause" in description, name
            assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"

    def test_nothing_that_happens_is_no_alarm_and_nothing_that_is_measured_is_unknown(self, whole: Template) -> None:
        missing = {name: alarm["TreatMissingData"] for name, alarm in alarms(whole).items()}
        unknown = {name for name, treated in missing.items() if treated == "missing"}
        assert unknown == {"FargateInvalid", "QueueWaiting", "SharedWaiting"}
        assert {treated for name, treated in missing.items() if name not in unknown} == {"notBreaching"}

    def test_the_share_of_failed_jobs_is_of_enough_jobs(self, whole: Template) -> None:
        alarm = alarms(whole)["SharedFailedJobs"]
        expression, *of_queue = alarm["Metrics"]
        assert expression["Expression"] == "IF(ended >= 10, share, 0)"
        assert {each["Id"]: each["MetricStat"]["Stat"] for each in of_queue} == {
            "share": "Average",
            "ended": "SampleCount",
        }
        assert {each["MetricStat"]["Metric"]["MetricName"] for each in of_queue} == {"FailedPercent"}
        assert alarm["Threshold"] == 10

    def test_nothing_has_started_for_hours_when_the_first_job_is_the_first_that_long(self, parts: Parts) -> None:
        Monitoring(
            parts.stack,
            "Monitoring",
            queues=[parts.queue],
            waiting_hours=1.5,
            measure_every=Duration.minutes(10),
        )
        alarm = alarms(template_of(parts.stack))["QueueWaiting"]
        assert (alarm["MetricName"], alarm["Threshold"], alarm["Statistic"]) == ("FrontSeconds", 5400, "Maximum")
        assert alarm["Period"] == 1800  # three measurements

    def test_each_can_be_left_out(self, parts: Parts, least: Template) -> None:
        assert alarms(least) == {}
        made = Monitoring(
            parts.stack,
            "Monitoring",
            queues=[parts.queue],
            machines=[sfn.StateMachine.from_state_machine_arn(parts.stack, "Nightly", MACHINE)],
            dead_letter_queues=[sqs.Queue(parts.stack, "Undelivered")],
            failed_executions=None,
            failed_jobs_percent=None,
            waiting_hours=None,
            invalid_environments=False,
            dead_letters=None,
        )
        assert [alarm.node.id for alarm in made.alarms] == ["QueueBlocked"]

    def test_thresholds_are_those_that_were_given(self, parts: Parts) -> None:
        Monitoring(
            parts.stack,
            "Monitoring",
            queues=[parts.queue],
            machines=[sfn.StateMachine.from_state_machine_arn(parts.stack, "Nightly", MACHINE)],
            dead_letter_queues=[sqs.Queue(parts.stack, "Undelivered")],
            failed_executions=3,
            failed_jobs_percent=2.5,
            failed_jobs_of=1_000,
            dead_letters=7,
        )
        made = alarms(template_of(parts.stack))
        thresholds = {name: made[name]["Threshold"] for name in ("NightlyFailed", "QueueFailedJobs")}
        assert thresholds == {"NightlyFailed": 3, "QueueFailedJobs": 2.5}
        assert made["UndeliveredDeadLetters"]["Threshold"] == 7
        assert made["QueueFailedJobs"]["Metrics"][0]["Expression"] == "IF(ended >= 1000, share, 0)"

    @pytest.mark.parametrize(
        ("option", "value"),
        [("failed_executions", 0), ("failed_jobs_percent", 100), ("failed_jobs_of", -1), ("waiting_hours", 0)],
    )
    def test_a_threshold_that_is_always_or_never_reached_is_refused(
        self, parts: Parts, option: str, value: float
    ) -> None:
        with pytest.raises(ConfigurationError, match=rf"Monitoring 'Stack/Monitoring' {option}: got .*\(MON006\)"):
            Monitoring(parts.stack, "Monitoring", queues=[parts.queue], **{option: value})


class TestTopics:
    def test_cloudwatch_may_publish_to_a_topic_of_the_app_and_use_its_key(self, whole: Template) -> None:
        [policy] = resources(whole, "AWS::SNS::TopicPolicy").values()
        [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        [key] = resources(whole, "AWS::KMS::Key").values()
        granted = key["Properties"]["KeyPolicy"]["Statement"][-1]
        assert granted["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert granted["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]

    def warnings(self, parts: Parts) -> list[str]:
        found = Annotations.from_stack(parts.stack).find_warning("*", Match.string_like_regexp("they notify nobody"))
        return [each.id for each in found]

    def test_the_key_of_aws_and_an_imported_one_are_warned_of(self, parts: Parts) -> None:
        alias = kms.Alias.from_alias_name(parts.stack, "OfAws", "alias/aws/sns")
        topic = sns.Topic(parts.stack, "People", master_key=alias)
        Monitoring(parts.stack, "Monitoring", queues=[parts.queue], alarm_topic=topic)
        assert self.warnings(parts) == ["/Stack/People"]

    def test_a_topic_without_a_key_and_an_imported_one_are_not(self, parts: Parts) -> None:
        arn = "arn:aws:sns:us-east-1:123456789012:people"
        imported = sns.Topic.from_topic_arn(parts.stack, "Imported", arn)
        Monitoring(parts.stack, "Monitoring", queues=[parts.queue], alarm_topic=imported)
        Monitoring(parts.stack, "More", queues=[parts.queue], alarm_topic=sns.Topic(parts.stack, "People"))
        assert self.warnings(parts) == []

    def test_the_end_of_an_alarm_is_told_to_whom_it_is_to_be_told(self, parts: Parts) -> None:
        people, others = (sns.Topic(parts.stack, name) for name in ("People", "Others"))
        Monitoring(parts.stack, "Monitoring", queues=[parts.queue], alarm_topic=people, ok_topic=people)
        Monitoring(parts.stack, "More", queues=[parts.queue], ok_topic=others)
        template = template_of(parts.stack)
        told = {(len(alarm.get("AlarmActions", [])), len(alarm["OKActions"])) for alarm in alarms(template).values()}
        assert told == {(1, 1), (0, 1)}
        policies = [
            each["Properties"]["PolicyDocument"] for each in resources(template, "AWS::SNS::TopicPolicy").values()
        ]
        assert [len(policy["Statement"]) for policy in policies] == [1, 1]


class TestSharing:
    def test_two_dashboards_of_one_queue_count_its_jobs_once(self, parts: Parts) -> None:
        fan_outs = [ArrayFanOut(parts.stack, name, job=parts.job, queue=parts.queue) for name in ("Tiles", "Scenes")]
        made = [Monitoring(parts.stack, f"Of{each.node.id}", fan_outs=[each]) for each in fan_outs]
        assert [each.job_metrics is None for each in made] == [False, True]
        template = template_of(parts.stack)
        counted = [
            each["Properties"]["MetricTransformations"][0]
            for each in resources(template, "AWS::Logs::MetricFilter").values()
        ]
        assert [each["MetricName"] for each in counted].count("Failed") == 1
        assert sum(each["MetricName"].endswith("-Failed") for each in counted) == 2
        assert len(resources(template, "AWS::CloudWatch::Dashboard")) == 2

    def test_metrics_of_another_stack_are_used(self) -> None:
        app = App(analytics_reporting=False)
        shared, own = Parts(Stack(app, "Platform")), Stack(app, "Team")
        JobMetrics(shared.stack, "JobMetrics", queues=[shared.queue], measure_queues=False)
        made = Monitoring(own, "Monitoring", queues=[shared.queue])
        template = app.synth().get_stack_by_name("Team").template
        assert made.job_metrics is None
        assert resources(template, "AWS::Logs::MetricFilter") == {}
        assert "QueueWaiting" not in alarms(template)  # the others do not measure
        assert "Reasons of failures" in queries(body_of(template))

    def test_environments_are_measured_also_where_others_measure_the_queues(self, parts: Parts) -> None:
        JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue])
        Monitoring(parts.stack, "Monitoring", queues=[parts.queue])
        template = template_of(parts.stack)
        assert "FargateInvalid" in alarms(template)
        definitions = [
            text(each["Properties"]["DefinitionString"])
            for each in resources(template, "AWS::StepFunctions::StateMachine").values()
        ]
        assert sum("describeComputeEnvironments" in each for each in definitions) == 1


@pytest.mark.parametrize("kind", ["Ec2ComputeEnvironment", "ManagedInstancesComputeEnvironment"])
def test_every_kind_of_environment_is_monitored(parts: Parts, kind: str) -> None:
    environment = made(parts, kind, "Own")
    arn = "arn:aws:batch:us-east-1:123456789012:compute-environment/other"
    other = batch.FargateComputeEnvironment.from_fargate_compute_environment_arn(parts.stack, "Other", arn)
    Monitoring(parts.stack, "Monitoring", queues=[parts.queue], environments=[environment, other])
    template = template_of(parts.stack)
    assert {"OwnInvalid", "OtherInvalid"} <= set(alarms(template))
    assert "FargateInvalid" not in alarms(template)  # those that are given, and no others


def test_nothing_to_monitor_is_refused(parts: Parts) -> None:
    with pytest.raises(ConfigurationError, match=r"Monitoring 'Stack/Monitoring': got nothing.*MON001"):
        Monitoring(parts.stack, "Monitoring")


def test_there_is_no_function(whole: Template) -> None:
    assert resources(whole, "AWS::Lambda::Function") == {}
    assert not [each for each in whole["Resources"].values() if each["Type"].startswith("Custom::")]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "eu-central-2"])
def test_nothing_names_a_partition_or_region_where_these_are_known(region: str) -> None:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(account="123456789012", region=region))
    parts = Parts(stack)
    Monitoring(stack, "Monitoring", queues=[parts.queue], alarm_topic=sns.Topic(stack, "People"))
    assert "arn:aws:" not in json.dumps(template_of(stack)["Resources"])


class TestUsersOwn:
    def test_the_metrics_go_into_dashboards_and_alarms_of_users(self, parts: Parts) -> None:
        made = Monitoring(parts.stack, "Monitoring", queues=[parts.queue])
        made.dashboard.add_widgets(cloudwatch.TextWidget(markdown="Ask the imaging team."))
        failed = parts.queue.metric_failed(period=Duration.hours(1))
        failed.create_alarm(parts.stack, "Own", threshold=5, evaluation_periods=1)
        template = template_of(parts.stack)
        assert body_of(template)["widgets"][-1]["properties"]["markdown"] == "Ask the imaging team."
        assert dashboard_bodies.problems(body_of(template)) == []
        [own] = [each for name, each in alarms(template).items() if name.startswith("Own")]
        assert (own["MetricName"], own["Period"], own["Threshold"]) == ("Failed", 3600, 5)


class TestPrice:
    def test_it_is_the_sum_of_what_aws_charges_for(self, parts: Parts) -> None:
        made = Monitoring(parts.stack, "Monitoring", queues=[parts.queue], measure_queues=False)
        metrics_and_alarms = 7 * 0.30 + (1 + 2) * 0.10
        assert made.monthly_price_usd(jobs=0) == round(metrics_and_alarms + 3, 2)
        million = 3 * 3_000 / 1_000_000_000 * 0.53 * 1_000_000
        assert made.monthly_price_usd(jobs=1_000_000) == round(metrics_and_alarms + 3 + million, 2)

    def test_measuring_and_fan_outs_come_on_top(self, parts: Parts) -> None:
        fan_out = ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue)
        made = Monitoring(parts.stack, "Monitoring", fan_outs=[fan_out])
        fixed = (10 + 2 + 6) * 0.30 + (4 + 1) * 0.10 + 3
        measuring = 8_760 * (0.000001 + 2 * 64 / 1024 * 0.00001667 + 2 * 0.00001)
        assert made.monthly_price_usd(jobs=0) == round(fixed + measuring, 2)
