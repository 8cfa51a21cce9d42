"""The fixture `local_aws` with an app that uses aws-cdk-lib alone, and with templates that no CDK made."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from constructs_lib.local.runs.outcome_page import report_of
from constructs_lib.local.runs.report import render
from constructs_lib.testing import MockError, MockResult
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from tests.waiting import until

pytestmark = pytest.mark.local


class Plain(Stack):
    """One job behind three state machines, by aws-cdk-lib's own constructs."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = batch.FargateComputeEnvironment(self, "Fargate", vpc=vpc, maxv_cpus=16)
        queue = batch.JobQueue(self, "Queue")
        queue.add_compute_environment(environment, 1)
        container = batch.EcsFargateContainerDefinition(
            self,
            "Container",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            cpu=0.25,
            memory=Size.mebibytes(512),
            command=["sh", "-c", "echo hello $NAME; sleep $PAUSE; exit $CODE"],
        )
        job = batch.EcsJobDefinition(self, "Job", container=container)
        for name, code, pause in (("Good", "0", "0"), ("Bad", "7", "0"), ("Slow", "0", "60")):
            submit = tasks.BatchSubmitJob(
                self,
                f"{name}Submit",
                job_name=name,
                job_queue_arn=queue.job_queue_arn,
                job_definition_arn=job.job_definition_arn,
                container_overrides=tasks.BatchContainerOverrides(
                    environment={"NAME": sfn.JsonPath.string_at("$.name"), "CODE": code, "PAUSE": pause},
                ),
                result_selector={"status": sfn.JsonPath.string_at("$.Status")},
            )
            sfn.StateMachine(self, name, definition_body=sfn.DefinitionBody.from_chainable(submit))


@pytest.fixture(scope="module")
def plain(local_aws: LocalAws) -> DeployedStack:
    return local_aws.deploy(Plain(App(analytics_reporting=False), "Plain"))


def test_a_job_runs_and_its_log_is_there(plain: DeployedStack) -> None:
    outcome = plain.run({"name": "Ada"}, state_machine="Good")
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.output == {"status": "SUCCEEDED"}
    [job] = outcome.jobs
    assert (job.name, job.status, job.exit_code, job.attempts, job.text) == ("Good", "SUCCEEDED", 0, 1, "hello Ada\n")


def test_a_failure_is_an_outcome(plain: DeployedStack) -> None:
    outcome = plain.run({"name": "Bob"}, state_machine="Bad")
    assert (outcome.status, outcome.error) == ("FAILED", "States.TaskFailed")
    assert [(job.status, job.exit_code, job.text) for job in outcome.jobs] == [("FAILED", 7, "hello Bob\n")]


def test_a_run_has_a_page_with_its_timeline_and_the_logs_of_failed_jobs(plain: DeployedStack) -> None:
    outcome = plain.run({"name": "<Zoë>"}, state_machine="Bad")
    assert [(bar.outcome, bar.attempt, bar.vcpus) for bar in outcome.bars] == [("failed", 1, 0.25)]
    page = render(report_of(outcome, "Plain"))
    assert "hello &lt;Zoë&gt;" in page
    assert 'Plain <span class="status FAILED">' in page
    assert page.count('<rect class="failed"') == 2, "its bar and the legend"


def test_an_execution_that_does_not_end_is_stopped(plain: DeployedStack, local_aws: LocalAws) -> None:
    execution = plain.start({"name": "Eve"}, state_machine="Slow")
    with pytest.raises(TimeoutError, match=r"did not end within 0\.1 s"):
        execution.wait(timeout=0.1)
    assert execution.wait().status == "ABORTED"
    # aws-cdk-lib's BatchSubmitJob gives its state machine no right to end what it started.
    assert until(lambda: "batch:TerminateJob" in {denial.action for denial in local_aws.denials})
    [job] = execution.wait().jobs
    assert job.status == "RUNNING"
    local_aws.client("batch").terminate_job(jobId=job.id, reason="seen")


def test_resources_are_found_by_what_they_are_called_in_the_app(plain: DeployedStack, local_aws: LocalAws) -> None:
    queue = plain.physical_id("Queue")
    assert local_aws.client("batch").describe_job_queues(jobQueues=[queue])["jobQueues"][0]["jobQueueArn"] == queue
    with pytest.raises(LookupError, match=r"several state machines, name one"):
        plain.run({})
    with pytest.raises(LookupError, match=r"no resource is called 'Nope'"):
        plain.physical_id("Nope")


def test_a_stack_is_deployed_once(plain: DeployedStack, local_aws: LocalAws) -> None:
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
    first = local_aws.deploy(template, name="Once")
    assert local_aws.deploy(template, name="Once") is first
    assert first.name != plain.name


@pytest.mark.parametrize("is_file", [False, True])
def test_a_template_is_deployed_as_it_is(local_aws: LocalAws, tmp_path: Path, *, is_file: bool) -> None:
    name = f"Template{is_file}"
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    template: dict[str, Any] = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "states.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            }
                        ],
                    }
                },
            },
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": name,
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "DefinitionString": json.dumps(definition),
                },
            },
        },
        "Outputs": {"Arn": {"Value": {"Ref": "Machine"}}},
    }
    path = tmp_path / f"{name}.template.json"
    path.write_text(json.dumps(template))
    stack = local_aws.deploy(path if is_file else template, name=name)
    assert stack.outputs["Arn"].endswith(f":stateMachine:{name}")
    assert stack.run({"a": 1}).output == {"a": 1}


def test_a_parameter_that_has_been_set_stays_as_it_is(local_aws: LocalAws) -> None:
    local_aws.client("ssm").put_parameter(Name="/stage", Value="test", Type="String")
    parameter = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/stage"}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Stage"}}}
    stack = local_aws.deploy({"Parameters": {"Stage": parameter}, "Resources": {"Topic": topic}}, name="Staged")
    assert stack.physical_id("Topic").endswith(":test")


def test_something_else_is_refused(local_aws: LocalAws) -> None:
    with pytest.raises(TypeError, match=r"cannot deploy 7: expected a Stack, a template \(a dict\)"):
        local_aws.deploy(7)  # type: ignore[arg-type]


def test_a_state_is_given_its_result_in_place_of_its_job(plain: DeployedStack, local_aws: LocalAws) -> None:
    with local_aws.mocking("BadSubmit", result={"Status": "mocked"}) as mock:
        outcome = plain.run({"name": "Ada"}, state_machine="Bad")
        assert plain.run({"name": "Ada"}, state_machine="Good").output == {"status": "SUCCEEDED"}
    assert (outcome.output, outcome.jobs, mock.used) == ({"status": "mocked"}, [], 1)
    assert plain.run({"name": "Ada"}, state_machine="Bad").status == "FAILED"


def test_answers_come_in_turn(plain: DeployedStack, local_aws: LocalAws) -> None:
    throttled = MockError("Batch.TooManyRequestsException", "Rate exceeded")
    machine = plain.physical_id("Good", resource_type="AWS::StepFunctions::StateMachine")
    with local_aws.mocking("GoodSubmit", in_turn=[throttled, MockResult({"Status": "later"})], state_machine=machine):
        outcome = plain.run({"name": "Ada"}, state_machine="Good")
    assert (outcome.error, outcome.cause) == ("Batch.TooManyRequestsException", "Rate exceeded")


@pytest.mark.parametrize("answers", [{}, {"result": None, "error": "E"}, {"error": "E", "in_turn": [MockResult(1)]}])
def test_a_mock_has_one_kind_of_answer(plain: DeployedStack, local_aws: LocalAws, answers: dict[str, Any]) -> None:
    assert plain.name == "Plain"
    with pytest.raises(ValueError, match="give it one of result=, error= and in_turn="):
        local_aws.mocking("GoodSubmit", **answers)


def test_a_state_that_nothing_deployed_has_cannot_be_mocked(plain: DeployedStack, local_aws: LocalAws) -> None:
    assert plain.name == "Plain"
    with pytest.raises(LookupError, match="has a state 'GoodSubmitt': there are 'GoodSubmit'"):
        local_aws.mocking("GoodSubmitt", result=1)
