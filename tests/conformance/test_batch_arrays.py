"""Array jobs: one parent, many children; each case cites the page that it is written from."""

import pytest

from tests.conformance.batch_account import API, GUIDE, BatchAccount

ARRAYS = f"{GUIDE}/array_jobs.html"
VARIABLES = f"{GUIDE}/job_env_vars.html"
DETAIL = f"{API}/API_ArrayPropertiesDetail.html"
SUMMARY = f"{API}/API_JobSummary.html"

INDEX = "$AWS_BATCH_JOB_ARRAY_INDEX"


def test_each_child_knows_its_index(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "sh", "-c", f"exit {INDEX}", arrayProperties={"size": 4})
    account.ended(job_id)
    codes = [account.describe(f"{job_id}:{index}")["container"]["exitCode"] for index in range(4)]
    assert codes == [0, 1, 2, 3], VARIABLES


def test_a_child_is_a_job_with_the_index_in_its_id(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "true", arrayProperties={"size": 2})
    account.ended(job_id)
    child = account.describe(f"{job_id}:1")
    assert (child["jobId"], child["arrayProperties"]["index"]) == (f"{job_id}:1", 1), DETAIL
    assert child["jobArn"].endswith(f":job/{job_id}:1"), DETAIL
    assert "size" not in child["arrayProperties"], DETAIL


def test_the_parent_is_pending_while_children_run_and_counts_them(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    job_id = account.submit(queue, "sleep", "60", arrayProperties={"size": 3})
    account.reach(f"{job_id}:0", "RUNNING")
    parent = account.describe(job_id)
    assert parent["status"] == "PENDING", ARRAYS
    summary = parent["arrayProperties"]["statusSummary"]
    assert (summary["RUNNING"], summary["RUNNABLE"], sum(summary.values())) == (1, 2, 3), DETAIL
    assert parent["arrayProperties"]["size"] == 3, DETAIL
    [listed] = account.batch.list_jobs(jobQueue=queue, jobStatus="PENDING")["jobSummaryList"]
    assert (listed["arrayProperties"]["size"], listed["arrayProperties"]["statusSummary"]) == (3, summary), SUMMARY
    assert "isTerminated" not in listed, SUMMARY
    account.batch.terminate_job(jobId=job_id, reason="seen")
    account.ended(job_id)
    [ended] = account.batch.list_jobs(jobQueue=queue, jobStatus="FAILED")["jobSummaryList"]
    assert ended["isTerminated"], SUMMARY
    assert ended["arrayProperties"]["statusSummary"]["FAILED"] == 3, SUMMARY


@pytest.mark.parametrize(("failing", "status"), [("-1", "SUCCEEDED"), ("2", "FAILED")])
def test_the_parent_fails_when_a_child_fails(account: BatchAccount, queue: str, failing: str, status: str) -> None:
    command = ("sh", "-c", f"test {INDEX} -ne {failing}")
    parent = account.ended(account.submit(queue, *command, arrayProperties={"size": 4}))
    assert parent["status"] == status, ARRAYS
    summary = parent["arrayProperties"]["statusSummary"]
    assert summary["FAILED"] == (status == "FAILED"), ARRAYS
    assert summary["SUCCEEDED"] + summary["FAILED"] == 4, ARRAYS


def test_children_are_retried_one_by_one(account: BatchAccount, queue: str) -> None:
    command = ("sh", "-c", f"test {INDEX} -eq 0 || test $AWS_BATCH_JOB_ATTEMPT -eq 2")
    job_id = account.submit(queue, *command, arrayProperties={"size": 3}, retryStrategy={"attempts": 3})
    assert account.ended(job_id)["status"] == "SUCCEEDED", ARRAYS
    assert [len(account.describe(f"{job_id}:{index}")["attempts"]) for index in range(3)] == [1, 2, 2], ARRAYS


def test_terminating_the_parent_ends_all_children(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    job_id = account.submit(queue, "sleep", "60", arrayProperties={"size": 3})
    account.reach(f"{job_id}:0", "RUNNING")
    account.batch.terminate_job(jobId=job_id, reason="enough")
    assert account.ended(job_id)["status"] == "FAILED", f"{API}/API_TerminateJob.html"
    children = [account.describe(f"{job_id}:{index}") for index in range(3)]
    assert [(child["status"], child["statusReason"]) for child in children] == [("FAILED", "enough")] * 3


def test_cancelling_the_parent_cancels_the_children_that_wait(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    job_id = account.submit(queue, "sleep", "0.5", arrayProperties={"size": 3})
    account.reach(f"{job_id}:0", "RUNNING")
    account.batch.cancel_job(jobId=job_id, reason="enough")
    assert account.ended(job_id)["status"] == "FAILED", f"{API}/API_CancelJob.html"
    states = [account.describe(f"{job_id}:{index}")["status"] for index in range(3)]
    assert states == ["SUCCEEDED", "FAILED", "FAILED"], f"{API}/API_CancelJob.html"


def test_one_child_can_be_terminated(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job_id = account.submit(queue, "true", arrayProperties={"size": 2})
    account.batch.terminate_job(jobId=f"{job_id}:1", reason="this one")
    states = [account.describe(f"{job_id}:{index}")["status"] for index in range(2)]
    assert states == ["RUNNABLE", "FAILED"], f"{API}/API_TerminateJob.html"
    account.batch.terminate_job(jobId=job_id, reason="seen")
