"""ListJobs and GetJobQueueSnapshot of AWS Batch; each case cites the page that it is written from."""

from typing import Any

import pytest
from botocore import xform_name

from tests.conformance.batch_account import API, BatchAccount, unique

NOT_EMULATED = {"DescribeServiceEnvironments", "ListQuotaShares", "ListServiceJobs"}
LIST = f"{API}/API_ListJobs.html"


def listed(account: BatchAccount, **request: Any) -> list[str]:
    pages = account.batch.get_paginator("list_jobs").paginate(**request)
    return [job["jobId"] for page in pages for job in page["jobSummaryList"]]


def test_without_a_status_only_running_jobs_are_listed(account: BatchAccount, full: str) -> None:
    job_id = account.submit(full, "true")
    assert listed(account, jobQueue=full) == [], LIST
    assert job_id in listed(account, jobQueue=full, jobStatus="RUNNABLE"), LIST


def test_the_most_recent_jobs_come_first_and_in_pages(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    ids = [account.submit(queue, "true") for _ in range(5)]
    assert listed(account, jobQueue=queue, jobStatus="RUNNABLE") == ids[::-1], LIST
    page = account.batch.list_jobs(jobQueue=queue, jobStatus="RUNNABLE", maxResults=3)
    rest = account.batch.list_jobs(
        jobQueue=queue,
        jobStatus="RUNNABLE",
        maxResults=3,
        nextToken=page["nextToken"],
    )
    assert [len(item["jobSummaryList"]) for item in (page, rest)] == [3, 2], LIST
    assert "nextToken" not in rest


def test_jobs_that_come_and_end_between_two_pages_move_no_others(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    ids = [account.submit(queue, "true") for _ in range(6)]
    request = {"jobQueue": queue, "jobStatus": "RUNNABLE", "maxResults": 2}
    first = account.batch.list_jobs(**request)
    assert [job["jobId"] for job in first["jobSummaryList"]] == [ids[5], ids[4]]
    account.batch.terminate_jobs(jobs=[ids[5], ids[2]], reason="seen")
    account.submit(queue, "true")
    second = account.batch.list_jobs(**request, nextToken=first["nextToken"])
    assert [job["jobId"] for job in second["jobSummaryList"]] == [ids[3], ids[1]], LIST
    third = account.batch.list_jobs(**request, nextToken=second["nextToken"])
    assert [job["jobId"] for job in third["jobSummaryList"]] == [ids[0]], LIST
    assert "nextToken" not in third


def test_children_that_end_between_two_pages_move_no_others(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    array = account.submit(queue, "true", arrayProperties={"size": 4})
    request = {"arrayJobId": array, "jobStatus": "RUNNABLE", "maxResults": 2}
    first = account.batch.list_jobs(**request)
    account.batch.terminate_jobs(jobs=[f"{array}:0", f"{array}:2"], reason="seen")
    second = account.batch.list_jobs(**request, nextToken=first["nextToken"])
    found = [[job["arrayProperties"]["index"] for job in page["jobSummaryList"]] for page in (first, second)]
    assert found == [[0, 1], [3]], LIST


def test_an_empty_token_asks_for_the_first_page_of_every_list(account: BatchAccount, queue: str) -> None:
    """AWS bounds no length of it, and clients that loop begin with an empty one, such as ``awsbstat``."""
    job_id = account.submit(queue, "true")
    requests: dict[str, dict[str, Any]] = {
        "ListJobs": {"jobQueue": queue, "jobStatus": "SUCCEEDED"},
        "ListJobsByConsumableResource": {"consumableResource": consumable(account)},
    }
    account.ended(job_id)
    model = account.batch.meta.service_model
    paged = {name for name in model.operation_names if "nextToken" in model.operation_model(name).input_shape.members}
    assert {"DescribeComputeEnvironments", "DescribeJobDefinitions", *requests} <= paged
    for operation in paged - NOT_EMULATED:
        call = getattr(account.batch, xform_name(operation))
        request = requests.get(operation, {})
        first = {**call(**request), "ResponseMetadata": None}
        assert {**call(**request, nextToken=""), "ResponseMetadata": None} == first, operation


def consumable(account: BatchAccount) -> str:
    name = unique("consumable")
    made = account.batch.create_consumable_resource(consumableResourceName=name, totalQuantity=1)
    return str(made["consumableResourceArn"])


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"nextToken": "7"}, "nextToken is not one that this operation gave: 7"),
        ({"nextToken": "-1"}, "nextToken is not one that this operation gave: -1"),
        ({"filters": [{"name": "BEFORE_CREATED_AT", "values": ["noon"]}]}, "noon is not a time in milliseconds"),
    ],
)
def test_tokens_and_times_that_are_none_are_refused_also_where_there_are_no_jobs(
    account: BatchAccount, request_: dict[str, Any], said: str
) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    with pytest.raises(account.batch.exceptions.ClientException, match=said):
        account.batch.list_jobs(jobQueue=queue, **request_)


def test_a_queue_that_is_made_again_lists_no_jobs_of_the_old_one(account: BatchAccount) -> None:
    name, environment = unique("queue"), account.environment(maxvCpus=0)
    queue = account.queue(environment, jobQueueName=name)
    account.submit(queue, "true")
    account.batch.update_job_queue(jobQueue=queue, state="DISABLED")
    account.batch.delete_job_queue(jobQueue=queue)
    assert not account.batch.describe_job_queues(jobQueues=[queue])["jobQueues"]
    queue = account.queue(environment, jobQueueName=name)
    new = account.submit(queue, "true")
    everything = [{"name": "AFTER_CREATED_AT", "values": ["0"]}]
    assert listed(account, jobQueue=queue, filters=everything) == [new], LIST


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("JOB_NAME", "TEST1", ["test1"]),
        ("JOB_NAME", "test1*", ["test1", "Test10"]),
        ("JOB_NAME", "*", ["test1", "Test10", "other"]),
        ("JOB_NAME", "none", []),
        ("BEFORE_CREATED_AT", "1", []),
        ("AFTER_CREATED_AT", "1", ["test1", "Test10", "other"]),
        ("BEFORE_CREATED_AT", "99999999999999", ["test1", "Test10", "other"]),
    ],
)
def test_a_filter_replaces_the_status(account: BatchAccount, name: str, value: str, found: list[str]) -> None:
    queue = account.queue(account.environment(maxvCpus=0), jobQueueName=unique("queue"))
    for job_name in ("test1", "Test10", "other"):
        account.submit(queue, "true", jobName=job_name)
    jobs = account.batch.list_jobs(
        jobQueue=queue,
        jobStatus="SUCCEEDED",
        filters=[{"name": name, "values": [value]}],
    )["jobSummaryList"]
    assert sorted(job["jobName"] for job in jobs) == sorted(found), LIST


def test_jobs_are_found_by_their_definition(account: BatchAccount, full: str) -> None:
    name = unique("jd")
    first, second = (account.definition("true", jobDefinitionName=name) for _ in range(2))
    jobs = [account.submit(full, definition=item) for item in (first, second)]
    for value, found in ((name, jobs), (f"{name[:-2]}*", jobs), (second, jobs[1:]), (name[:-1], [])):
        ids = listed(account, jobQueue=full, filters=[{"name": "JOB_DEFINITION", "values": [value]}])
        assert sorted(ids) == sorted(found), LIST


def test_jobs_are_found_by_share_and_status(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0), schedulingPolicyArn=account.policy())
    definition = account.definition("true", schedulingPriority=1)
    blue, green = (account.submit(queue, definition=definition, shareIdentifier=name) for name in ("blue", "green"))
    share = [{"name": "SHARE_IDENTIFIER", "values": ["blue"]}]
    assert listed(account, jobQueue=queue, filters=share) == [blue], LIST
    assert listed(account, jobQueue=queue, filters=share, jobStatus="SUCCEEDED") == [], LIST
    assert account.describe(green)["shareIdentifier"] == "green"
    assert account.describe(green)["schedulingPriority"] == 1


def test_children_are_listed_by_status(account: BatchAccount, queue: str) -> None:
    command = ("sh", "-c", "exit $((AWS_BATCH_JOB_ARRAY_INDEX % 2))")
    job_id = account.submit(queue, *command, arrayProperties={"size": 6})
    account.ended(job_id)
    found = account.batch.list_jobs(arrayJobId=job_id, jobStatus="FAILED")["jobSummaryList"]
    assert [item["arrayProperties"]["index"] for item in found] == [1, 3, 5], LIST
    assert found[0]["jobId"] == f"{job_id}:1"
    assert found[0]["container"]["exitCode"] == 1


def test_a_snapshot_shows_the_front_of_a_queue(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    running, *waiting = (account.submit(queue, "sleep", "60") for _ in range(3))
    account.reach(running, "RUNNING")
    snapshot = account.batch.get_job_queue_snapshot(jobQueue=queue)
    front = [job["jobArn"].rpartition("/")[2] for job in snapshot["frontOfQueue"]["jobs"]]
    assert front == waiting, f"{API}/API_GetJobQueueSnapshot.html"
    assert snapshot["queueUtilization"]["totalCapacityUsage"] == [{"capacityUnit": "VCPU", "quantity": 2.0}]
    account.batch.terminate_jobs(jobs=[running, *waiting], reason="seen")
