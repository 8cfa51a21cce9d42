"""What an execution has started is found in its history, in those of nested executions, and in those of its batches."""

from typing import Any

import pytest

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.histories.started import started_tasks
from constructs_lib.ops.logs.job_selection import Wanted, of_tasks
from tests.unit.ops.aws_of_tests import MadeUp, client_error
from tests.unit.ops.histories_of_tests import EXECUTION, Written

MAP_RUN = "arn:aws:states:eu-west-1:111122223333:mapRun:Nightly/Each:1"


def nested(arn: str) -> Written:
    """An execution that starts another one, and waits for it."""
    written = Written()
    written.start()
    written.enter("Task", "Nested", 0)
    of = {"resourceType": "states", "resource": "startExecution.sync:2"}
    written.add("TaskScheduled", **of, region="eu-west-1", parameters={})
    written.add("TaskSubmitted", **of, output={"ExecutionArn": arn})
    return written


def submitting(job: str, size: int | None = None, first: int = 0) -> Written:
    written = Written()
    written.start()
    written.enter("Task", "Submit", 0)
    variables = [{"Name": "ITEM_INDEX", "Value": str(first)}]
    given = {"ContainerOverrides": {"Environment": variables}, **({"ArrayProperties": {"Size": size}} if size else {})}
    of = {"resourceType": "batch", "resource": "submitJob.sync"}
    written.add("TaskScheduled", **of, region="eu-west-1", parameters=given)
    written.add("TaskSubmitted", **of, output={"JobId": job})
    return written


class Account(MadeUp):
    """Executions with their histories."""

    def __init__(self, **histories: Written) -> None:
        super().__init__(get_execution_history=self._history, list_executions=self._list)
        self.histories = {EXECUTION if name == "root" else name: written for name, written in histories.items()}

    def _history(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        if executionArn not in self.histories:
            raise client_error("ExecutionDoesNotExist")
        return {"events": self.histories[executionArn].events}

    def _list(self, *, mapRunArn: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        assert mapRunArn == MAP_RUN
        return {"executions": [{"executionArn": name} for name in self.histories if name.startswith("batch")]}


def distributed(**batches: Written) -> Account:
    written = Written()
    written.start()
    written.enter("Map", "Each", 0)
    written.add("MapStateStarted", length=0)
    written.add("MapRunStarted", mapRunArn=MAP_RUN)
    return Account(root=written, **batches)


def jobs(account: Account, **options: Any) -> list[tuple[str, str | None]]:
    found = started_tasks(account, EXECUTION, **options)  # type: ignore[arg-type]
    return [(item.stage, item.task.job) for item in found if item.task.job]


def test_the_jobs_of_nested_executions_are_found() -> None:
    account = Account(root=nested("inner"), inner=nested("innermost"), innermost=submitting("a"))
    assert jobs(account) == [("Submit", "a")]


def test_executions_that_start_each_other_end() -> None:
    account = Account(root=nested("inner"), inner=nested("inner"))
    assert jobs(account) == []
    assert len(account.calls) < 10


def test_the_jobs_of_batches_belong_to_their_map_state() -> None:
    counted: list[int] = []
    account = distributed(**{f"batch{number}": submitting(f"job-{number}") for number in range(30)})
    assert jobs(account, seen=counted.append) == [("Each", f"job-{number}") for number in range(30)]
    assert counted[-1] == 31


def test_an_execution_that_cannot_be_looked_into_is_told_and_hides_no_other() -> None:
    notes: list[str] = []
    account = Account(root=nested("arn:aws:states:eu-west-1:1:express:Inner:a:b"))
    account.answers["describe_state_machine"] = lambda **_: {"loggingConfiguration": {"level": "OFF"}}
    account.histories[EXECUTION].submit("after", account.histories[EXECUTION].enter("Task", "Last", 0))
    assert jobs(account, note=notes.append) == [("Last", "after")]
    assert "Step Functions keeps no history of it" in notes[0]


def test_one_that_is_gone_is_an_error_itself() -> None:
    with pytest.raises(OperationError, match="keeps executions for 90 days"):
        jobs(Account())


def test_the_jobs_of_an_item_are_those_that_work_on_it() -> None:
    batches = {
        "batch1": submitting("a", 10),
        "batch2": submitting("b", 5, first=10),
        "batch3": submitting("c", first=15),
    }
    account = distributed(**batches)
    tasks = [*started_tasks(account, EXECUTION)]  # type: ignore[arg-type]
    found = {index: [*of_tasks(account, tasks, Wanted(index))] for index in (0, 9, 10, 14, 15, 16)}  # type: ignore[arg-type]
    assert found == {0: ["a:0"], 9: ["a:9"], 10: ["b:0"], 14: ["b:4"], 15: ["c"], 16: []}
