"""The streams of tasks that ran on Amazon ECS follow from their definitions."""

from typing import Any

from constructs_lib.ops.histories.course import Course
from constructs_lib.ops.histories.started import started_tasks
from constructs_lib.ops.logs.ecs_logs import ecs_sources
from tests.unit.ops.aws_of_tests import MadeUp, client_error
from tests.unit.ops.histories_of_tests import EXECUTION, Written

DEFINITION = "arn:aws:ecs:eu-west-1:111122223333:task-definition/Publish:3"
AWSLOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "group", "awslogs-stream-prefix": "publish"}}


def sources(*containers: dict[str, Any] | None, tasks: int = 2) -> tuple[list[Any], list[str], MadeUp]:
    """Of a Map state with a task for each item: streams, notes, and who was asked."""

    def describe(**_: Any) -> dict[str, Any]:
        if containers == (None,):
            raise client_error("ClientException")
        return {"taskDefinition": {"containerDefinitions": [*containers]}}

    written = Written()
    written.start()
    begun = written.add("MapStateStarted", written.enter("Map", "Each", 0), length=tasks)
    of = {"resourceType": "ecs", "resource": "runTask.sync"}
    for index in range(tasks):
        written.enter("Task", "Publish", written.add("MapIterationStarted", begun, name="Each", index=index))
        written.add("TaskScheduled", **of, region="eu-west-1", parameters={})
        arn = f"arn:aws:ecs:eu-west-1:111122223333:task/cluster/{index}"
        written.add("TaskSubmitted", **of, output={"Tasks": [{"TaskArn": arn, "TaskDefinitionArn": DEFINITION}]})
    account: Any = MadeUp(describe_task_definition=describe)
    notes: list[str] = []
    course = Course().take_all(written.events)
    found = ecs_sources(account, started_tasks(account, EXECUTION, course=course), note=notes.append)
    return [*found], notes, account


def test_a_task_has_a_stream_for_each_container_and_its_definition_is_asked_for_once() -> None:
    found, notes, account = sources(
        {"name": "worker", "logConfiguration": AWSLOGS}, {"name": "proxy", "logConfiguration": AWSLOGS}
    )
    assert [(source.shown, source.stream) for source in found] == [
        ("Each[0]/worker", "publish/worker/0"),
        ("Each[0]/proxy", "publish/proxy/0"),
        ("Each[1]/worker", "publish/worker/1"),
        ("Each[1]/proxy", "publish/proxy/1"),
    ]
    assert (notes, len(account.calls)) == ([], 1)


def test_a_container_that_writes_elsewhere_and_a_definition_that_is_gone_are_told_once() -> None:
    found, notes, _ = sources({"name": "worker", "logConfiguration": {"logDriver": "splunk"}})
    assert (found, notes) == ([], [f"container worker of {DEFINITION} writes to no stream that can be found"])
    found, notes, _ = sources(None)
    assert (found, notes) == ([], [f"the task definition {DEFINITION}: it says ClientException"])
