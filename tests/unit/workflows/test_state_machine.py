"""BatchStateMachine: logs, tracing, role."""

from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import BatchStateMachine
from tests.unit.workflows.synthesized import Resources, definition, resources_of, statements


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
