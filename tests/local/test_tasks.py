"""Tasks of Amazon ECS: by templates, by the API and by state machines."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from tests.local.machines import Machines, task
from tests.waiting import until

pytestmark = pytest.mark.local

SCRIPT = "echo hello $NAME; sleep $PAUSE; exit $CODE"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
WRITE_LOGS = {
    "PolicyName": "Logs",
    "PolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}],
    },
}
CONTAINER = {
    "Name": "main",
    "Image": "public.ecr.aws/docker/library/busybox:1.37",
    "EntryPoint": ["sh", "-c"],
    "Command": [SCRIPT],
    "Environment": [
        {"Name": "NAME", "Value": "nobody"},
        {"Name": "PAUSE", "Value": "0"},
        {"Name": "CODE", "Value": "0"},
    ],
    "LogConfiguration": {
        "LogDriver": "awslogs",
        "Options": {"awslogs-group": {"Ref": "Logs"}, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "t"},
    },
}
FARGATE = {
    "NetworkMode": "awsvpc",
    "RequiresCompatibilities": ["FARGATE"],
    "Cpu": "256",
    "Memory": "512",
    "TaskRoleArn": {"Fn::GetAtt": ["TaskRole", "Arn"]},
    "ExecutionRoleArn": {"Fn::GetAtt": ["ExecutionRole", "Arn"]},
}
SIDECAR = {"Name": "sidecar", "Image": "busybox", "Essential": False, "Command": ["sleep", "60"], "StopTimeout": 2}
TEMPLATE = {
    "Resources": {
        "Logs": {"Type": "AWS::Logs::LogGroup"},
        "Cluster": {"Type": "AWS::ECS::Cluster"},
        "TaskRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "ExecutionRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": [WRITE_LOGS]},
        },
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {**FARGATE, "Family": "greet", "ContainerDefinitions": [CONTAINER]},
        },
        "Pair": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {**FARGATE, "Family": "pair", "ContainerDefinitions": [CONTAINER, SIDECAR]},
        },
    }
}
NETWORK = {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}}
RIGHTS = (
    *("ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole"),
    *("events:PutRule", "events:PutTargets", "events:DescribeRule"),
)


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> Machines:
    return Machines(local_aws)


@pytest.fixture(scope="module")
def stack(local_aws: LocalAws) -> DeployedStack:
    return local_aws.deploy(TEMPLATE, name="Tasks")


@pytest.fixture(scope="module")
def role(machines: Machines) -> str:
    return machines.role("states", *RIGHTS)


@pytest.fixture(scope="module")
def arguments(stack: DeployedStack) -> Callable[..., dict[str, Any]]:
    def arguments(definition: str = "Task", override: Any = None, **variables: str) -> dict[str, Any]:
        environment = [{"Name": name, "Value": value} for name, value in variables.items()]
        return {
            "Cluster": stack.physical_id("Cluster"),
            "TaskDefinition": stack.physical_id(definition),
            "LaunchType": "FARGATE",
            "NetworkConfiguration": NETWORK,
            "Overrides": {"ContainerOverrides": [{"Name": "main", "Environment": environment, **(override or {})}]},
        }

    return arguments


Arguments = Callable[..., dict[str, Any]]


def test_sync_returns_the_task_when_it_has_stopped(machines: Machines, role: str, arguments: Arguments) -> None:
    ended = machines.call("ecs:runTask.sync", arguments(NAME="Ada"), role=role)
    assert ended.status == "SUCCEEDED", ended.cause
    stopped = ended.output
    assert (stopped["LastStatus"], stopped["StopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert stopped["StoppedReason"] == "Essential container in task exited"
    assert (stopped["LaunchType"], stopped["StartedBy"]) == ("FARGATE", "AWS Step Functions")
    [container] = stopped["Containers"]
    assert (container["Name"], container["ExitCode"], container["LastStatus"]) == ("main", 0, "STOPPED")
    assert stopped["CreatedAt"] <= stopped["StartedAt"] <= stopped["StoppedAt"]


def test_output_is_in_the_log_group(machines: Machines, stack: DeployedStack, role: str, arguments: Arguments) -> None:
    ended = machines.call("ecs:runTask.sync", arguments(NAME="Grace"), role=role)
    assert "hello Grace" in machines.logs(stack.physical_id("Logs"))
    names = {
        stream["logStreamName"]
        for stream in machines.local_aws.client("logs").describe_log_streams(logGroupName=stack.physical_id("Logs"))[
            "logStreams"
        ]
    }
    assert f"t/main/{ended.output['TaskArn'].rpartition('/')[2]}" in names


def test_another_exit_code_fails_the_state(machines: Machines, role: str, arguments: Arguments) -> None:
    ended = machines.call("ecs:runTask.sync", arguments(CODE="3"), role=role)
    assert (ended.status, ended.error) == ("FAILED", "States.TaskFailed")
    assert [container["ExitCode"] for container in ended.told["Containers"]] == [3]


def test_a_command_may_be_overridden(machines: Machines, role: str, arguments: Arguments) -> None:
    ended = machines.call("ecs:runTask.sync", arguments(override={"Command": ["exit 4"]}), role=role)
    assert ended.told["Containers"][0]["ExitCode"] == 4


def test_only_essential_containers_decide(machines: Machines, role: str, arguments: Arguments) -> None:
    ended = machines.call("ecs:runTask.sync", arguments("Pair", PAUSE="0.5"), role=role)
    assert ended.status == "SUCCEEDED", ended.cause
    codes = {container["Name"]: container["ExitCode"] for container in ended.output["Containers"]}
    assert codes == {"main": 0, "sidecar": 143}


def test_spot_runs_too_and_nobody_waits_without_sync(machines: Machines, role: str, arguments: Arguments) -> None:
    given = arguments(PAUSE="60")
    del given["LaunchType"]
    given["CapacityProviderStrategy"] = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    ended = machines.call("ecs:runTask", {**given, "Count": 2}, role=role)
    assert ended.output["Failures"] == []
    first, second = ended.output["Tasks"]
    assert (first["LastStatus"], first["DesiredStatus"]) == ("PROVISIONING", "RUNNING")
    assert second["CapacityProviderName"] == "FARGATE_SPOT"
    ecs = machines.local_aws.client("ecs")
    wanted = {"cluster": given["Cluster"], "tasks": [first["TaskArn"], second["TaskArn"]]}

    def states() -> list[str]:
        return [task["lastStatus"] for task in ecs.describe_tasks(**wanted)["tasks"]]

    assert until(lambda: states() == ["RUNNING", "RUNNING"])
    assert set(ecs.list_tasks(cluster=given["Cluster"], family="greet")["taskArns"]) == set(wanted["tasks"])
    for arn in wanted["tasks"]:
        ecs.stop_task(cluster=given["Cluster"], task=arn, reason="enough")
    assert until(lambda: states() == ["STOPPED", "STOPPED"])
    stopped = ecs.describe_tasks(**wanted)["tasks"][0]
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "enough")
    assert stopped["containers"][0]["exitCode"] == 143


def test_a_stopped_execution_stops_its_task(machines: Machines, role: str, arguments: Arguments) -> None:
    given = arguments("Task", PAUSE="60", NAME="stopped")
    ecs = machines.local_aws.client("ecs")
    execution = machines.start(task("ecs:runTask.sync", given), role=role)
    assert until(lambda: ecs.list_tasks(cluster=given["Cluster"])["taskArns"])
    [arn] = ecs.list_tasks(cluster=given["Cluster"])["taskArns"]
    machines.states.stop_execution(executionArn=execution)
    ecs.get_waiter("tasks_stopped").wait(cluster=given["Cluster"], tasks=[arn], WaiterConfig={"Delay": 1})
    [found] = ecs.describe_tasks(cluster=given["Cluster"], tasks=[arn])["tasks"]
    assert found["stopCode"] == "UserInitiated"
    assert machines.wait(execution).status == "ABORTED"


@pytest.mark.parametrize(
    ("without", "denied"),
    [
        ("ecs:RunTask", "ecs:RunTask on resource: arn:aws:ecs:"),
        ("iam:PassRole", "iam:PassRole on resource: arn:aws:iam:"),
    ],
)
def test_a_state_machine_needs_its_rights(machines: Machines, arguments: Arguments, without: str, denied: str) -> None:
    role = machines.role("states", *(right for right in RIGHTS if right != without))
    ended = machines.call("ecs:runTask.sync", arguments(), role=role)
    assert ended.error == "ECS.AccessDeniedException"
    assert f" is not authorized to perform: {denied}" in str(ended.cause)


def test_a_task_whose_execution_role_may_not_write_logs_does_not_start(
    machines: Machines, role: str, arguments: Arguments
) -> None:
    given = arguments()
    given["Overrides"]["ExecutionRoleArn"] = machines.role("ecs-tasks")
    ended = machines.call("ecs:runTask.sync", given, role=role)
    assert (ended.error, ended.told["StopCode"]) == ("States.TaskFailed", "TaskFailedToStart")
    assert "logs:CreateLogStream" in ended.told["StoppedReason"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"launchType": "EC2"}, "InvalidParameterException", "No Container Instances were found in your cluster."),
        ({"networkConfiguration": {}}, "InvalidParameterException", "Network Configuration must be provided"),
        ({"taskDefinition": "nothing"}, "ClientException", "Unable to describe task definition."),
        ({"cluster": "nowhere"}, "ClusterNotFoundException", "Cluster not found."),
        (
            {"overrides": {"containerOverrides": [{"name": "other"}]}},
            "InvalidParameterException",
            "Override for container named other is not a container in the TaskDefinition.",
        ),
    ],
)
def test_refusals(local_aws: LocalAws, stack: DeployedStack, change: dict[str, Any], code: str, message: str) -> None:
    request = {
        "cluster": stack.physical_id("Cluster"),
        "taskDefinition": "greet",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    }
    with pytest.raises(ClientError, match=message) as error:
        local_aws.client("ecs").run_task(**{**request, **change})
    assert error.value.response["Error"]["Code"] == code


def test_a_template_may_change_its_definition_and_go(local_aws: LocalAws) -> None:
    cloudformation, ecs = local_aws.client("cloudformation"), local_aws.client("ecs")

    def template(cpu: str) -> str:
        properties = {"Family": "changing", "Cpu": cpu, "Memory": "1024", "ContainerDefinitions": [SIDECAR]}
        return json.dumps({"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}}})

    def active() -> list[str]:
        return list(ecs.list_task_definitions(familyPrefix="changing")["taskDefinitionArns"])

    cloudformation.create_stack(StackName="Changing", TemplateBody=template("256"))
    cloudformation.update_stack(StackName="Changing", TemplateBody=template("512"))
    [arn] = active()
    assert arn.endswith(":2")
    assert ecs.describe_task_definition(taskDefinition="changing")["taskDefinition"]["cpu"] == "512"
    cloudformation.delete_stack(StackName="Changing")
    assert active() == []
