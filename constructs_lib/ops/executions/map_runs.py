"""Distributed Maps while they run: how many items there are in each state, and what the jobs of their batches do.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.ops.account import Account
from constructs_lib.ops.executions.job_states import FINAL, JobStates
from constructs_lib.ops.histories.course import FAILED, RUNNING, SUCCEEDED, Course, Task
from constructs_lib.ops.histories.histories import History

_BATCHES: Final = 50
"""So many of the batches that run are looked into."""
_CALLS: Final = 4
"""Histories of batches that are read at a look, those that were not read for longest."""
_STATES: Final = {
    "pending": "PENDING",
    "running": RUNNING,
    "succeeded": SUCCEEDED,
    "failed": FAILED,
    "timedOut": FAILED,
    "aborted": FAILED,
}


@dataclass
class _Batch:
    history: History
    course: Course = field(default_factory=Course)
    read: int = 0

    @property
    def job(self) -> Task | None:
        """The job that it waits for."""
        tasks = [task for _, task in self.course.tasks() if task.job]
        return tasks[-1] if tasks else None


@dataclass
class _Run:
    described: dict[str, Any] = field(default_factory=dict)
    batches: dict[str, _Batch] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return bool(self.described) and self.described["status"] != RUNNING


@dataclass
class MapRuns:
    """The Map Runs of an execution.

    Args:
        account: where they are.
    """

    account: Account
    _runs: dict[str, _Run] = field(default_factory=dict, init=False)
    _looks: int = field(default=0, init=False)

    def look(self, arns: Sequence[str]) -> None:
        """Ask for those that have not ended."""
        self._looks += 1
        client = self.account.client("stepfunctions")
        for arn in arns:
            run = self._runs.setdefault(arn, _Run())
            if run.has_ended:
                continue
            run.described = client.describe_map_run(mapRunArn=arn)
            self._look_into(arn, run)

    @property
    def tasks(self) -> list[Task]:
        """The jobs that the batches wait for, as far as they were looked into."""
        return [job for run in self._runs.values() for batch in run.batches.values() if (job := batch.job)]

    def total(self, arns: Sequence[str]) -> int | None:
        """How many items they have; None if nothing is known yet."""
        return sum(int(self._items(arn).get("total", 0)) for arn in arns) or None

    def counts(self, arn: str, jobs: JobStates) -> Counter[str]:
        """How many items of a Map Run there are, by state.

        Args:
            arn: of the Map Run.
            jobs: the states of the jobs of `tasks`.
        """
        items = self._items(arn)
        counts = Counter[str]()
        for name, state in _STATES.items():
            counts[state] += int(items.get(name, 0))
        inside = sum((jobs.of(job) for batch in self._runs[arn].batches.values() if (job := batch.job)), Counter[str]())
        known = min(inside.total(), counts[RUNNING])
        if known and known == inside.total():
            counts["PENDING"] += counts[RUNNING] - known
            counts[RUNNING] = 0
            counts += inside
        return +counts

    def _items(self, arn: str) -> dict[str, int]:
        run = self._runs.get(arn)
        return dict(run.described.get("itemCounts", {})) if run else {}

    def _look_into(self, arn: str, run: _Run) -> None:
        if run.has_ended:
            run.batches = {}
            return
        page = self.account.client("stepfunctions").list_executions(
            mapRunArn=arn, statusFilter=RUNNING, maxResults=_BATCHES
        )["executions"]
        running = [item["executionArn"] for item in page]
        if any(":express:" in name for name in running):
            return  # no history, so nothing to look into
        run.batches = {name: run.batches.get(name) or _Batch(History(self.account, name)) for name in running}
        unclear = [batch for batch in run.batches.values() if batch.job is None or batch.job.status in FINAL]
        waiting = [batch for batch in run.batches.values() if batch not in unclear]
        for batch in (
            sorted([*unclear], key=lambda item: item.read)[:_CALLS] or sorted(waiting, key=lambda item: item.read)[:1]
        ):
            batch.read = self._looks
            batch.course.take_all(batch.history.new())
