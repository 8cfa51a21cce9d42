"""How far an execution is, with few calls, and through errors of AWS."""

from typing import Any

import pytest

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.executions.following import follow
from constructs_lib.ops.executions.progress import Progress, Watch
from tests.unit.ops.aws_of_tests import MadeUp, client_error
from tests.unit.ops.histories_of_tests import BEGIN, EXECUTION, Written

JOBS = 10_000


class Account(MadeUp):
    """An execution with one array job of 10,000 children."""

    def __init__(self) -> None:
        super().__init__(
            get_execution_history=self._history,
            describe_jobs=self._describe,
            list_jobs=self._list,
            list_executions=dict,
        )
        self.written = Written()
        self.written.start()
        self.written.enter("Task", "Render", 0)
        self.submitted = self.written.submit("tiles", name="tiles", size=JOBS)
        self.counts: dict[str, int] = {"RUNNABLE": JOBS}
        self.status = "PENDING"

    def _history(self, *, reverseOrder: bool = False, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {"events": self.written.events[:: -1 if reverseOrder else 1]}

    def _describe(self, jobs: list[str]) -> dict[str, Any]:
        properties = {"size": JOBS, "statusSummary": {**dict.fromkeys(("FAILED", "STARTING"), 0), **self.counts}}
        return {"jobs": [{"jobId": job, "status": self.status, "arrayProperties": properties} for job in jobs]}

    def _list(self, **_: Any) -> dict[str, Any]:
        child = {"jobName": "tiles", "statusReason": "Essential container in task exited", "container": {"exitCode": 3}}
        indexes = range(50)
        return {
            "jobSummaryList": [
                {**child, "jobId": f"tiles:{index}", "arrayProperties": {"index": index}, "stoppedAt": 1000 * index}
                for index in indexes
            ]
        }


def watch_of(account: Account, seconds: float = 0) -> Watch:
    clock = [BEGIN.timestamp() + seconds]
    watch = Watch(account, EXECUTION, now=lambda: clock[0])  # type: ignore[arg-type]
    watch.clock = clock  # type: ignore[attr-defined]
    return watch


def test_ten_thousand_children_are_two_calls_a_look() -> None:
    account = Account()
    watch = watch_of(account)
    watch.look()
    account.calls.clear()
    account.counts = {"RUNNABLE": 9_000, "RUNNING": 800, "SUCCEEDED": 200}
    [stage] = watch.look().stages
    assert [name for name, _ in account.calls] == ["get_execution_history", "describe_jobs"]
    assert (stage.name, stage.total, stage.done) == ("Render", JOBS, 200)
    assert stage.counts == {"RUNNABLE": 9_000, "RUNNING": 800, "SUCCEEDED": 200}


def test_the_pace_is_that_of_the_last_while_and_says_how_long_it_still_takes() -> None:
    account = Account()
    watch = watch_of(account)
    assert watch.look().stages[0].remaining_seconds is None
    for minute in range(1, 11):
        watch.clock[0] += 60  # type: ignore[attr-defined]
        account.counts = {"RUNNING": JOBS - 100 * minute, "SUCCEEDED": 100 * minute}
        [stage] = watch.look().stages
    assert stage.per_minute == pytest.approx(100)
    assert stage.remaining_seconds == pytest.approx((JOBS - 1_000) / 100 * 60)


def test_the_children_that_failed_last_are_told_and_the_array_job_itself_is_not() -> None:
    account = Account()
    watch = watch_of(account)
    account.counts = {"FAILED": 50, "RUNNABLE": JOBS - 50}
    progress = watch.look()
    assert [failure.index for failure in progress.failures] == [*range(45, 50)]
    assert (progress.failures[0].reason, progress.failures[0].exit_code) == ("Essential container in task exited", 3)
    account.calls.clear()
    watch.look()
    assert "list_jobs" not in [name for name, _ in account.calls]
    account.counts, account.status = {"FAILED": 50, "SUCCEEDED": JOBS - 50}, "FAILED"
    account.written.add("ExecutionFailed", account.written.fail("tiles"), error="States.TaskFailed", cause="no")
    progress = watch.look()
    assert (progress.status, len(progress.failures), progress.stages[0].status) == ("FAILED", 5, "FAILED")


def test_many_single_jobs_are_described_in_turn() -> None:
    account = Account()
    written = account.written
    begun = written.add("MapStateStarted", written.enter("Map", "Each"), length=3_000)
    for index in range(3_000):
        iteration = written.add("MapIterationStarted", begun, name="Each", index=index)
        written.submit(f"job-{index}", written.enter("Task", "Run", iteration))
    watch = watch_of(account)
    watch.look()
    assert sum(name == "describe_jobs" for name, _ in account.calls) == 10
    account.calls.clear()
    watch.look()
    asked = {job for name, given in account.calls if name == "describe_jobs" for job in given["jobs"]}
    assert len(asked) == 1_000
    assert "job-1500" in asked


def test_what_runs_again_elsewhere_counts_once() -> None:
    account = Account()
    written = Written()
    account.written = written
    written.start()
    written.enter("Pass", "Tiles: Read items", 0)
    written.leave("Pass", "Tiles: Read items", output={"fanOut": {"name": "Tiles", "version": 1}})
    written.enter("Pass", "Tiles: Plan jobs")
    written.leave("Pass", "Tiles: Plan jobs", output={"total": JOBS, "resultsUri": "s3://b/r"})
    written.enter("Task", "Tiles: Run array job")
    written.submit("tiles", size=JOBS)
    account.counts, account.status = {"FAILED": 40, "SUCCEEDED": JOBS - 40}, "FAILED"
    watch = watch_of(account)
    watch.look()
    written.enter(
        "Task", "Tiles: Run array job on demand", written.leave("Task", "Tiles: Run array job", written.fail("tiles"))
    )
    written.submit("again", size=40)
    account.counts = {"RUNNING": 30, "SUCCEEDED": 10}
    [stage] = watch.look().stages
    assert (stage.total, stage.counts) == (JOBS, {"SUCCEEDED": JOBS - 30, "RUNNING": 30})


class Unwell(Account):
    """The same, where the first looks fail."""

    def __init__(self, *codes: str) -> None:
        super().__init__()
        self.codes = list(codes)

    def _history(self, **given: Any) -> dict[str, Any]:
        if self.codes:
            raise client_error(self.codes.pop(0), "GetExecutionHistory")
        return super()._history(**given)


def test_throttling_is_told_and_lived_through() -> None:
    account = Unwell("ThrottlingException", "ServiceUnavailable")
    account.written.add("ExecutionSucceeded", output={})
    troubles: list[str] = []
    pauses: list[float] = []
    ended = follow(watch_of(account), on_trouble=troubles.append, pause=pauses.append)
    assert (ended.status, pauses) == ("SUCCEEDED", [5.0, 5.0])
    assert "ThrottlingException" in troubles[0]
    assert troubles[0].endswith("looking again in 5 s")


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken"])
def test_credentials_that_expire_meanwhile_are_one_line_that_says_how_to_go_on(code: str) -> None:
    seen: list[Progress] = []
    account = Account()

    def expire(_: float) -> None:
        account.answers["get_execution_history"] = Unwell(code)._history

    with pytest.raises(OperationError, match="the credentials have expired, and monday runs on: renew them") as told:
        follow(watch_of(account), seen.append, pause=expire)
    assert f"go on with `constructs-lib status {EXECUTION}`" in str(told.value)
    assert seen[0].is_running


def test_what_is_refused_is_not_tried_again() -> None:
    with pytest.raises(Exception, match="AccessDeniedException"):
        follow(watch_of(Unwell("AccessDeniedException")), pause=lambda _: None)


def test_an_execution_that_was_just_started_may_be_unknown_for_a_moment() -> None:
    account = Unwell("ExecutionDoesNotExist")
    account.written.add("ExecutionSucceeded", output={})
    seen: list[Progress] = []
    assert follow(watch_of(account), seen.append, pause=lambda _: None).status == "SUCCEEDED"
    assert [(progress.began, progress.is_running) for progress in seen] == [(None, True), (BEGIN, False)]


def test_an_execution_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_of(Unwell(*["ExecutionDoesNotExist"] * 2))
    watch.look()
    monkeypatch.setattr(watch, "_made", watch._made - 60)
    with pytest.raises(OperationError, match="monday does not exist: Step Functions keeps executions for 90 days"):
        watch.look()
