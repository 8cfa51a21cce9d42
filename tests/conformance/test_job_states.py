"""The states of jobs, their reasons, retries and timeouts; each case cites the page that it is written from."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.clock import RealClock
from tests.conformance.batch_account import API, GUIDE, BatchAccount, Json

STATES = f"{GUIDE}/job_states.html"
RETRIES = f"{GUIDE}/job_retries.html"
TIMEOUTS = f"{GUIDE}/job_timeouts.html"
DETAIL = f"{API}/API_JobDetail.html"
ATTEMPT = f"{API}/API_AttemptDetail.html"
EVALUATE = f"{API}/API_EvaluateOnExit.html"
CANCEL = f"{API}/API_CancelJob.html"
TERMINATE = f"{API}/API_TerminateJob.html"


@dataclass
class ShiftedClock(RealClock):
    """This machine's time, and what a test adds to it."""

    shift: float = 0.0

    def now(self) -> float:
        return super().now() + self.shift


@pytest.fixture
def clock(aws: EmbeddedAws) -> Iterator[ShiftedClock]:
    real, shifted = aws.batch.clock, ShiftedClock()
    aws.batch.clock = shifted
    yield shifted
    aws.batch.clock = real


def test_exit_code_zero_is_success(account: BatchAccount, queue: str) -> None:
    job = account.ended(account.submit(queue, "true"))
    assert (job["status"], job["statusReason"]) == ("SUCCEEDED", "Essential container in task exited"), STATES
    assert job["container"]["exitCode"] == 0
    assert len(job["attempts"]) == 1


def test_any_other_exit_code_is_failure(account: BatchAccount, queue: str) -> None:
    job = account.ended(account.submit(queue, "sh", "-c", "exit 3"))
    assert (job["status"], job["statusReason"]) == ("FAILED", "Essential container in task exited"), STATES
    assert job["container"]["exitCode"] == 3


def test_a_job_with_no_room_waits_in_runnable_and_starts_when_there_is(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    first = account.submit(queue, "sleep", "60")
    second = account.submit(queue, "true")
    account.reach(first, "RUNNING")
    assert account.describe(second)["status"] == "RUNNABLE", STATES
    account.batch.terminate_job(jobId=first, reason="room")
    assert account.ended(second)["status"] == "SUCCEEDED"


def test_times_are_milliseconds_in_order(account: BatchAccount, queue: str) -> None:
    job = account.ended(account.submit(queue, "true"))
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"], DETAIL
    assert job["createdAt"] > 1_600_000_000_000


def test_a_job_that_waits_has_no_start(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job = account.describe(account.submit(queue, "true"))
    assert "startedAt" not in job, DETAIL
    assert "stoppedAt" not in job, DETAIL
    assert job["attempts"] == [], DETAIL


def test_attempts_are_made_until_one_succeeds(account: BatchAccount, queue: str) -> None:
    command = ("sh", "-c", "exit $((AWS_BATCH_JOB_ATTEMPT < 3))")
    job = account.ended(account.submit(queue, *command, retryStrategy={"attempts": 5}))
    assert job["status"] == "SUCCEEDED", RETRIES
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [1, 1, 0], ATTEMPT
    assert len({attempt["container"]["logStreamName"] for attempt in job["attempts"]}) == 3, ATTEMPT


def test_a_job_fails_when_its_attempts_are_used_up(account: BatchAccount, queue: str) -> None:
    job = account.ended(account.submit(queue, "false", retryStrategy={"attempts": 3}))
    assert job["status"] == "FAILED", RETRIES
    assert len(job["attempts"]) == 3


def test_the_strategy_of_a_submission_replaces_that_of_the_definition(account: BatchAccount, queue: str) -> None:
    definition = account.definition("false", retryStrategy={"attempts": 4})
    job = account.ended(account.submit(queue, definition=definition, retryStrategy={"attempts": 2}))
    assert len(job["attempts"]) == 2, f"{API}/API_SubmitJob.html"
    assert len(account.ended(account.submit(queue, definition=definition))["attempts"]) == 4


@pytest.mark.parametrize(
    ("conditions", "attempts"),
    [
        pytest.param([{"onExitCode": "7", "action": "EXIT"}], 1, id="an exit code that ends the job"),
        pytest.param([{"onExitCode": "8", "action": "EXIT"}], 3, id="none matches, so the job is retried"),
        pytest.param(
            [{"onExitCode": "7", "action": "RETRY"}, {"onExitCode": "*", "action": "EXIT"}],
            3,
            id="the first that matches decides",
        ),
        pytest.param(
            [{"onExitCode": "*", "action": "EXIT"}, {"onExitCode": "7", "action": "RETRY"}],
            1,
            id="the order counts",
        ),
        pytest.param(
            [{"onExitCode": "7", "onReason": "nothing like it", "action": "EXIT"}],
            3,
            id="all conditions of an entry have to match",
        ),
        pytest.param([{"onStatusReason": "Essential*", "action": "EXIT"}], 1, id="an asterisk matches any end"),
        pytest.param([{"onStatusReason": "essential*", "action": "exit"}], 1, id="case does not count"),
    ],
)
def test_evaluate_on_exit(account: BatchAccount, queue: str, conditions: list[Json], attempts: int) -> None:
    strategy = {"attempts": 3, "evaluateOnExit": conditions}
    job = account.ended(account.submit(queue, "sh", "-c", "exit 7", retryStrategy=strategy))
    assert len(job["attempts"]) == attempts, EVALUATE


def test_an_attempt_that_takes_too_long_ends_the_job_without_a_retry(
    account: BatchAccount,
    queue: str,
    clock: ShiftedClock,
) -> None:
    limit = {"attemptDurationSeconds": 60}
    job_id = account.submit(queue, "sleep", "60", timeout=limit, retryStrategy={"attempts": 3})
    account.reach(job_id, "RUNNING")
    clock.shift += 61
    account.aws.batch.resources_changed()
    job = account.ended(job_id)
    assert (job["status"], job["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout"), TIMEOUTS
    assert len(job["attempts"]) == 1, TIMEOUTS


def test_waiting_does_not_count_as_duration(account: BatchAccount, clock: ShiftedClock) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job_id = account.submit(queue, "true", timeout={"attemptDurationSeconds": 60})
    clock.shift += 600
    account.aws.batch.resources_changed()
    assert account.describe(job_id)["status"] == "RUNNABLE", TIMEOUTS


def test_cancel_ends_a_job_that_waits(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job_id = account.submit(queue, "true")
    account.batch.cancel_job(jobId=job_id, reason="changed my mind")
    job = account.describe(job_id)
    assert (job["status"], job["statusReason"], job["isCancelled"]) == ("FAILED", "changed my mind", True), CANCEL


def test_cancel_leaves_a_job_that_runs(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "sleep", "0.5")
    account.reach(job_id, "RUNNING")
    account.batch.cancel_job(jobId=job_id, reason="too late")
    assert account.ended(job_id)["status"] == "SUCCEEDED", CANCEL


def test_terminate_ends_a_job_that_runs_and_it_is_not_retried(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "sleep", "60", retryStrategy={"attempts": 3})
    account.reach(job_id, "RUNNING")
    account.batch.terminate_job(jobId=job_id, reason="enough")
    job = account.ended(job_id)
    assert (job["status"], job["statusReason"], job["isTerminated"]) == ("FAILED", "enough", True), TERMINATE
    assert len(job["attempts"]) == 1
    assert job["container"]["exitCode"] == 143


def test_terminate_cancels_a_job_that_waits(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job_id = account.submit(queue, "true")
    account.batch.terminate_job(jobId=job_id, reason="enough")
    job = account.describe(job_id)
    assert (job["status"], job["statusReason"], job["attempts"]) == ("FAILED", "enough", []), TERMINATE


def test_ending_a_job_that_has_ended_changes_nothing(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "true")
    before = account.ended(job_id)
    account.batch.cancel_job(jobId=job_id, reason="late")
    account.batch.terminate_job(jobId=job_id, reason="late")
    after = account.describe(job_id)
    assert (after["status"], after["statusReason"]) == (before["status"], before["statusReason"]), TERMINATE


def test_many_jobs_are_ended_by_one_call(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    waiting = [account.submit(queue, "true") for _ in range(2)]
    answer = account.batch.cancel_jobs(jobs=[*waiting, "no-such-job"], reason="all")
    assert (answer["successful"], answer["errors"]) == ([*waiting, "no-such-job"], []), f"{API}/API_CancelJobs.html"
    assert {account.describe(job_id)["status"] for job_id in waiting} == {"FAILED"}
    assert account.batch.terminate_jobs(jobs=waiting, reason="all")["errors"] == []


def test_a_disabled_queue_finishes_the_jobs_that_it_has(account: BatchAccount) -> None:
    queue = account.queue()
    job_id = account.submit(queue, "sleep", "0.2")
    account.batch.update_job_queue(jobQueue=queue, state="DISABLED")
    assert account.ended(job_id)["status"] == "SUCCEEDED", f"{API}/API_UpdateJobQueue.html"


def test_a_disabled_environment_starts_no_jobs(account: BatchAccount) -> None:
    environment = account.environment()
    queue = account.queue(environment)
    account.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    job_id = account.submit(queue, "true")
    assert account.describe(job_id)["status"] == "RUNNABLE", f"{API}/API_UpdateComputeEnvironment.html"
    account.batch.update_compute_environment(computeEnvironment=environment, state="ENABLED")
    assert account.ended(job_id)["status"] == "SUCCEEDED"


def test_overrides_that_are_too_long_fail_the_job(account: BatchAccount, queue: str) -> None:
    variables = [{"name": "LONG", "value": "x" * 8192}]
    job = account.ended(account.submit(queue, "true", containerOverrides={"environment": variables}))
    page = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html"
    assert job["status"] == "FAILED", page
    assert job["statusReason"] == "Container Overrides length must be at most 8192", page
