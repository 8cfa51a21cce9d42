"""How many jobs and children there are in each state, of jobs that are asked for again and again.

An array job counts its children by itself, so that 10,000 of them are one entry of one call. Of very many single jobs
a part is described at each look, so that AWS does not throttle.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ArrayPropertiesDetail.html
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.limits import MAX_DESCRIBE_JOBS
from constructs_lib.ops.account import Account
from constructs_lib.ops.executions.executions_now import Failure, failure_of
from constructs_lib.ops.histories.course import FAILED, SUCCEEDED, Task

FINAL: Final = frozenset({SUCCEEDED, FAILED})
_CALLS: Final = 10
"""At most as many calls of DescribeJobs a look."""


@dataclass(slots=True)
class _Known:
    counts: Counter[str]
    is_final: bool = False
    size: int | None = None


@dataclass
class JobStates:
    """The states of jobs that tasks have submitted.

    Args:
        account: where they are.
    """

    account: Account
    _known: dict[str, _Known] = field(default_factory=dict, init=False)
    _open: deque[str] = field(default_factory=deque, init=False)
    _told: dict[str, int] = field(default_factory=dict, init=False)

    def look(self, tasks: list[Task]) -> None:
        """Ask for those that have not ended.

        Args:
            tasks: all that submitted a job.
        """
        for task in tasks:
            if task.job and task.job not in self._known:
                self._known[task.job] = _Known(Counter({"SUBMITTED": task.size or 1}), size=task.size)
                self._open.append(task.job)
            if task.job and task.told and not self._known[task.job].is_final:
                self._note_told(task.job, task.told)
        self._describe()

    def of(self, task: Task) -> Counter[str]:
        """Of one task: its job, or the children of its array job, by state."""
        return self._known[task.job].counts if task.job in self._known else Counter()

    def failed_children(self, tasks: list[Task], at_most: int) -> list[Failure]:
        """Children that failed, of the array job that has more of them than at the last call; the newest last.

        Args:
            tasks: that submitted array jobs.
            at_most: so many.
        """
        for task in tasks:
            failed = self.of(task)[FAILED]
            if task.job and self._known[task.job].size and failed != self._told.get(task.job, 0):
                self._told[task.job] = failed
                return _newest(self.account, task.job, at_most)
        return []

    def _note_told(self, job: str, told: dict[str, Any]) -> None:
        """What a task's result has of its job; of an array job it may lack how many children failed."""
        known = self._known[job]
        properties = told.get("ArrayProperties") or {}
        if summary := properties.get("StatusSummary"):
            known.counts, known.is_final = Counter({key: int(value) for key, value in summary.items() if value}), True
        elif not (known.size or properties.get("Size")) and told.get("Status") in FINAL:
            known.counts, known.is_final = Counter({str(told["Status"]): 1}), True

    def _describe(self) -> None:
        calls = 0
        waiting = len(self._open)
        while waiting > 0 and calls < _CALLS:
            asked: list[str] = []
            while self._open and waiting > 0 and len(asked) < MAX_DESCRIBE_JOBS:
                job, waiting = self._open.popleft(), waiting - 1
                if not self._known[job].is_final:
                    asked.append(job)
            if asked:
                calls += 1
                self._ask(asked)
            self._open.extend(job for job in asked if not self._known[job].is_final)

    def _ask(self, jobs: list[str]) -> None:
        found = {job["jobId"]: job for job in self.account.client("batch").describe_jobs(jobs=jobs)["jobs"]}
        for job in jobs:
            known = self._known[job]
            if job not in found:  # AWS Batch forgets ended jobs after a week
                known.is_final = True
                continue
            status, properties = str(found[job]["status"]), found[job].get("arrayProperties", {})
            known.size = properties.get("size", known.size)
            summary = {key: value for key, value in properties.get("statusSummary", {}).items() if value}
            known.counts = Counter(summary or {status: known.size or 1})
            known.is_final = status in FINAL


def failures_of(account: Account, jobs: Sequence[str], at_most: int) -> list[Failure]:
    """Why some jobs failed, and children of array jobs; the newest last.

    Args:
        account: where they are.
        jobs: their ids, of which as many are described as one call takes.
        at_most: as many failures are told, and as many array jobs are asked for theirs.
    """
    found: list[Failure] = []
    for job in account.client("batch").describe_jobs(jobs=[*jobs][:MAX_DESCRIBE_JOBS])["jobs"]:
        if job.get("arrayProperties", {}).get("statusSummary", {}).get(FAILED):
            found += _newest(account, job["jobId"], at_most)
        elif job["status"] == FAILED:
            found.append(failure_of(job))
        if len(found) >= at_most:
            break
    return found[-at_most:]


def _newest(account: Account, job: str, at_most: int) -> list[Failure]:
    page = account.client("batch").list_jobs(arrayJobId=job, jobStatus=FAILED, maxResults=100)["jobSummaryList"]
    return sorted(map(failure_of, page), key=lambda failure: failure.time.timestamp() if failure.time else 0)[-at_most:]
