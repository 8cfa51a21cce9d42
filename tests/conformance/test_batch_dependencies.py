"""Jobs that wait for jobs; each case cites the page that it is written from."""

import itertools

import pytest
from botocore.exceptions import ClientError

from tests.conformance.batch_account import API, GUIDE, BatchAccount, Json

DEPENDENCIES = f"{GUIDE}/job_dependencies.html"
ARRAYS = f"{GUIDE}/array_jobs.html"
SUBMIT = f"{API}/API_SubmitJob.html"


def on(job_id: str, kind: str | None = None) -> Json:
    return {"jobId": job_id, **({"type": kind} if kind else {})}


def test_a_job_waits_in_pending_for_another(account: BatchAccount) -> None:
    environment = account.environment(maxvCpus=0)
    queue = account.queue(environment)
    first = account.submit(queue, "true")
    second = account.submit(queue, "true", dependsOn=[on(first)])
    assert account.describe(second)["status"] == "PENDING", DEPENDENCIES
    assert account.describe(second)["dependsOn"] == [{"jobId": first}], f"{API}/API_JobDetail.html"
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 2})
    late, early = account.ended(second), account.ended(first)
    assert (early["status"], late["status"]) == ("SUCCEEDED", "SUCCEEDED"), DEPENDENCIES
    assert early["stoppedAt"] <= late["startedAt"], DEPENDENCIES


def test_a_job_fails_with_the_one_that_it_waits_for(account: BatchAccount, queue: str) -> None:
    first = account.submit(queue, "sh", "-c", "sleep 0.2; exit 1")
    second = account.submit(queue, "true", dependsOn=[on(first)])
    third = account.submit(queue, "true", dependsOn=[on(second)])
    for job_id in (second, third):
        job = account.ended(job_id)
        assert (job["status"], job["attempts"]) == ("FAILED", []), DEPENDENCIES
        assert job["statusReason"] == "Dependent Job failed", DEPENDENCIES


def test_a_job_waits_for_all_of_its_dependencies(account: BatchAccount, queue: str) -> None:
    first = [account.submit(queue, "sleep", pause) for pause in ("0", "0.1", "0.2")]
    last = account.ended(account.submit(queue, "true", dependsOn=[on(job_id) for job_id in first]))
    assert all(account.describe(job_id)["stoppedAt"] <= last["startedAt"] for job_id in first), DEPENDENCIES


def test_what_has_succeeded_already_is_not_waited_for(account: BatchAccount, queue: str) -> None:
    first = account.submit(queue, "true")
    account.ended(first)
    assert account.ended(account.submit(queue, "true", dependsOn=[on(first)]))["status"] == "SUCCEEDED", DEPENDENCIES


def test_a_job_can_wait_for_all_children_of_an_array(account: BatchAccount, queue: str) -> None:
    array = account.submit(queue, "sleep", "0.1", arrayProperties={"size": 3})
    last = account.ended(account.submit(queue, "true", dependsOn=[on(array)]))
    stops = [account.describe(f"{array}:{index}")["stoppedAt"] for index in range(3)]
    assert max(stops) <= last["startedAt"], ARRAYS


def test_sequential_children_run_one_after_the_other(account: BatchAccount, queue: str) -> None:
    job_id = account.submit(queue, "true", arrayProperties={"size": 3}, dependsOn=[{"type": "SEQUENTIAL"}])
    account.ended(job_id)
    children = [account.describe(f"{job_id}:{index}") for index in range(3)]
    for before, after in itertools.pairwise(children):
        assert before["stoppedAt"] <= after["startedAt"], ARRAYS


def test_a_sequence_ends_with_the_child_that_fails(account: BatchAccount, queue: str) -> None:
    command = ("sh", "-c", "exit $AWS_BATCH_JOB_ARRAY_INDEX")
    job_id = account.submit(queue, *command, arrayProperties={"size": 4}, dependsOn=[{"type": "SEQUENTIAL"}])
    assert account.ended(job_id)["status"] == "FAILED", ARRAYS
    attempts = [len(account.describe(f"{job_id}:{index}")["attempts"]) for index in range(4)]
    assert attempts == [1, 1, 0, 0], ARRAYS


def test_a_child_waits_for_the_child_of_the_same_index(account: BatchAccount, queue: str) -> None:
    command = ("sh", "-c", "test $AWS_BATCH_JOB_ARRAY_INDEX -ne 1")
    first = account.submit(queue, *command, arrayProperties={"size": 3})
    second = account.submit(queue, "true", arrayProperties={"size": 3}, dependsOn=[on(first, "N_TO_N")])
    account.ended(second)
    states = [account.describe(f"{second}:{index}")["status"] for index in range(3)]
    assert states == ["SUCCEEDED", "FAILED", "SUCCEEDED"], ARRAYS


def test_a_cancelled_job_fails_those_that_wait_for_it(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    first = account.submit(queue, "true")
    second = account.submit(queue, "true", dependsOn=[on(first)])
    account.batch.terminate_job(jobId=first, reason="not needed")
    assert account.describe(second)["status"] == "FAILED", DEPENDENCIES


@pytest.mark.parametrize(
    ("size", "dependency", "message"),
    [
        (None, {"jobId": "none"}, "dependsOn: job none does not exist"),
        (None, {}, "dependsOn: jobId must be provided"),
        (None, {"type": "SEQUENTIAL"}, "type SEQUENTIAL is for array jobs"),
        (None, {"type": "N_TO_N", "jobId": "none"}, "type N_TO_N is for array jobs"),
        (2, {"type": "N_TO_N"}, "dependsOn: jobId must be provided"),
    ],
)
def test_dependencies_that_cannot_be_are_refused(
    account: BatchAccount,
    queue: str,
    size: int | None,
    dependency: Json,
    message: str,
) -> None:
    array = {"arrayProperties": {"size": size}} if size else {}
    with pytest.raises(ClientError, match=message):
        account.submit(queue, "true", dependsOn=[dependency], **array)


def test_n_to_n_needs_arrays_of_one_size(account: BatchAccount, queue: str) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html"""
    single, three = account.submit(queue, "true"), account.submit(queue, "true", arrayProperties={"size": 3})
    for first, message in ((single, "needs another array job"), (three, "arrays of the same size")):
        with pytest.raises(ClientError, match=message):
            account.submit(queue, "true", arrayProperties={"size": 2}, dependsOn=[on(first, "N_TO_N")])
