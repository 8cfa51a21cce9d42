"""When stages and jobs of an execution ran is read in few calls, also of jobs that AWS Batch has forgotten."""

from typing import Any

from constructs_lib.ops.reports.timelines import look_at_timeline
from tests.unit.ops.aws_of_tests import MadeUp
from tests.unit.ops.histories_of_tests import BEGIN, EXECUTION, Written

START = BEGIN.timestamp()


class Account(MadeUp):
    """An execution with a job that was forgotten, and an array job of 2,500 children."""

    def __init__(self) -> None:
        super().__init__(
            get_execution_history=lambda **_: {"events": self.written.events},
            describe_jobs=lambda jobs: {"jobs": [self.jobs[job] for job in jobs if job in self.jobs]},
            list_jobs=self._list,
        )
        summary = {**dict.fromkeys(("RUNNABLE", "FAILED"), 0), "SUCCEEDED": 2_400, "RUNNING": 100}
        self.jobs: dict[str, Any] = {"tiles": {"jobId": "tiles", "arrayProperties": {"statusSummary": summary}}}
        written = self.written = Written()
        written.start()
        prepared = written.submit("gone", written.enter("Task", "Prepare", 0), name="prepare")
        written.later(60)
        times = {"CreatedAt": (START + 1) * 1000, "StartedAt": (START + 20) * 1000, "StoppedAt": (START + 59) * 1000}
        written.leave("Task", "Prepare", written.succeed("gone", prepared, **times))
        written.submit("tiles", written.enter("Task", "Render"), name="tiles", size=2_500)

    def _list(self, *, arrayJobId: str, jobStatus: str, nextToken: int = 0) -> dict[str, Any]:  # noqa: N803
        assert arrayJobId == "tiles"
        total = {"SUCCEEDED": 2_400, "RUNNING": 100}.get(jobStatus, 0)
        page = range(nextToken, min(nextToken + 1_000, total))
        times = {"createdAt": (START + 60) * 1000, "startedAt": (START + 70) * 1000}
        ended = {"stoppedAt": (START + 80) * 1000} if jobStatus == "SUCCEEDED" else {}
        offset = 2_400 if jobStatus == "RUNNING" else 0
        children = [{"jobId": f"tiles:{offset + number}", "jobName": "tiles", **times, **ended} for number in page]
        return {"jobSummaryList": children} | ({"nextToken": page.stop} if page.stop < total else {})


def test_the_children_of_an_array_are_read_from_lists() -> None:
    account = Account()
    found = look_at_timeline(account, EXECUTION, now=lambda: START + 100)  # type: ignore[arg-type]
    lanes = {lane.name: lane for lane in found.lanes}
    assert lanes["Render"].jobs == 2_500
    assert {bar.outcome for bar in lanes["Render"].attempts} == {"succeeded", "running"}
    assert lanes["Render"].attempts[-1].stopped == START + 100
    assert [bar.job for bar in lanes["Render"].attempts[9:11]] == ["tiles:9", "tiles:10"]
    assert len(account.calls) == 7  # history, the array, a page of RUNNING, 3 of SUCCEEDED, and the single job


def test_a_job_that_aws_batch_has_forgotten_has_the_times_of_the_history() -> None:
    found = look_at_timeline(Account(), EXECUTION, now=lambda: START + 100)  # type: ignore[arg-type]
    [bar] = found.lanes[0].attempts
    assert (bar.waited_from, bar.started, bar.stopped) == (START + 1, START + 20, START + 59)
    assert (bar.name, bar.outcome, found.status) == ("prepare", "succeeded", "RUNNING")


def test_a_job_that_is_known_has_each_attempt() -> None:
    account = Account()
    attempts = [
        {"startedAt": (START + begin) * 1000, "stoppedAt": (START + begin + 5) * 1000, "container": {}}
        for begin in (10, 20)
    ]
    account.jobs["gone"] = {
        "jobId": "gone",
        "jobName": "prepare",
        "jobQueue": "arn:q/queue",
        "status": "SUCCEEDED",
        "createdAt": START * 1000,
        "attempts": attempts,
        "container": {},
    }
    found = look_at_timeline(account, EXECUTION, now=lambda: START + 100)  # type: ignore[arg-type]
    assert [(bar.attempt, bar.outcome) for bar in found.lanes[0].attempts] == [(1, "retried"), (2, "succeeded")]


def test_an_array_that_aws_batch_has_forgotten_is_one_bar() -> None:
    account = Account()
    del account.jobs["tiles"]
    found = look_at_timeline(account, EXECUTION, now=lambda: START + 100)  # type: ignore[arg-type]
    [bar] = found.lanes[1].attempts
    assert (bar.job, bar.waited_from, bar.outcome) == ("tiles", START + 60, "running")
    assert "list_jobs" not in [name for name, _ in account.calls]
