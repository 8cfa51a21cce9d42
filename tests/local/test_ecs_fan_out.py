"""EcsTaskFanOut: tasks that really run the worker, and each right of its role is needed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from constructs_lib import BatchStateMachine, EcsTaskFanOut
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.cloudformation import Deployment
from constructs_lib.local.pipeline import Execution
from constructs_lib.testing.sources import stacks_of
from tests.local.pipelines import ANSWER, CONTAINER
from tests.local.rights import LONG, Pipeline, Right, until

pytestmark = pytest.mark.local

Tasks = Callable[[], list[dict[str, Any]]]
LOST_IN_SILENCE = {
    "ecs:DescribeTasks",  # the event that the task has stopped arrives, but AWS does not promise it
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    stack = Stack(App(analytics_reporting=False), "Tasks")
    definition = ecs.FargateTaskDefinition(stack, "Definition", cpu=256, memory_limit_mib=512)
    definition.add_container(
        "Worker",
        image=ecs.ContainerImage.from_asset(str(CONTAINER)),
        command=["--", "python3", "-c", ANSWER],
        logging=ecs.LogDrivers.aws_logs(stream_prefix="tiles"),
    )
    fan_out = EcsTaskFanOut(
        stack,
        "Tiles",
        cluster=ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)),
        task_definition=definition,
        spot=True,
        on_demand_fallback=True,
        tolerated_failures=1,
    )
    BatchStateMachine(stack, "StateMachine", definition=fan_out)
    [found] = stacks_of(stack, None, tmp_path_factory.mktemp("templates"))
    return aws.deploy(found)


@pytest.fixture(scope="module")
def pipeline(aws: EmbeddedAws, deployment: Deployment) -> Pipeline:
    made = Pipeline(aws, deployment, [LONG, "short"])
    assert aws.iam.denials == []
    return made


@pytest.fixture
def tasks(aws: EmbeddedAws) -> Tasks:
    """Descriptions of the tasks that a test has run."""
    before = {task["taskArn"] for task in _tasks(aws)}
    return lambda: [task for task in _tasks(aws) if task["taskArn"] not in before]


def _tasks(aws: EmbeddedAws) -> list[dict[str, Any]]:
    client = aws.client("ecs")
    [cluster] = client.list_clusters()["clusterArns"]
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in client.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
    ]
    return list(client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []


@pytest.mark.parametrize("items", [[], ["one"], list(range(12)), [LONG, {"é": None}]], ids=["none", "1", "12", "long"])
def test_every_item_has_its_result(pipeline: Pipeline, items: list[Any]) -> None:
    outcome = pipeline.start(items).wait()
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert [outcome.results[index]["got"] for index in range(len(items))] == items
    assert outcome.output["succeeded"] == outcome.output["total"] == len(items)
    assert ("itemsUri" in outcome.output) == (LONG in items)


def test_failed_items_are_tolerated_and_told(pipeline: Pipeline, tasks: Tasks) -> None:
    outcome = pipeline.start(["a", "fail", "b"]).wait()
    assert (outcome.output["succeeded"], outcome.output["failedIndexes"]) == (2, [1])
    assert set(outcome.results) == {0, 2}
    ran = {task["taskArn"].rpartition("/")[2]: task for task in tasks()}
    assert set(ran) == set(outcome.output["jobIds"])
    assert {task["capacityProviderName"] for task in ran.values()} == {"FARGATE_SPOT"}
    outcome = pipeline.start(["fail", "fail"]).wait()
    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    assert json.loads(str(outcome.cause))["failedIndexes"] == [0, 1]


def test_a_stopped_execution_stops_its_tasks_by_the_rights_of_its_role(pipeline: Pipeline, tasks: Tasks) -> None:
    execution = _sleeping(pipeline, tasks)
    execution.stop()
    assert execution.wait().status == "ABORTED"
    assert until(lambda: [task["lastStatus"] for task in tasks()] == ["STOPPED"])


def test_without_that_right_they_run_on(pipeline: Pipeline, aws: EmbeddedAws, tasks: Tasks) -> None:
    [right] = [right for right in _rights(pipeline) if right.action == "ecs:StopTask"]
    since = len(aws.iam.denials)
    with pipeline.without(right):
        execution = _sleeping(pipeline, tasks)
        execution.stop()
        assert until(lambda: pipeline.denied(right, since))
    [task] = tasks()
    assert task["lastStatus"] == "RUNNING"
    aws.client("ecs").stop_task(cluster=task["clusterArn"], task=task["taskArn"])


def _sleeping(pipeline: Pipeline, tasks: Tasks) -> Execution:
    execution = pipeline.start(["sleep"])
    assert until(lambda: [task["lastStatus"] for task in tasks()] == ["RUNNING"])
    return execution


def test_each_right_of_the_role_is_needed(pipeline: Pipeline) -> None:
    rights = [right for right in _rights(pipeline) if right.action != "ecs:StopTask"]
    assert {"ecs:RunTask", "iam:PassRole", "events:PutRule", "s3:PutObject"} < {right.action for right in rights}
    assert [str(right) for right in rights if not _fails_without(pipeline, right)] == []


def _rights(pipeline: Pipeline) -> list[Right]:
    return pipeline.rights("StateMachineRole")


def _fails_without(pipeline: Pipeline, right: Right) -> bool:
    since = len(pipeline.aws.iam.denials)
    with pipeline.without(right):
        if not pipeline.is_deployable():
            return pipeline.denied(right, since)
        execution = pipeline.start([LONG, "short"])
        told = right.action in LOST_IN_SILENCE or until(lambda: right.action in pipeline.causes(execution))
        if pipeline.runs(execution) and right.action not in LOST_IN_SILENCE:
            execution.stop()
        execution.wait()
    return told and pipeline.denied(right, since)
