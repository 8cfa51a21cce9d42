"""From DescribeJobs to bars."""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.runs.report import bars

Make = Callable[..., dict[str, Any]]


def test_a_job_is_a_bar_from_its_start_to_its_end(job: Make, ran: Make) -> None:
    [bar] = bars([job(ran(10, 25, 3), created=2, status="FAILED")], now=99)
    assert (bar.waited_from, bar.started, bar.stopped) == (2, 10, 25)
    assert (bar.outcome, bar.attempt, bar.vcpus, bar.queue) == ("failed", 1, 2.0, "Bulk")
    assert bar.reason == "Essential container in task exited, exit code 3"


def test_attempts_that_were_followed_by_another_are_told_apart(job: Make, ran: Make) -> None:
    attempts = [ran(1, 2, 143, "Host EC2 (instance i-0) terminated."), ran(5, 6)]
    first, second = bars([job(*attempts)], now=99)
    assert (first.outcome, second.outcome) == ("retried", "succeeded")
    assert (second.waited_from, second.began) == (2, 5)


def test_a_job_that_waits_has_a_bar_that_never_began(job: Make) -> None:
    [bar] = bars([job(status="RUNNABLE", created=4)], now=9)
    assert (bar.outcome, bar.started, bar.waited_from, bar.began) == ("waiting", None, 4, 9)


def test_a_job_that_waits_for_its_second_attempt(job: Make, ran: Make) -> None:
    first, second = bars([job(ran(1, 2, 1), status="RUNNABLE")], now=9)
    assert (first.outcome, second.outcome, second.attempt) == ("retried", "waiting", 0)


def test_a_job_that_runs_is_drawn_until_now_whether_its_attempt_is_listed_or_not(job: Make) -> None:
    in_an_account = job(status="RUNNING", startedAt=3000)
    here = job({"startedAt": 3000}, status="RUNNING", startedAt=3000)
    for running in (in_an_account, here):
        [bar] = bars([running], now=8)
        assert (bar.outcome, bar.started, bar.stopped) == ("running", 3, 8)


def test_an_attempt_that_never_started_takes_no_time(job: Make) -> None:
    failed = {"stoppedAt": 7000, "statusReason": "Task failed to start", "container": {"reason": "CannotPull"}}
    [bar] = bars([job(failed, status="FAILED")], now=9)
    assert (bar.began, bar.stopped, bar.reason) == (7, 7, "Task failed to start, CannotPull")


def test_the_parent_of_an_array_has_no_bar(job: Make, ran: Make) -> None:
    parent = job(arrayProperties={"size": 1}, status="PENDING")
    child = job(ran(1, 2), job_id="job:0", arrayProperties={"index": 0})
    assert [bar.job for bar in bars([parent, child], now=3)] == ["job:0"]


def test_a_job_that_never_ran_and_failed_has_no_bar(job: Make) -> None:
    assert bars([job(status="FAILED")], now=3) == []


def test_a_job_of_several_containers_is_one_bar(job: Make, ran: Make) -> None:
    def task(**exit_codes: int) -> dict[str, Any]:
        size = {"resourceRequirements": [{"type": "VCPU", "value": "1.5"}]}
        return {"taskProperties": [{"containers": [{"name": n, "exitCode": c, **size} for n, c in exit_codes.items()]}]}

    attempt = {**ran(1, 2), **task(main=1, side=143)}
    several = {**job(attempt, status="FAILED"), "ecsProperties": task(main=1, side=143)}
    for described in (attempt, several):
        described.pop("container", None)
    [bar] = bars([several], now=9)
    assert (bar.vcpus, bar.outcome) == (3.0, "failed")
    assert bar.reason.endswith("exit code 1 of main, exit code 143 of side")
