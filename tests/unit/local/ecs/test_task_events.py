"""Each new status of a task is an event, as Amazon ECS sends it."""

from types import SimpleNamespace
from typing import Any, cast

from constructs_lib.local.account import Location
from constructs_lib.local.ecs.tasks import Tasks
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.events.task_events import TaskEvents
from constructs_lib.local.runners import Ending

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/main"


class Clock:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.25

    def now(self) -> float:
        self.seconds += 1
        return self.seconds


class Bus:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    def is_heard(self, **_: Any) -> bool:
        return True

    def send(self, *event: Any) -> None:
        self.sent.append(event)


class Runner:
    """Runs what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.started: list[tuple[Any, Any]] = []
        self.stopped: list[float] = []

    def start(self, _: Any, on_start: Any, on_end: Any) -> Any:
        self.started.append((on_start, on_end))
        return SimpleNamespace(stop=self.stopped.append)


def test_a_task_tells_of_its_life() -> None:
    clock, bus, runner = cast("Any", Clock()), Bus(), Runner()
    tasks = Tasks(clock, TaskEvents(cast("DefaultBus", bus), clock).changed)
    tasks.begin(cast("Any", runner))
    definition = SimpleNamespace(
        family="f",
        arn="arn:aws:ecs:us-east-1:123456789012:task-definition/f:1",
        revision=1,
        container_definitions=[{"name": name, "image": "busybox"} for name in ("main", "other")],
        requires_compatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        volumes=[],
        task_role_arn=None,
    )
    arn = tasks.run(definition, CLUSTER, "FARGATE", {"startedBy": "test", "tags": [{"key": "a", "value": "b"}]})[
        "taskArn"
    ]
    for on_start, _ in runner.started:
        on_start()
    for _, on_end in runner.started:
        on_end(Ending(0))
    found = [detail for *_, detail in bus.sent]
    assert [detail["lastStatus"] for detail in found] == ["PROVISIONING", "PENDING", "RUNNING", "STOPPING", "STOPPED"]
    assert [detail["version"] for detail in found] == [1, 2, 3, 4, 5]
    assert bus.sent[0][:4] == (Location("123456789012", "us-east-1"), "aws.ecs", "ECS Task State Change", [arn])
    last = found[-1]
    assert (last["stopCode"], last["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert [container["exitCode"] for container in last["containers"]] == [0, 0]
    assert last["createdAt"] == "2023-11-14T22:13:21.250Z"
    assert "tags" not in last
