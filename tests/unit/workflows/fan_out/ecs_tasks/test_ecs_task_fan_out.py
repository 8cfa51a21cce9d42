"""EcsTaskFanOut: its definition over lists of every size, what it makes of stopped tasks, and its rights."""

import json
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from constructs_lib import ConfigurationError, EcsTaskFanOut
from tests.unit.workflows.fan_out.ecs_tasks.ecs_tasks import EXITED, RECLAIMED, Ecs, stopped, variables
from tests.unit.workflows.interpreter import Execution, Failure
from tests.unit.workflows.synthesized import Resources, definition, new_stack, resources_of, state_machine, statements


def cluster(stack: Stack) -> ecs.Cluster:
    return ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=1))


def task_definition(stack: Stack, construct_id: str = "Definition") -> ecs.FargateTaskDefinition:
    made = ecs.FargateTaskDefinition(stack, construct_id, cpu=256, memory_limit_mib=512)
    made.add_container("Worker", image=ecs.ContainerImage.from_registry("tiles:1"))
    made.add_container("Sidecar", image=ecs.ContainerImage.from_registry("envoy:1"), essential=False)
    return made


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"cluster": cluster(stack), "task_definition": task_definition(stack)}
        state_machine(stack, EcsTaskFanOut(stack, "Tiles", **parts))
        spot = EcsTaskFanOut(
            stack,
            "Spot",
            **parts,
            spot=True,
            on_demand_fallback=True,
            max_concurrency=4,
            tolerated_failures=1,
            environment={"YEAR": "{% $states.input.year %}"},
        )
        state_machine(stack, spot, "SpotMachine")

    return resources_of(build)


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    stack = new_stack()
    return {"cluster": cluster(stack), "task_definition": task_definition(stack)}


@pytest.fixture(scope="module")
def machine(resources: Resources) -> dict[str, Any]:
    return definition(resources)


@pytest.fixture(scope="module")
def spot_machine(resources: Resources) -> dict[str, Any]:
    return definition(resources, "SpotMachine")


@pytest.mark.parametrize("items", [[], [1], [None], [[1, 2]], [{"a": []}, "b"], list(range(37))])
def test_every_item_is_a_task_of_its_own(machine: dict[str, Any], items: list[Any]) -> None:
    ecs_ = Ecs()
    output = ecs_.run(machine, {"items": items})
    assert [json.loads(variables(call)["ITEMS"]) for call in ecs_.calls] == [[item] for item in items]
    assert [variables(call)["ITEM_INDEX"] for call in ecs_.calls] == [str(index) for index in range(len(items))]
    assert {variables(call)["RESULTS_URI"] for call in ecs_.calls} == ({output["resultsUri"]} if items else set())
    assert output["jobIds"] == [f"task-{index}-1" for index in range(len(items))]
    assert (output["total"], output["succeeded"], output["failedIndexes"]) == (len(items), len(items), [])


def test_a_list_with_a_long_item_goes_to_s3_once(machine: dict[str, Any]) -> None:
    ecs_, items = Ecs(), ["short", "x" * 9_000]
    output = ecs_.run(machine, {"items": items})
    [stored] = ecs_.stored
    assert stored["Body"] == {"items": items}
    assert [variables(call)["ITEMS_OFFSET"] for call in ecs_.calls] == ["0", "1"]
    assert {variables(call)["ITEMS_URI"] for call in ecs_.calls} == {output["itemsUri"]}


def test_a_task_is_run_on_fargate_in_private_subnets(machine: dict[str, Any]) -> None:
    ecs_ = Ecs()
    ecs_.run(machine, {"items": [1]})
    [call] = ecs_.calls
    assert call["LaunchType"] == "FARGATE"
    network = call["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["Subnets"] == ["<VpcPrivateSubnet1Subnet536B997A>"]
    [group] = network["SecurityGroups"]
    assert group.startswith("<TilesSecurityGroup")


def test_the_exit_code_of_an_essential_container_decides(machine: dict[str, Any]) -> None:
    ecs_ = Ecs({1: [(EXITED, 3)]})
    with pytest.raises(Failure) as failure:
        ecs_.run(machine, {"items": list("abc")})
    assert failure.value.error == "FanOut.TooManyFailures"
    summary = json.loads(failure.value.cause)
    assert (summary["failedIndexes"], summary["succeeded"]) == ([1], 2)
    assert summary["jobIds"] == ["task-0-1", "task-1-1", "task-2-1"]


def test_a_worker_that_is_not_essential_fails_its_item_too(spot_machine: dict[str, Any]) -> None:
    def run_task(_: dict[str, Any]) -> Any:
        return stopped("task", EXITED, 1)

    output = Execution({"runTask.sync": run_task}).run(spot_machine, {"items": [1], "year": "2026"})
    assert (output["failedIndexes"], output["jobIds"]) == ([0], ["task"])


@pytest.mark.parametrize("code", [RECLAIMED, "TerminationNotice", "TaskFailedToStart"])
def test_what_no_item_is_to_blame_for_runs_again(machine: dict[str, Any], code: str) -> None:
    ecs_ = Ecs({0: [(code, None), (code, 143), (EXITED, 0)]})
    output = ecs_.run(machine, {"items": ["a", "b"]})
    assert (output["succeeded"], output["failedIndexes"]) == (2, [])
    assert output["jobIds"] == ["task-0-1", "task-0-2", "task-0-3", "task-1-1"]


def test_so_often_and_no_more(spot_machine: dict[str, Any]) -> None:
    ecs_ = Ecs({0: [(RECLAIMED, 143)]})
    output = ecs_.run(spot_machine, {"items": ["a", "b"], "year": "2026"})
    assert (output["failedIndexes"], output["jobIds"]) == ([0], ["task-0-1", "task-0-2", "task-0-3", "task-1-1"])


def test_the_last_attempt_is_on_demand(spot_machine: dict[str, Any]) -> None:
    ecs_ = Ecs({0: [(RECLAIMED, 143), ("AmazonECS.Unknown", 1), (EXITED, 0)]})
    output = ecs_.run(spot_machine, {"items": ["a"], "year": "2026"})
    providers = [call["CapacityProviderStrategy"][0]["CapacityProvider"] for call in ecs_.calls]
    assert providers == ["FARGATE_SPOT", "FARGATE_SPOT", "FARGATE"]
    assert not any("LaunchType" in call for call in ecs_.calls)
    assert {variables(call)["YEAR"] for call in ecs_.calls} == {"2026"}
    assert (output["failed"], output["jobIds"]) == (0, ["task-0-1", "task-0-3"])


def test_a_task_that_takes_too_long_is_a_failed_item(machine: dict[str, Any]) -> None:
    task = machine["States"]["Tiles: Run tasks"]["ItemProcessor"]["States"]["Tiles: Run task"]
    assert task["TimeoutSeconds"] == 3_600
    ecs_ = Ecs({0: [("States.Timeout", None)]})
    with pytest.raises(Failure, match=r"FanOut\.TooManyFailures") as failure:
        ecs_.run(machine, {"items": ["a", "b"]})
    assert (json.loads(failure.value.cause)["failedIndexes"], len(ecs_.calls)) == ([0], 2)


def test_a_stopped_task_is_not_run_again(machine: dict[str, Any]) -> None:
    ecs_ = Ecs({0: [("UserInitiated", 143)]})
    with pytest.raises(Failure, match=r"FanOut\.TooManyFailures"):
        ecs_.run(machine, {"items": ["a"]})
    assert len(ecs_.calls) == 1


def test_a_task_that_is_refused_keeps_its_error(machine: dict[str, Any]) -> None:
    ecs_ = Ecs({1: [("ECS.InvalidParameterException", None)]})
    with pytest.raises(Failure, match=r"ECS\.InvalidParameterException: Not like this\."):
        ecs_.run(machine, {"items": ["a", "b"]})


def test_refused_tasks_may_be_tolerated(spot_machine: dict[str, Any]) -> None:
    ecs_ = Ecs({1: [("ECS.InvalidParameterException", None)]})
    output = ecs_.run(spot_machine, {"items": ["a", "b"], "year": "2026"})
    assert (output["failedIndexes"], output["jobIds"]) == ([1], ["task-0-1"])


def test_so_many_items_fit_into_a_history(machine: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: This EcsTaskFanOut takes up to 857 items.* got 858"):
        Ecs().run(machine, {"items": [0] * 858})


def test_throttling_and_missing_capacity_are_tried_again_with_jitter(machine: dict[str, Any]) -> None:
    task = machine["States"]["Tiles: Run tasks"]["ItemProcessor"]["States"]["Tiles: Run task"]
    [retry] = task["Retry"]
    assert {"AmazonECS.Unknown", "ECS.ThrottlingException"} < set(retry["ErrorEquals"])
    assert (retry["MaxAttempts"], retry["JitterStrategy"]) == (12, "FULL")


def test_concurrency_reaches_the_map(spot_machine: dict[str, Any]) -> None:
    assert spot_machine["States"]["Spot: Run tasks"]["MaxConcurrency"] == 4


def test_the_role_may_run_this_definition_in_this_cluster(resources: Resources) -> None:
    found = statements(resources)
    [cluster_id] = [name for name, item in resources.items() if item["Type"] == "AWS::ECS::Cluster"]
    run = found["ecs:RunTask"]
    assert run["Condition"] == {"ArnEquals": {"ecs:cluster": f"<{cluster_id}.Arn>"}}
    # Every revision: an execution that began before a deployment runs the one of then.
    assert run["Resource"].endswith(":task-definition/StackDefinition0424DE3A:*")
    [definition] = [item for item in resources.values() if item["Type"] == "AWS::ECS::TaskDefinition"]
    assert definition["UpdateReplacePolicy"] == "Retain"
    place = "arn:<AWS::Partition>:{}:<AWS::Region>:<AWS::AccountId>:{}"
    assert found["ecs:DescribeTasks"]["Action"] == ["ecs:DescribeTasks", "ecs:StopTask"]
    assert found["ecs:DescribeTasks"]["Resource"] == place.format("ecs", f"task/<{cluster_id}>/*")
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert [role.startswith("<Definition") for role in found["iam:PassRole"]["Resource"]] == [True, True]
    rule = "rule/StepFunctionsGetEventsForECSTaskRule"
    assert found["events:DescribeRule"]["Resource"] == place.format("events", rule)
    assert set(found) == {
        *("ecs:RunTask", "ecs:DescribeTasks", "iam:PassRole"),
        *("events:DescribeRule", "s3:PutObject"),
    }


def test_the_task_may_read_lists_and_write_results(resources: Resources) -> None:
    found = statements(resources, "DefinitionTaskRole")
    [objects] = found.values()
    assert objects["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert objects["Resource"].endswith("/fan-out/*")


def test_a_cluster_of_this_app_takes_spot(resources: Resources) -> None:
    [association] = [
        item["Properties"]
        for item in resources.values()
        if item["Type"] == "AWS::ECS::ClusterCapacityProviderAssociations"
    ]
    assert association["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"items": "$.items"}, "FLOW003"),
        ({"environment": {"ITEMS": "x"}}, "FLOW005"),
        ({"max_concurrency": 0}, "FLOW006"),
        ({"tolerated_failures": -1}, "FLOW007"),
        ({"attempts": 11}, "FLOW040"),
        ({"timeout": Duration.seconds(0)}, "FLOW048"),
        ({"on_demand_fallback": True}, "FLOW041"),
        ({"spot": True, "on_demand_fallback": True, "attempts": 1}, "FLOW041"),
        ({"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)}, "BATCH021"),
    ],
)
def test_wrong_arguments(parts: dict[str, Any], options: dict[str, Any], code: str) -> None:
    with pytest.raises(ConfigurationError, match=code):
        EcsTaskFanOut(Construct(parts["cluster"], str(options)), "Tiles", **parts, **options)


def test_what_does_not_run_on_fargate(parts: dict[str, Any]) -> None:
    stack = Stack.of(parts["cluster"])
    on_ec2 = ecs.Ec2TaskDefinition(stack, "OnEc2")
    empty = ecs.FargateTaskDefinition(stack, "Empty")
    other = task_definition(stack, "Other").default_container
    with pytest.raises(ConfigurationError, match="not made for Fargate"):
        EcsTaskFanOut(stack, "A", **{**parts, "task_definition": on_ec2})
    with pytest.raises(ConfigurationError, match="without a container"):
        EcsTaskFanOut(stack, "B", **{**parts, "task_definition": empty})
    with pytest.raises(ConfigurationError, match=r"a container of Stack/Other"):
        EcsTaskFanOut(stack, "C", **parts, container=other)


def test_too_many_security_groups(parts: dict[str, Any]) -> None:
    groups = [ec2.SecurityGroup.from_security_group_id(parts["cluster"], f"Group{n}", f"sg-{n}") for n in range(6)]
    with pytest.raises(ConfigurationError, match=r"6 security groups.*FLOW043"):
        EcsTaskFanOut(Stack.of(parts["cluster"]), "Tiles", **parts, security_groups=groups)
