"""SubmitJob: the call, the rights, and where the state works."""

import re
from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack, Token
from aws_cdk import aws_batch as batch
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import ConfigurationError, SubmitJob
from constructs_lib.workflows.submit.permissions import SUBMITTED_BY
from tests.unit.workflows.synthesized import (
    JOB_ARNS,
    QUEUE_ARN,
    Resources,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
    statements,
)


class TestDefault:
    @pytest.fixture
    def state(self, resources: Resources) -> dict[str, Any]:
        found: dict[str, Any] = definition(resources, "SubmitMachine")["States"]["Submit tiles"]
        return found

    def test_submits_and_waits(self, state: dict[str, Any]) -> None:
        assert state["Resource"] == "arn:<AWS::Partition>:states:::batch:submitJob.sync"
        assert state["QueryLanguage"] == "JSONata"
        assert state["End"] is True

    def test_asks_for_nothing_that_the_definition_says(self, state: dict[str, Any]) -> None:
        assert state["Arguments"] == {
            "JobName": "Submit-tiles",
            "JobDefinition": "<JobB9D00F9F>",
            "JobQueue": QUEUE_ARN,
            "Tags": {SUBMITTED_BY: "Stack/Submit tiles"},
        }

    def test_hands_on_little(self, state: dict[str, Any]) -> None:
        assert set(state["Output"]) == {"JobId", "JobName", "Status"}

    def test_retries_every_spelling_of_throttling_with_jitter(self, state: dict[str, Any]) -> None:
        [retry] = state["Retry"]
        assert set(retry["ErrorEquals"]) == {
            "Batch.AWSBatchException",
            "Batch.BatchException",
            "Batch.ServerException",
            "Batch.TooManyRequestsException",
        }
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxDelaySeconds"] == 30

    def test_brings_its_rights(self, resources: Resources) -> None:
        rights = statements(resources, "SubmitMachineRole")
        assert rights["batch:SubmitJob"]["Action"] == ["batch:SubmitJob", "batch:TagResource"]
        assert rights["batch:SubmitJob"]["Resource"] == [JOB_ARNS, QUEUE_ARN]
        assert rights["batch:DescribeJobs"]["Resource"] == "*"
        assert rights["events:DescribeRule"]["Resource"].endswith(":rule/StepFunctionsGetEventsForBatchJobsRule")

    def test_may_terminate_the_jobs_it_submitted_and_no_others(
        self, resources: Resources, state: dict[str, Any]
    ) -> None:
        right = statements(resources, "SubmitMachineRole")["batch:TerminateJob"]
        assert right["Resource"] == "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*"
        assert right["Condition"] == {
            "StringEquals": {f"aws:ResourceTag/{SUBMITTED_BY}": state["Arguments"]["Tags"][SUBMITTED_BY]}
        }


class TestCustom:
    @pytest.fixture(scope="class")
    @classmethod
    def resources(cls) -> Resources:
        def build(stack: Stack) -> None:
            imported = batch.EcsJobDefinition.from_job_definition_arn(
                stack, "Imported", "arn:aws:batch:eu-west-1:111122223333:job-definition/tiles"
            )
            submit = SubmitJob(
                stack,
                "Submit",
                job=imported,
                queue=queue(stack),
                array_size="{% $count($states.input.tiles) %}",
                job_name="{% 'tiles-' & $states.input.day %}",
                environment={"DAY": "{% $states.input.day %}", "MODE": "fast"},
                command=["render", "Ref::zoom"],
                parameters={"zoom": "{% $states.input.zoom %}"},
                vcpus=0.5,
                memory=Size.gibibytes(2),
                gpus=1,
                attempts=3,
                timeout=Duration.hours(2),
                tags={"Team": "maps"},
                share_identifier="maps",
                scheduling_priority=0,
                propagate_tags=False,
                outputs="{% $states.result.JobId %}",
                retry_throttled=False,
                submitted_by="maps",
                comment="Renders.",
            )
            caught = sfn.Pass(stack, "Caught")
            submit.add_retry(errors=["States.TaskFailed"], max_attempts=2)
            submit.add_catch(caught, errors=["States.ALL"], outputs="{% $states.errorOutput %}")
            sfn.StateMachine(
                stack,
                "Machine",
                definition_body=sfn.DefinitionBody.from_chainable(submit.next(sfn.Succeed(stack, "Done"))),
                query_language=sfn.QueryLanguage.JSONATA,
            )

        return resources_of(build)

    @pytest.fixture
    def state(self, resources: Resources) -> dict[str, Any]:
        found: dict[str, Any] = definition(resources)["States"]["Submit"]
        return found

    def test_every_option_reaches_aws_batch(self, state: dict[str, Any]) -> None:
        assert state["Arguments"] == {
            "JobName": "{% 'tiles-' & $states.input.day %}",
            "JobDefinition": "arn:aws:batch:eu-west-1:111122223333:job-definition/tiles",
            "JobQueue": QUEUE_ARN,
            "ArrayProperties": {"Size": "{% $count($states.input.tiles) %}"},
            "ContainerOverrides": {
                "Command": ["render", "Ref::zoom"],
                "Environment": [
                    {"Name": "DAY", "Value": "{% $states.input.day %}"},
                    {"Name": "MODE", "Value": "fast"},
                ],
                "ResourceRequirements": [
                    {"Type": "VCPU", "Value": "0.5"},
                    {"Type": "MEMORY", "Value": "2048"},
                    {"Type": "GPU", "Value": "1"},
                ],
            },
            "Parameters": {"zoom": "{% $states.input.zoom %}"},
            "RetryStrategy": {"Attempts": 3},
            "Timeout": {"AttemptDurationSeconds": 7200},
            "ShareIdentifier": "maps",
            "SchedulingPriorityOverride": 0,
            "PropagateTags": False,
            "Tags": {"Team": "maps", SUBMITTED_BY: "maps"},
        }
        assert (state["Output"], state["Comment"]) == ("{% $states.result.JobId %}", "Renders.")

    def test_names_its_language_once(self, resources: Resources, state: dict[str, Any]) -> None:
        assert definition(resources)["QueryLanguage"] == "JSONata"
        assert "QueryLanguage" not in state

    def test_is_an_ordinary_state(self, state: dict[str, Any]) -> None:
        assert [retry["ErrorEquals"] for retry in state["Retry"]] == [["States.TaskFailed"]]
        assert state["Catch"] == [
            {"ErrorEquals": ["States.ALL"], "Next": "Caught", "Output": "{% $states.errorOutput %}"}
        ]
        assert state["Next"] == "Done"

    def test_a_definition_without_revision_stands_for_any(self, resources: Resources) -> None:
        arn = "arn:aws:batch:eu-west-1:111122223333:job-definition/tiles"
        assert statements(resources)["batch:SubmitJob"]["Resource"] == [arn, f"{arn}:*", QUEUE_ARN]


@pytest.mark.parametrize("size", [2, 10_000])
def test_a_size_may_be_a_number(size: int) -> None:
    def build(stack: Stack) -> None:
        state_machine(stack, SubmitJob(stack, "Submit", job=job(stack), queue=queue(stack), array_size=size))

    state = definition(resources_of(build))["States"]["Submit"]
    assert state["Arguments"]["ArrayProperties"] == {"Size": size}


def test_a_job_may_wait_for_others_and_need_not_be_waited_for() -> None:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack), "wait": False}
        first = SubmitJob(stack, "First", **parts, array_size=3)
        second = SubmitJob(
            stack, "Second", **parts, depends_on=["{% $states.input.JobId %}"], n_to_n=True, array_size=3
        )
        state_machine(stack, first.next(second))

    resources = resources_of(build)
    states = definition(resources)["States"]
    assert states["First"]["Resource"].endswith(":states:::batch:submitJob")
    assert set(states["First"]["Output"]) == {"JobId", "JobName"}
    assert states["First"]["Comment"] == "Submits a job to AWS Batch, and does not wait for it."
    assert "DependsOn" not in states["First"]["Arguments"]
    assert states["Second"]["Arguments"]["DependsOn"] == [{"JobId": "{% $states.input.JobId %}", "Type": "N_TO_N"}]
    assert set(statements(resources)) == {"batch:SubmitJob"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"array_size": 1}, "FLOW001", "array_size: got 1, AWS Batch allows 2 to 10,000 children"),
        ({"array_size": 0}, "FLOW001", "Leave array_size out for a single job"),
        ({"array_size": 10_001}, "FLOW001", "got 10,001.*Split the items"),
        ({"array_size": "$count(x)"}, "FLOW003", "between {% and %}"),
        ({"environment": "$states.input.environment"}, "FLOW003", "environment: got"),
        ({"job_name": "with space"}, "FLOW002", "job_name: got 'with space'"),
        ({"job_name": "-first"}, "FLOW002", "a letter or digit first"),
        ({"job_name": "x" * 129}, "FLOW002", "up to 128"),
        ({"tags": {SUBMITTED_BY: "me"}}, "FLOW053", "set submitted_by"),
        ({"tags": {str(i): "" for i in range(50)}}, "FLOW004", "got 50 tags, .* Keep 49"),
        ({"attempts": 0}, "BATCH018", "attempts: got 0"),
        ({"attempts": 11}, "BATCH018", "1 to 10"),
        ({"timeout": Duration.seconds(59)}, "BATCH013", "timeout: got 59 s"),
        ({"scheduling_priority": 10_000}, "BATCH023", "scheduling_priority"),
        ({"environment": {"AWS_BATCH_X": "1"}}, "BATCH014", "AWS_BATCH_X"),
        ({"depends_on": ["id"] * 21}, "FLOW044", "depends_on: got 21 jobs, a job waits for up to 20"),
        ({"n_to_n": True, "array_size": 2}, "FLOW045", "n_to_n: got no array to wait for"),
        ({"n_to_n": True, "depends_on": ["id"]}, "FLOW045", "n_to_n: got a single job"),
    ],
)
def test_what_aws_batch_would_refuse_is_refused_first(arguments: dict[str, Any], code: str, words: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=words) as error:
        SubmitJob(stack, "Submit", job=job(stack), queue=queue(stack), **arguments)
    assert error.value.code == code
    assert error.value.where.startswith("SubmitJob 'Stack/Submit'")


@pytest.mark.parametrize(
    "arguments",
    [
        {"array_size": Token.as_number({"Ref": "Size"})},
        {"array_size": Token.as_string({"Ref": "Size"})},
        {"job_name": Token.as_string({"Ref": "Name"})},
        {"attempts": Token.as_number({"Ref": "Attempts"})},
    ],
)
def test_what_is_not_known_yet_passes(arguments: dict[str, Any]) -> None:
    stack = new_stack()
    assert SubmitJob(stack, "Submit", job=job(stack), queue=queue(stack), **arguments)


@pytest.mark.parametrize(
    ("construct_id", "job_name"),
    [
        ("Render", "Render"),
        ("Run array job", "Run-array-job"),
        ("Größe: 1", "Gr-e-1"),
        ("日本", "job"),
        ("x" * 80, "x" * 80),
    ],
)
def test_the_default_name_is_one_that_aws_batch_takes(construct_id: str, job_name: str) -> None:
    def build(stack: Stack) -> None:
        state_machine(stack, SubmitJob(stack, construct_id, job=job(stack), queue=queue(stack)))

    state = definition(resources_of(build))["States"][construct_id]
    assert state["Arguments"]["JobName"] == job_name
    mark = state["Arguments"]["Tags"][SUBMITTED_BY]
    assert re.fullmatch(r"[A-Za-z0-9 +=._:/@-]{1,256}", mark)
