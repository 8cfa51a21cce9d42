"""Events of jobs go into a log group, and metric filters count them."""

import json
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_batch as batch
from aws_cdk.assertions import Annotations, Match

from constructs_lib import ArrayFanOut, ConfigurationError, JobMetrics, JobQueue, QueueMetrics
from constructs_lib.core.job_metrics import JobMetric
from tests.unit.core.right_calls import Parts, made
from tests.unit.monitoring.conftest import IMPORTED, Template, template_of
from tests.unit.monitoring.filter_patterns import field, matches
from tests.unit.monitoring.recorded import CHILD, QUEUE, event
from tests.unit.resources import named, resources

OF_JOBS = [what.value for what in JobMetric]


def text(value: Any) -> str:
    """A property as it is deployed, where all that is known later is ``X``."""
    if isinstance(value, dict) and "Fn::Join" in value:
        return "".join(part if isinstance(part, str) else "X" for part in value["Fn::Join"][1])
    return value if isinstance(value, str) else "X"


def filters(template: Template) -> dict[str, dict[str, Any]]:
    """The properties of each metric filter, by the name of its metric."""
    found = [each["Properties"] for each in resources(template, "AWS::Logs::MetricFilter").values()]
    return {each["MetricTransformations"][0]["MetricName"]: each for each in found}


class TestEvents:
    def test_a_rule_sends_the_counted_events_of_the_queues_and_no_others(self, measured: Template) -> None:
        [rule] = resources(measured, "AWS::Events::Rule").values()
        pattern = rule["Properties"]["EventPattern"]
        assert pattern["detail"]["jobQueue"][2] == IMPORTED
        assert len(pattern["detail"]["jobQueue"]) == 3
        assert pattern["detail"]["status"] == ["RUNNABLE", "RUNNING", "SUCCEEDED", "FAILED"]
        assert pattern["detail-type"] == ["Batch Job State Change", "Batch Job Queue Blocked"]

    def test_eventbridge_may_write_before_the_rule_exists_and_needs_no_function(self, measured: Template) -> None:
        [(policy_id, policy)] = resources(measured, "AWS::Logs::ResourcePolicy").items()
        [rule] = resources(measured, "AWS::Events::Rule").values()
        [statement] = json.loads(text(policy["Properties"]["PolicyDocument"]))["Statement"]
        assert statement["Principal"]["Service"] == ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
        assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
        assert policy_id in rule["DependsOn"]
        assert resources(measured, "AWS::Lambda::Function") == {}

    def test_the_log_group_has_a_key_that_cloudwatch_logs_may_use_for_it_alone(self, measured: Template) -> None:
        group = named(measured, "AWS::Logs::LogGroup", "JobMetricsEvents")["Properties"]
        assert group["RetentionInDays"] == 30
        assert "KmsKeyId" in group
        [key] = resources(measured, "AWS::KMS::Key").values()
        statement = key["Properties"]["KeyPolicy"]["Statement"][-1]
        assert text(statement["Principal"]["Service"]) == "logs.X.amazonaws.com"
        context = statement["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
        assert text(context) == f"arn:X:logs:X:X:log-group:{group['LogGroupName']}"

    def test_more_queues_than_a_pattern_names_have_several_rules(self, parts: Parts) -> None:
        arns = [f"arn:aws:batch:us-east-1:123456789012:job-queue/{'q' * 120}{index:02}" for index in range(20)]
        queues = [batch.JobQueue.from_job_queue_arn(parts.stack, f"Q{index}", arn) for index, arn in enumerate(arns)]
        JobMetrics(parts.stack, "JobMetrics", queues=queues)
        rules = resources(template_of(parts.stack), "AWS::Events::Rule").values()
        patterns = [rule["Properties"]["EventPattern"] for rule in rules]
        assert [arn for pattern in patterns for arn in pattern["detail"]["jobQueue"]] == arns
        assert max(len(json.dumps(pattern)) for pattern in patterns) <= 2048


class TestFilters:
    def test_a_queue_has_metrics_by_its_arn(self, measured: Template) -> None:
        by_queue = {name: each for name, each in filters(measured).items() if "-" not in name}
        assert sorted(by_queue) == sorted([*OF_JOBS, "Blocked"])
        for each in by_queue.values():
            [made] = each["MetricTransformations"]
            assert made["MetricNamespace"] == "ConstructsLib/Batch"
            assert made["Dimensions"] == [{"Key": "JobQueue", "Value": "$.detail.jobQueue"}]
            assert "DefaultValue" not in made  # which CloudWatch Logs refuses beside dimensions
        failed = by_queue["Failed"]
        assert matches(failed["FilterPattern"], event("FAILED"))
        assert field(event("FAILED"), failed["MetricTransformations"][0]["Dimensions"][0]["Value"]) == QUEUE

    @pytest.mark.parametrize(
        ("fan_out", "job_name", "other"),
        [("Tiles", "Tiles", "Tiles-2"), ("Scenes", "Scenes-17", "Scenes"), ("Orders", "order", "order-1")],
    )
    def test_a_fan_out_counts_jobs_of_its_name_and_definition(
        self, measured: Template, fan_out: str, job_name: str, other: str
    ) -> None:
        made = {name: each for name, each in filters(measured).items() if name.startswith(f"Measured-{fan_out}-")}
        assert sorted(name.rpartition("-")[2] for name in made) == sorted(OF_JOBS)
        [failed] = [each for name, each in made.items() if name.endswith("-Failed")]
        assert "Dimensions" not in failed["MetricTransformations"][0]
        pattern = text(failed["FilterPattern"])
        of_fan_out = {"jobName": job_name, "jobDefinition": "arn:X:batch:X:X:X:7", **CHILD}
        assert matches(pattern, event("FAILED", **of_fan_out))
        assert not matches(pattern, event("FAILED", **of_fan_out | {"jobName": other}))
        assert not matches(pattern, event("FAILED", jobName=job_name))  # of another definition

    def test_a_fan_out_of_stages_counts_the_jobs_of_all_stages(self, parts: Parts) -> None:
        pipeline = made(parts, "ArrayPipeline", "Steps")
        JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue], fan_outs=[pipeline])
        found = filters(template_of(parts.stack))
        [failed] = [each for name, each in found.items() if name.endswith("-Failed")]
        for stage in ("first", "second"):
            assert matches(failed["FilterPattern"], event("FAILED", jobName=f"Steps-{stage}"))

    def test_a_fan_out_may_be_added_and_twice_is_once(self, parts: Parts) -> None:
        fan_out = ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue)
        metrics = JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue], fan_outs=[fan_out])
        metrics.add_fan_out(fan_out)
        metrics.add_fan_out(ArrayFanOut(parts.stack, "More", job=parts.job, queue=parts.queue))
        assert len(filters(template_of(parts.stack))) == 7 + 2 * 6


class TestMethods:
    def test_metrics_of_a_queue_are_those_that_are_published(self, parts: Parts) -> None:
        metric = parts.queue.metric_failed()
        assert (metric.namespace, metric.metric_name, metric.statistic) == ("ConstructsLib/Batch", "Failed", "Sum")
        assert metric.dimensions == {"JobQueue": parts.queue.job_queue_arn}
        of_events = [parts.queue.metric_submitted(), parts.queue.metric_started(), parts.queue.metric_retried()]
        assert [each.metric_name for each in of_events] == ["Submitted", "Started", "Retried"]
        assert parts.queue.metric_succeeded().metric_name == "Succeeded"
        assert parts.queue.metric_blocked().metric_name == "Blocked"
        share = parts.queue.metric_failed_percent()
        assert (share.metric_name, share.statistic) == ("FailedPercent", "Average")

    def test_metrics_of_a_moment_have_the_highest_value_and_not_the_sum(self, parts: Parts) -> None:
        of_moment = [parts.queue.metric_waiting(), parts.queue.metric_front_seconds(), parts.queue.metric_vcpus()]
        assert {(each.metric_name, each.statistic) for each in of_moment} == {
            ("Waiting", "Maximum"),
            ("FrontSeconds", "Maximum"),
            ("VCpus", "Maximum"),
        }

    def test_an_imported_queue_has_the_same_metrics(self, parts: Parts) -> None:
        imported = batch.JobQueue.from_job_queue_arn(parts.stack, "Shared", IMPORTED)
        metric = QueueMetrics(queue=imported).metric_started(label="starts", color="#2ca02c", statistic="SampleCount")
        assert metric.dimensions == {"JobQueue": IMPORTED}
        assert (metric.label, metric.color, metric.statistic) == ("starts", "#2ca02c", "SampleCount")

    def test_metrics_of_a_fan_out_are_those_that_are_published(self, parts: Parts) -> None:
        fan_out = ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue)
        JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue], fan_outs=[fan_out])
        metric = fan_out.metric_failed()
        assert metric.dimensions is None
        assert metric.metric_name in filters(template_of(parts.stack))

    def test_an_option_that_does_not_exist_is_refused_with_the_place(self, parts: Parts) -> None:
        with pytest.raises(ConfigurationError, match=r"JobQueue 'Stack/Queue' metric_failed: got an argument perod"):
            parts.queue.metric_failed(perod=1)


class TestWarnings:
    def warnings(self, parts: Parts) -> list[str]:
        found = Annotations.from_stack(parts.stack).find_warning("*", Match.string_like_regexp("nothing in this app"))
        return [each.id for each in found]

    def test_metrics_that_nothing_publishes_are_warned_of(self, parts: Parts) -> None:
        parts.queue.metric_failed()
        ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue).metric_failed()
        assert sorted(self.warnings(parts)) == ["/Stack/Queue", "/Stack/Tiles"]

    def test_metrics_that_are_published_later_are_not(self, parts: Parts) -> None:
        fan_out = ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue)
        fan_out.metric_failed()
        parts.queue.metric_failed()
        JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue], fan_outs=[fan_out])
        assert self.warnings(parts) == []

    def test_another_app_publishes_for_itself(self, parts: Parts) -> None:
        other = Parts(Stack(App(analytics_reporting=False), "Stack"))
        JobMetrics(other.stack, "JobMetrics", queues=[other.queue])
        JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue])
        assert self.warnings(parts) == []


def test_the_metrics_of_a_queue_are_published_once_in_an_app(parts: Parts) -> None:
    JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue])
    again = batch.JobQueue.from_job_queue_arn(parts.stack, "Again", IMPORTED)
    JobMetrics(parts.stack, "Others", queues=[batch.JobQueue.from_job_queue_arn(parts.stack, "Shared", IMPORTED)])
    for queue in (parts.queue, again):
        with pytest.raises(ConfigurationError, match=r"JobMetrics 'Stack/Twice' queues\[0\].*has already.*MON002"):
            JobMetrics(parts.stack, "Twice", queues=[queue])


def test_a_queue_of_aws_cdk_lib_is_measured(parts: Parts) -> None:
    ordered = batch.OrderedComputeEnvironment(compute_environment=parts.fargate, order=1)
    queue = batch.JobQueue(parts.stack, "Plain", compute_environments=[ordered])
    assert not isinstance(queue, JobQueue)
    JobMetrics(parts.stack, "JobMetrics", queues=[queue])
    [rule] = resources(template_of(parts.stack), "AWS::Events::Rule").values()
    [arn] = rule["Properties"]["EventPattern"]["detail"]["jobQueue"]
    assert arn["Fn::GetAtt"][0].startswith("Plain")
