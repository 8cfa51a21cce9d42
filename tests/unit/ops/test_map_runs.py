"""How far a Distributed Map is: the counts of AWS, and of the batches that run what their jobs do."""

from collections import Counter
from typing import Any

from constructs_lib.ops.executions.progress import Watch
from tests.unit.ops.aws_of_tests import MadeUp
from tests.unit.ops.histories_of_tests import BEGIN, EXECUTION
from tests.unit.ops.test_started import MAP_RUN, distributed, submitting


class Running(MadeUp):
    """A Map Run of a million items in batches of 1,000, of which fifty run."""

    def __init__(self) -> None:
        self.inner = distributed(**{f"batch{number}": submitting(f"job-{number}", 1_000) for number in range(50)})
        super().__init__(
            get_execution_history=self._history,
            list_executions=self._list,
            describe_map_run=self._run,
            describe_jobs=self._jobs,
            list_jobs=lambda **_: {"jobSummaryList": []},
        )
        self.items = {"pending": 900_000, "running": 50_000, "succeeded": 49_990, "failed": 10, "total": 1_000_000}
        self.status = "RUNNING"

    def _history(self, *, executionArn: str, **_: Any) -> Any:  # noqa: N803 - AWS's name
        return self.inner._history(executionArn=executionArn)

    def _list(self, *, mapRunArn: str, **_: Any) -> Any:  # noqa: N803 - AWS's name
        return self.inner._list(mapRunArn=mapRunArn)

    def _run(self, *, mapRunArn: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        assert mapRunArn == MAP_RUN
        return {"status": self.status, "itemCounts": self.items}

    def _jobs(self, jobs: list[str]) -> dict[str, Any]:
        summary = {"RUNNABLE": 700, "RUNNING": 200, "SUCCEEDED": 90, "FAILED": 10}
        properties = {"size": 1_000, "statusSummary": summary}
        return {"jobs": [{"jobId": job, "status": "PENDING", "arrayProperties": properties} for job in jobs]}


def test_the_jobs_of_running_batches_say_more_than_that_they_run() -> None:
    account = Running()
    watch = Watch(account, EXECUTION, now=BEGIN.timestamp)  # type: ignore[arg-type]
    looks = []
    for _ in range(15):
        account.calls.clear()
        [stage] = watch.look().stages
        looks.append(len(account.calls))
    assert stage.total == 1_000_000
    assert stage.counts == {
        "PENDING": 900_000,
        "RUNNABLE": 35_000,
        "RUNNING": 10_000,
        "SUCCEEDED": 49_990 + 4_500,
        "FAILED": 10 + 500,
    }
    assert max(looks) <= 9  # of which four are histories of batches that were not known


def test_of_a_run_that_has_ended_nothing_more_is_asked() -> None:
    account = Running()
    account.status, account.items = "SUCCEEDED", {"succeeded": 7, "failed": 1, "aborted": 2, "total": 10}
    watch = Watch(account, EXECUTION, now=BEGIN.timestamp)  # type: ignore[arg-type]
    [stage] = watch.look().stages
    assert (stage.total, Counter(stage.counts)) == (10, Counter(SUCCEEDED=7, FAILED=3))
    account.calls.clear()
    watch.look()
    assert {name for name, _ in account.calls} == {"get_execution_history"}
