"""Stages of array jobs, tasks of Amazon ECS and functions really run, and need each right of their roles."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan, Hang, PullFailure
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.local.rights import LONG, Pipeline, Right
from tests.waiting import until

pytestmark = pytest.mark.local

Tasks = Callable[[], list[dict[str, Any]]]
# The event that the work has ended arrives, but AWS does not promise it.
LOST_IN_SILENCE = {"batch:DescribeJobs", "ecs:DescribeTasks"}
WHEN_STOPPED = {"batch:TerminateJob", "ecs:StopTask"}
FAILING: dict[str, list[Any]] = {
    "Stages": [{"fail": "first", "long": LONG}, "b"],
    "Tasks": [LONG, "short"],
    "Calls": ["a", "b"],
}


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("NeighbourPipelines"))


@pytest.fixture(scope="module")
def pipelines(aws: EmbeddedAws, deployment: Deployment) -> dict[str, Pipeline]:
    """Each workflow, run once with all of its rights."""
    found = {}
    for name, items in FAILING.items():
        [machine] = [
            arn
            for logical_id, (kind, arn) in deployment.resources.items()
            if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(name)
        ]
        found[name] = Pipeline(aws, deployment, items, machine)
    assert aws.iam.denials == []
    return found


@pytest.fixture
def run(pipelines: dict[str, Pipeline]) -> Callable[[str, list[Any]], Outcome]:
    return lambda name, items: pipelines[name].start(items).wait()


Run = Callable[[str, list[Any]], Outcome]


@pytest.fixture
def tasks(aws: EmbeddedAws, deployment: Deployment) -> Tasks:
    """Descriptions of the tasks that a test has run."""
    client = aws.client("ecs")
    [cluster] = [name for kind, name in deployment.resources.values() if kind == "AWS::ECS::Cluster"]

    def all_tasks() -> list[dict[str, Any]]:
        states = [client.list_tasks(cluster=cluster, desiredStatus=status) for status in ("RUNNING", "STOPPED")]
        arns = [arn for state in states for arn in state["taskArns"]]
        return list(client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []

    before = {task["taskArn"] for task in all_tasks()}
    return lambda: [task for task in all_tasks() if task["taskArn"] not in before]


def _tells(outcome: Outcome, total: int, failed: list[int]) -> None:
    assert outcome.succeeded, (outcome.error, outcome.cause)
    summary = outcome.output
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (total, total - len(failed), len(failed))
    assert summary["failedIndexes"] == failed


class TestStages:
    @pytest.mark.parametrize("items", [[], [{"é": 1}], [LONG, None]], ids=["0", "1", "long"])
    def test_each_item_goes_through_all_stages(self, run: Run, items: list[Any]) -> None:
        outcome = run("Stages", items)
        _tells(outcome, len(items), [])
        assert outcome.results == {key: {"stage": "third", "before": "results-second"} for key in range(len(items))}
        names = [job.name for job in outcome.jobs]
        expected = ["first", "second", "third"] if items else []
        assert names == [f"StageItems-{name}" for name in expected for _ in items]

    def test_an_item_does_not_wait_for_the_others(self, pipelines: dict[str, Pipeline], aws: EmbeddedAws) -> None:
        before = _array(aws, "third")
        with aws.faults.during(FaultPlan([Hang(job="*-first", index=1)])):
            execution = pipelines["Stages"].start(["quick", "slow"])
            assert until(lambda: _array(aws, "third") != before and _status(aws, "third", 0) == "SUCCEEDED")
            assert (_status(aws, "first", 1), _status(aws, "second", 1)) == ("RUNNING", "PENDING")
            aws.batch.terminate_job(f"{_array(aws, 'first')}:1", "It would hang for ever.")
            outcome = execution.wait()
        _tells(outcome, 2, [1])
        assert outcome.output["failedStages"] == {"first": [1]}

    def test_an_item_fails_in_one_stage(self, run: Run, aws: EmbeddedAws) -> None:
        with aws.faults.during(FaultPlan([PullFailure(job="*-third", index=2)])) as plan:
            outcome = run("Stages", [{"fail": "second"}, {"fail": "first"}, "c", "d"])
        assert plan.unmet() == []
        _tells(outcome, 4, [0, 1, 2])
        assert outcome.output["failedStages"] == {"first": [1], "second": [0], "third": [2]}
        assert set(outcome.results) == {3}

    def test_a_single_item_fails_in_one_stage(self, run: Run) -> None:
        outcome = run("Stages", [{"fail": "second"}])
        assert outcome.error == "FanOut.TooManyFailures"
        assert json.loads(str(outcome.cause))["failedStages"] == {"second": [0]}

    def test_stages_before_one_that_is_not_accepted_are_stopped(
        self, run: Run, aws: EmbeddedAws, deployment: Deployment
    ) -> None:
        [queue] = [arn for logical_id, (_, arn) in deployment.resources.items() if logical_id.startswith("LastQueue")]
        aws.client("batch").update_job_queue(jobQueue=queue, state="DISABLED")
        outcome = run("Stages", [{"seconds": {"first": 60}}] * 2)
        aws.client("batch").update_job_queue(jobQueue=queue, state="ENABLED")
        assert (outcome.status, outcome.error) == ("FAILED", "Batch.ClientException")
        assert {job.name for job in outcome.jobs} == {"StageItems-first", "StageItems-second"}
        assert until(lambda: all(job.status.final for job in aws.batch.jobs()))


def _status(aws: EmbeddedAws, stage: str, index: int) -> str | None:
    """Of a child in the latest execution."""
    array = _array(aws, stage)
    return str((aws.batch.describe_job(f"{array}:{index}") or {})["status"]) if array else None


def _array(aws: EmbeddedAws, stage: str) -> str | None:
    found = [job.id for job in aws.batch.jobs() if job.spec.name == f"StageItems-{stage}"]
    return found[-1].partition(":")[0] if found else None


class TestTasks:
    @pytest.mark.parametrize("items", [[], list(range(3)), [LONG, {"é": None}]], ids=["0", "3", "long"])
    def test_every_item_has_its_result(self, run: Run, items: list[Any]) -> None:
        outcome = run("Tasks", items)
        _tells(outcome, len(items), [])
        assert outcome.results == {index: {"got": item} for index, item in enumerate(items)}
        assert ("itemsUri" in outcome.output) == (LONG in items)

    def test_failed_items_are_tolerated_and_told(self, run: Run, tasks: Tasks) -> None:
        outcome = run("Tasks", ["a", "fail", "b"])
        _tells(outcome, 3, [1])
        assert set(outcome.results) == {0, 2}
        ran = {task["taskArn"].rpartition("/")[2]: task for task in tasks()}
        assert set(ran) == set(outcome.output["jobIds"])
        assert {task["capacityProviderName"] for task in ran.values()} == {"FARGATE_SPOT"}
        outcome = run("Tasks", ["fail", "fail"])
        assert outcome.error == "FanOut.TooManyFailures"
        assert json.loads(str(outcome.cause))["failedIndexes"] == [0, 1]

    def test_a_task_that_does_not_start_is_run_again(self, pipelines: dict[str, Pipeline], tasks: Tasks) -> None:
        pipeline = pipelines["Tasks"]
        own = [right for right in pipeline.rights("DefinitionExecution") if "-DefinitionExecution" in right.role]
        [logs] = [right for right in own if right.action == "logs:CreateLogStream"]
        with pipeline.without(logs):
            outcome = pipeline.start(["a"]).wait()
        _tells(outcome, 1, [0])
        assert [task["stopCode"] for task in tasks()] == ["TaskFailedToStart"] * 3
        assert sorted(task["capacityProviderName"] for task in tasks()) == ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]
        assert {task["taskArn"].rpartition("/")[2] for task in tasks()} == set(outcome.output["jobIds"])

    @pytest.mark.parametrize("allowed", [True, False])
    def test_a_stopped_execution_stops_its_tasks_by_the_rights_of_its_role(
        self, pipelines: dict[str, Pipeline], aws: EmbeddedAws, tasks: Tasks, *, allowed: bool
    ) -> None:
        pipeline = pipelines["Tasks"]
        [right] = [right for right in _rights(pipeline, "Tasks") if right.action == "ecs:StopTask"]
        since = len(aws.iam.denials)
        execution = pipeline.start(["sleep"])
        assert until(lambda: [task["lastStatus"] for task in tasks()] == ["RUNNING"])
        if allowed:
            execution.stop()
            assert until(lambda: [task["lastStatus"] for task in tasks()] == ["STOPPED"])
            return
        with pipeline.without(right):
            execution.stop()
            assert until(lambda: pipeline.denied(right, since))
        [task] = tasks()
        assert task["lastStatus"] == "RUNNING"
        aws.client("ecs").stop_task(cluster=task["clusterArn"], task=task["taskArn"])


class TestCalls:
    def test_each_item_is_an_event(self, run: Run) -> None:
        _tells(run("Calls", list(range(25))), 25, [])

    @pytest.mark.parametrize("failing", ["fail", "long"])
    def test_failures_are_told(self, run: Run, failing: str) -> None:
        _tells(run("Calls", ["a", failing]), 2, [1])
        outcome = run("Calls", [failing, "a", "fail"])
        assert outcome.error == "FanOut.TooManyFailures"
        assert json.loads(str(outcome.cause))["failedIndexes"] == [0, 2]


@pytest.mark.parametrize("name", sorted(FAILING))
def test_each_right_of_a_role_is_needed(pipelines: dict[str, Pipeline], name: str) -> None:
    pipeline = pipelines[name]
    of_any_machine = ("logs:", "xray:")  # see test_least_privilege.py
    rights = [right for right in _rights(pipeline, name) if not right.action.startswith(of_any_machine)]
    rights = [right for right in rights if right.action not in WHEN_STOPPED]
    assert rights
    assert [str(right) for right in rights if not _fails_without(pipeline, right)] == []


def _rights(pipeline: Pipeline, name: str) -> list[Right]:
    return pipeline.rights(f"{name}MachineRole")


def _fails_without(pipeline: Pipeline, right: Right) -> bool:
    since = len(pipeline.aws.iam.denials)
    with pipeline.without(right):
        if not pipeline.is_deployable():
            return pipeline.denied(right, since)
        execution: Execution = pipeline.start(pipeline.items)
        lost = right.action in LOST_IN_SILENCE
        told = lost or until(lambda: right.action.lower() in pipeline.causes(execution).lower())
        if pipeline.runs(execution) and not lost:
            execution.stop()
        execution.wait()
    return told and pipeline.denied(right, since)
