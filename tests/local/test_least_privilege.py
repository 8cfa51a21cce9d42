"""Each right of the roles of our stacks is needed: without any one of them a run fails, or loses what AWS loses."""

from pathlib import Path

import pytest

from constructs_lib.local.apps.assembly import load
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import ExitCode, FaultPlan
from tests.local.rights import ITEMS, Pipeline, Right
from tests.waiting import until

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
LOST_IN_SILENCE = {
    "batch:DescribeJobs",  # the event that the job has ended arrives, but AWS does not promise it
    "logs:PutLogEvents",  # the output of a container
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# What AWS lists for a Distributed Map beside these: to watch child executions, to start failed ones again, and to write
# results that are too large for one request. https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
OF_LARGE_OR_FAILED_MAP_RUNS = {
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "states:DescribeExecution",
    "states:RedriveExecution",
}
WHEN_STOPPED = {"batch:TerminateJob", "states:StopExecution"}


@pytest.fixture(scope="module", params=sorted(ITEMS))
def pipeline(request: pytest.FixtureRequest, aws: EmbeddedAws, app_assembly: Path) -> Pipeline:
    before = len(aws.iam.denials)
    made = Pipeline(aws, aws.deploy(load(app_assembly).stack(request.param)))
    assert aws.iam.denials[before:] == []
    return made


def test_a_state_machine_needs_each_of_its_rights(pipeline: Pipeline) -> None:
    not_asked = WHEN_STOPPED | OF_LARGE_OR_FAILED_MAP_RUNS
    rights = [right for right in pipeline.rights("StateMachineRole") if right.action not in not_asked]
    assert len(rights) > 15
    assert [str(right) for right in rights if not _fails_without(pipeline, right)] == []


def _fails_without(pipeline: Pipeline, right: Right) -> bool:
    since = len(pipeline.aws.iam.denials)
    with pipeline.without(right):
        if not pipeline.is_deployable():
            return pipeline.denied(right, since)
        asks_for_children = right.action == "batch:ListJobs"
        plan = FaultPlan([ExitCode(1, index=1)] if asks_for_children else [])
        with pipeline.aws.faults.during(plan):
            execution = pipeline.start(pipeline.few if asks_for_children else pipeline.items)
            until(lambda: not pipeline.runs(execution) or pipeline.denied(right, since), seconds=120)
            lost = right.action in LOST_IN_SILENCE
            told = lost or until(lambda: right.action.lower() in pipeline.causes(execution).lower())
            if pipeline.runs(execution):
                execution.stop()
    return told and pipeline.denied(right, since)


def test_a_stopped_execution_stops_its_jobs_by_the_rights_of_its_role(pipeline: Pipeline) -> None:
    rights = [right for right in pipeline.rights("StateMachineRole") if right.action == "batch:TerminateJob"]
    assert rights
    for right in rights:
        since = len(pipeline.aws.iam.denials)
        mark = next(iter(pipeline.statement(right)["Condition"]["StringEquals"].values()))
        with pipeline.without(right), pipeline.hanging(mark):
            before = {job.id for job in pipeline.aws.batch.jobs()}
            execution = pipeline.start(pipeline.few)
            job_id = pipeline.job_of(execution, mark, before)
            execution.stop()
            assert execution.wait().status == "ABORTED"
            assert until(lambda: pipeline.denied(right, since)), right  # noqa: B023 - called at once
        described = pipeline.aws.batch.describe_job(job_id)
        assert described is not None
        assert described["status"] in ("RUNNING", "PENDING"), right
        pipeline.aws.batch.terminate_job(job_id, "It would hang for ever.")


def test_a_stopped_execution_stops_its_child_executions_by_the_rights_of_its_role(pipeline: Pipeline) -> None:
    rights = [right for right in pipeline.rights("StateMachineRole") if right.action == "states:StopExecution"]
    assert len(rights) == (pipeline.deployment.name == "DistributedStack")
    for right in rights:
        since = len(pipeline.aws.iam.denials)
        [mark] = {job["tags"]["constructs-lib:submitted-by"] for job in pipeline.jobs}
        with pipeline.without(right), pipeline.hanging(mark):
            before = {job.id for job in pipeline.aws.batch.jobs()}
            execution = pipeline.start(pipeline.few)
            job_id = pipeline.job_of(execution, mark, before)
            execution.stop()
            assert until(lambda: pipeline.denied(right, since)), right  # noqa: B023 - called at once
        described = pipeline.aws.batch.describe_job(job_id)
        assert described is not None
        assert described["status"] in ("RUNNING", "PENDING"), "its child execution still waits for it"
        pipeline.aws.batch.terminate_job(job_id, "It would hang for ever.")
        assert execution.wait().status == "ABORTED"


@pytest.mark.parametrize("part", ["ExecutionRole", "JobRole"])
def test_a_job_needs_each_right_of_its_roles(pipeline: Pipeline, part: str) -> None:
    rights = pipeline.rights(part)
    assert {right.role for right in rights} == set(pipeline.roles(part))
    for right in rights:
        since = len(pipeline.aws.iam.denials)
        with pipeline.without(right):
            ended = pipeline.submit_again(pipeline.job_with(right.role))
        assert pipeline.denied(right, since), right
        assert ended["status"] == ("SUCCEEDED" if right.action in LOST_IN_SILENCE else "FAILED"), right
        if part == "ExecutionRole" and ended["status"] == "FAILED":
            assert f"is not authorized to perform: {right.action}" in ended["attempts"][0]["container"]["reason"]


def test_flow_logs_need_each_right_of_their_role(pipeline: Pipeline) -> None:
    rights = pipeline.rights("FlowLog")
    assert rights
    assert pipeline.flow_logs() == {"SUCCESS"}
    for right in rights:
        with pipeline.without(right):
            assert pipeline.flow_logs() == {"FAILED"}, right


def test_roles_are_taken_on_by_whom_they_trust_alone(pipeline: Pipeline) -> None:
    [machine] = pipeline.roles("StateMachineRole")
    with pipeline.trusting_nobody(machine):
        assert not pipeline.is_deployable()
    for part in ("ExecutionRole", "JobRole"):
        for role in pipeline.roles(part):
            with pipeline.trusting_nobody(role):
                ended = pipeline.submit_again(pipeline.job_with(role))
            assert "ECS was unable to assume the role" in ended["attempts"][0]["container"]["reason"], role
    [flow_logs] = pipeline.roles("FlowLog")
    with pipeline.trusting_nobody(flow_logs):
        assert pipeline.flow_logs() == {"FAILED"}
