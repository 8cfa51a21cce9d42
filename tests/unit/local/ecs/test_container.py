"""From a task definition and overrides to what runners run."""

from types import SimpleNamespace
from typing import Any

import pytest

from constructs_lib.local.ecs.container import TaskContainer, TaskRequest, containers_of
from constructs_lib.local.images.program import ImageProgram
from constructs_lib.local.job_environment.variables import Variables
from constructs_lib.local.runners.container.words import create_words

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/main"
MAIN = {
    "name": "main",
    "image": "busybox",
    "entryPoint": ["sh", "-c"],
    "command": ["echo $A $B"],
    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-stream-prefix": "p"}},
}
OTHER = {"name": "other", "image": "busybox", "essential": False, "memory": 64, "stopTimeout": 5}


def definition(**fields: Any) -> Any:
    known: dict[str, Any] = {
        "family": "f",
        "arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/f:1",
        "revision": 1,
        "container_definitions": [MAIN, OTHER],
        "requires_compatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "volumes": [],
        "task_role_arn": "arn:aws:iam::123456789012:role/task",
    }
    return SimpleNamespace(**{**known, **fields})


def made(**overrides: Any) -> list[TaskContainer]:
    return containers_of(TaskRequest(definition(), overrides, "t1", CLUSTER, 5.0))


def variables(container: TaskContainer) -> dict[str, str]:
    return Variables(lambda _: {}, lambda *_: "").of_job(container)


def test_each_container_is_an_attempt_with_a_log_stream_of_its_own() -> None:
    main, other = made()
    assert (main.attempt.log_stream, other.attempt.log_stream) == ("p/main/t1", "ecs/other/t1")
    assert (main.essential, other.essential) == (True, False)
    assert (main.stop_seconds, other.stop_seconds) == (30.0, 5.0)
    assert (main.spec.vcpus, main.spec.memory, other.spec.memory) == (0.5, 1024, 64)
    assert other.spec.container["logConfiguration"] == {"logDriver": "none"}


def test_overrides_are_for_the_container_that_they_name() -> None:
    environment = [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]
    main, other = made(containerOverrides=[{"name": "main", "command": ["true"], "environment": environment}])
    assert main.spec.container["command"] == ["true"]
    assert variables(main) == {"A": "1", "B": "3", "C": "4", "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"}
    assert variables(other) == {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"}


@pytest.mark.parametrize(
    ("overrides", "role"), [({}, "role/task"), ({"taskRoleArn": "arn:aws:iam::123456789012:role/mine"}, "role/mine")]
)
def test_roles_are_those_of_the_definition_unless_overridden(overrides: dict[str, str], role: str) -> None:
    main, _ = made(**overrides)
    assert main.spec.container["jobRoleArn"].endswith(role)
    assert "executionRoleArn" not in main.spec.container


def test_an_entry_point_takes_the_place_of_the_images_own() -> None:
    main, _ = made()
    engine: Any = SimpleNamespace(shares_network=False, limits_memory=False, limits_cpu=False, create_words=())
    volumes: Any = SimpleNamespace(of=lambda *_: {})
    words = create_words(main, "image", {}, engine, volumes)
    assert words == ["--entrypoint", "sh", "image", "-c", "echo $A $B"]
    assert ImageProgram(entrypoint=("sh", "-c")).argv(main.spec.container["command"])[1:] == ["-c", "echo $A $B"]
