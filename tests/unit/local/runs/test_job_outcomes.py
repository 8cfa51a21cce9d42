"""What a job's description says of how it ended."""

import json
from typing import Any

import pytest

from constructs_lib.core.container_contract import item_index
from constructs_lib.local.runs.job_outcomes import job_outcome
from constructs_lib.local.runs.outcome import outcome_of_jobs

QUEUE = "arn:aws:batch:us-east-1:123456789012:job-queue/bulk"


def described(**members: Any) -> dict[str, Any]:
    variables = [{"name": "SIZE", "value": "large"}, {"name": "EMPTY"}]
    container = {"environment": variables, "exitCode": 7, "logStreamName": "job/default/2"}
    attempts = [{"container": {"logStreamName": f"job/default/{number}"}} for number in (1, 2)]
    job = {"jobId": "8e", "jobName": "Render", "jobQueue": QUEUE, "status": "FAILED", "statusReason": "Essential"}
    return {**job, "container": container, "attempts": attempts, **members}


def test_it_knows_where_and_with_what_it_ran() -> None:
    job = job_outcome(described(), None)
    assert (job.queue, job.environment, job.log_stream) == (QUEUE, {"SIZE": "large", "EMPTY": ""}, "job/default/2")
    assert (job.index, job.exit_code, job.attempts, job.reason) == (None, 7, 2, "Essential")


def test_of_several_containers_it_is_the_first() -> None:
    containers = [{"name": "main", "environment": [{"name": "A", "value": "1"}]}, {"name": "side"}]
    several = {"ecsProperties": {"taskProperties": [{"containers": containers}]}, "attempts": []}
    given = {key: value for key, value in described().items() if key != "container"}
    job = job_outcome({**given, **several}, None, exit_code=3)
    assert (job.environment, job.exit_code, job.log_stream) == ({"A": "1"}, 3, None)


def test_a_job_of_several_instances_has_no_container_of_its_own() -> None:
    given = {key: value for key, value in described(attempts=[]).items() if key != "container"}
    assert job_outcome(given, None).environment == {}


@pytest.mark.parametrize(
    ("variables", "child", "index"),
    [
        ({}, None, None),
        ({}, 3, 3),
        ({"ITEMS": "[1]"}, None, 0),
        ({"ITEMS_URI": "s3://b/k", "ITEMS_OFFSET": "100"}, 3, 103),
        ({"ITEM_INDEX": "40"}, 2, 42),
        ({"ITEM_INDEX": "mine"}, None, None),
        ({"ITEMS": "mine", "ITEMS_OFFSET": "first"}, None, 0),
    ],
)
def test_the_index_is_that_of_the_item(variables: dict[str, str], child: int | None, index: int | None) -> None:
    assert item_index(variables, child) == index


def test_json_has_an_index_only_where_there_is_one_and_no_list_for_each_child() -> None:
    listed = {"environment": [{"name": "ITEMS", "value": "[1, 2]"}, {"name": "SIZE", "value": "s"}]}
    jobs = [
        job_outcome(described(status="SUCCEEDED"), None),
        job_outcome(described(container=listed, arrayProperties={"index": 1}), None),
    ]
    outcome = outcome_of_jobs(jobs, {}, [])
    plain, child = json.loads(outcome.to_json())["jobs"]
    assert "index" not in plain
    assert (plain["queue"], plain["environment"], plain["logStream"]) == (
        QUEUE,
        {"SIZE": "large", "EMPTY": ""},
        "job/default/2",
    )
    assert (child["index"], child["environment"]) == (1, {"SIZE": "s"})
    assert (outcome.status, outcome.cause) == ("FAILED", "1 of 2 jobs failed")
