"""An Amazon ECS for the tests of `EcsTaskFanOut`: tasks that end by a plan."""

import json
from collections.abc import Sequence
from typing import Any

from tests.unit.workflows.interpreter import Execution, Failure

RECLAIMED = "SpotInterruption"
EXITED = "EssentialContainerExited"


def variables(call: dict[str, Any]) -> dict[str, str]:
    [override] = call["Overrides"]["ContainerOverrides"]
    assert override["Name"] == "Worker"
    return {item["Name"]: item["Value"] for item in override["Environment"]}


def stopped(name: str, code: str, exit_code: int | None) -> dict[str, Any]:
    container = {"Name": "Worker"} | ({} if exit_code is None else {"ExitCode": exit_code})
    return {"TaskArn": f"arn:aws:ecs:::task/c/{name}", "StopCode": code, "Containers": [{"Name": "Sidecar"}, container]}


class Ecs:
    """Runs tasks by a plan: by the index of an item, how its attempts end; the last one again and again."""

    def __init__(self, plan: dict[int, Sequence[tuple[str, int | None]]] | None = None) -> None:
        self.plan, self.calls, self.stored = plan or {}, list[dict[str, Any]](), list[Any]()

    def run_task(self, arguments: dict[str, Any]) -> Any:
        self.calls.append(arguments)
        index = int(variables(arguments)["ITEM_INDEX"])
        attempt = sum(variables(call)["ITEM_INDEX"] == str(index) for call in self.calls)
        endings = self.plan.get(index, [(EXITED, 0)])
        code, exit_code = endings[min(attempt, len(endings)) - 1]
        if "." in code:
            raise Failure(code, "Capacity is unavailable at this time." if exit_code else "Not like this.")
        description = stopped(f"task-{index}-{attempt}", code, exit_code)
        if code != EXITED or exit_code:
            raise Failure("States.TaskFailed", json.dumps(description))
        return description

    def run(self, machine: dict[str, Any], given: Any) -> Any:
        tasks = {"runTask.sync": self.run_task, "putObject": self.stored.append}
        return Execution(tasks).run(machine, given)
