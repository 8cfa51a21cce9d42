"""BatchStateMachine: logs, tracing, role."""

from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import ArrayFanOut, BatchStateMachine, ConfigurationError, ScheduleTrigger, UploadTrigger
from tests.unit.workflows.synthesized import Resources, definition, job, queue, resources_of, statements


def machine(resources: Resources, construct_id: str = "Machine") -> dict[str, Any]:
    found = [
        resource
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine" and logical_id.startswith(construct_id)
    ]
    properties: dict[str, Any] = found[0]["Properties"]
    return properties


def log_group(resources: Resources, construct_id: str = "Machine") -> dict[str, Any]:
    [(_, resource)] = [
        (logical_id, resource)
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Logs::LogGroup" and logical_id.startswith(f"{construct_id}Logs")
    ]
    return resource  # type: ignore[no-any-return]


class TestDefault:
    def test_is_standard(self, resources: Resources) -> None:
        assert machine(resources, "ArrayMachine")["StateMachineType"] == "STANDARD"

    def test_logs_everything_but_data(self, resources: Resources) -> None:
        configuration = machine(resources, "ArrayMachine")["LoggingConfiguration"]
        assert configuration["Level"] == "ALL"
        assert configuration["IncludeExecutionData"] is False

    def test_its_log_group_is_named_as_step_functions_recommends(self, resources: Resources) -> None:
        properties = log_group(resources, "ArrayMachine")["Properties"]
        assert properties["LogGroupName"].startswith("/aws/vendedlogs/states/Stack-ArrayMachineLogs-")
        assert properties["RetentionInDays"] == 30

    def test_its_log_group_goes_with_the_stack(self, resources: Resources) -> None:
        assert log_group(resources, "ArrayMachine")["DeletionPolicy"] == "Delete"

    def test_traces(self, resources: Resources) -> None:
        assert machine(resources, "ArrayMachine")["TracingConfiguration"] == {"Enabled": True}

    def test_leaves_the_query_language_to_the_states(self, resources: Resources) -> None:
        assert "QueryLanguage" not in definition(resources, "ArrayMachine")

    def test_its_role_is_for_step_functions_of_this_account(self, resources: Resources) -> None:
        [role] = [
            resource["Properties"]
            for logical_id, resource in resources.items()
            if resource["Type"] == "AWS::IAM::Role" and logical_id.startswith("ArrayMachineRole")
        ]
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "states.amazonaws.com"}
        assert "ManagedPolicyArns" not in role


class TestCustom:
    @pytest.fixture(scope="class")
    @classmethod
    def resources(cls) -> Resources:
        def build(stack: Stack) -> None:
            role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
            made = BatchStateMachine(
                stack,
                "Machine",
                definition=sfn.Pass(stack, "Nothing"),
                timeout=Duration.hours(6),
                log_retention=logs.RetentionDays.ONE_WEEK,
                role=role,
                comment="Renders tiles.",
                state_machine_name="tiles",
            )
            assert made.log_group.log_group_name
            assert made.role is role

        return resources_of(build)

    def test_every_option_is_used(self, resources: Resources) -> None:
        assert machine(resources)["StateMachineName"] == "tiles"
        assert definition(resources)["TimeoutSeconds"] == 21_600
        assert definition(resources)["Comment"] == "Renders tiles."
        assert log_group(resources)["Properties"]["RetentionInDays"] == 7

    def test_a_given_role_gets_what_logs_and_traces_need(self, resources: Resources) -> None:
        assert set(statements(resources, "Given")) == {"logs:CreateLogDelivery", "xray:PutTraceSegments"}


class TestTriggers:
    def test_a_schedule_and_uploads_are_the_constructs_below_it(self, stack: Stack) -> None:
        bucket = s3.Bucket(stack, "Data")
        made = BatchStateMachine(
            stack,
            "Machine",
            definition=sfn.Pass(stack, "Pass"),
            schedule="cron(0 3 * * ? *)",
            on_upload=(bucket, "in/"),
        )
        assert isinstance(made.schedule_trigger, ScheduleTrigger)
        assert isinstance(made.upload_trigger, UploadTrigger)
        assert made.node.find_child("OnSchedule").node.path == made.schedule_trigger.node.path
        assert made.node.find_child("OnUpload").node.path == made.upload_trigger.node.path
        pattern = stack.resolve(made.upload_trigger.rule.node.default_child.event_pattern)  # type: ignore[union-attr]
        assert pattern["detail"]["object"] == {"key": [{"prefix": "in/"}]}

    def test_without_them_there_are_none(self, stack: Stack) -> None:
        made = BatchStateMachine(stack, "Machine", definition=sfn.Pass(stack, "Pass"))
        assert (made.schedule_trigger, made.upload_trigger) == (None, None)

    def test_a_message_names_the_trigger_below_the_state_machine(self, stack: Stack) -> None:
        with pytest.raises(ConfigurationError, match="'Stack/Machine/OnSchedule' schedule: got 'daily'"):
            BatchStateMachine(stack, "Machine", definition=sfn.Pass(stack, "Pass"), schedule="daily")

    def test_a_bucket_alone_is_no_pair(self, stack: Stack) -> None:
        with pytest.raises(ConfigurationError, match="a pair of an IBucket of aws_s3 and text"):
            BatchStateMachine(
                stack,
                "Machine",
                definition=sfn.Pass(stack, "Pass"),
                on_upload=s3.Bucket(stack, "Data"),  # type: ignore[arg-type]
            )

    def test_one_that_writes_where_it_is_triggered_is_refused(self, stack: Stack) -> None:
        bucket = s3.Bucket(stack, "Data")
        fan_out = ArrayFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), bucket=bucket)
        with pytest.raises(ConfigurationError, match="TRIG010"):
            BatchStateMachine(stack, "Machine", definition=fan_out, on_upload=(bucket, ""))
