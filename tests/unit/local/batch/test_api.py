"""The Batch API as boto3 sees it, over HTTP, with jobs that really run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), iam=False) as made:
        batch = made.client("batch")
        batch.create_compute_environment(
            computeEnvironmentName="environment",
            type="MANAGED",
            computeResources={"type": "FARGATE", "maxvCpus": 64, "subnets": ["subnet"], "securityGroupIds": ["group"]},
        )
        order = [{"order": 1, "computeEnvironment": "environment"}]
        batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
        yield made


@pytest.fixture
def batch(aws: EmbeddedAws) -> Any:
    return aws.client("batch")


def submit(batch: Any, *command: str, definition: dict[str, Any] | None = None, **request: Any) -> str:
    resources = [{"type": "VCPU", "value": "0.25"}, {"type": "MEMORY", "value": "512"}]
    container = {"image": "none", "command": list(command), "resourceRequirements": resources, **(definition or {})}
    made = batch.register_job_definition(
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties={"executionRoleArn": "arn:aws:iam::123456789012:role/execution", **container},
    )
    arn = made["jobDefinitionArn"]
    job_id: str = batch.submit_job(jobName="job", jobQueue="queue", jobDefinition=arn, **request)["jobId"]
    return job_id


def ended(aws: EmbeddedAws, job_id: str) -> dict[str, Any]:
    assert aws.batch.wait_for_job(job_id, 20) is not None
    [job] = aws.client("batch").describe_jobs(jobs=[job_id])["jobs"]
    return dict(job)


def test_a_job_is_described_from_submit_to_end(aws: EmbeddedAws, batch: Any) -> None:
    job = ended(aws, submit(batch, "sh", "-c", "exit 3"))
    assert (job["status"], job["statusReason"]) == ("FAILED", "Essential container in task exited")
    assert job["container"]["exitCode"] == 3
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [3]
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"]


def test_the_children_of_an_array_are_counted_and_listed_in_pages(aws: EmbeddedAws, batch: Any) -> None:
    job_id = submit(batch, "sh", "-c", "exit $((AWS_BATCH_JOB_ARRAY_INDEX % 2))", arrayProperties={"size": 250})
    job = ended(aws, job_id)
    assert job["arrayProperties"]["size"] == 250
    assert job["arrayProperties"]["statusSummary"]["FAILED"] == 125
    pages = list(
        batch.get_paginator("list_jobs").paginate(
            arrayJobId=job_id, jobStatus="FAILED", PaginationConfig={"PageSize": 100}
        )
    )
    assert [len(page["jobSummaryList"]) for page in pages] == [100, 25]
    indexes = {item["arrayProperties"]["index"] for page in pages for item in page["jobSummaryList"]}
    assert indexes == set(range(1, 250, 2))


def test_a_terminated_job_has_the_reason_it_was_given(aws: EmbeddedAws, batch: Any) -> None:
    job_id = submit(batch, "sleep", "60")
    _wait_for(batch, job_id, "RUNNING")
    batch.terminate_job(jobId=job_id, reason="not needed any more")
    job = ended(aws, job_id)
    assert (job["status"], job["statusReason"], job["isTerminated"]) == ("FAILED", "not needed any more", True)
    assert job["container"]["exitCode"] == 143


def test_a_program_that_is_not_there_fails_to_start(aws: EmbeddedAws, batch: Any) -> None:
    job = ended(aws, submit(batch, "no-such-program"))
    assert job["status"] == "FAILED"
    assert "no-such-program: No such file or directory" in job["statusReason"]
    assert "exitCode" not in job["container"]


def written(aws: EmbeddedAws, job: dict[str, Any]) -> list[str]:
    assert job["status"] == "SUCCEEDED"
    where = {"logGroupName": "/aws/batch/job", "logStreamName": job["container"]["logStreamName"]}
    return [event["message"] for event in aws.client("logs").get_log_events(**where, startFromHead=True)["events"]]


def test_a_job_knows_where_it_runs(aws: EmbeddedAws, batch: Any) -> None:
    job_id = submit(batch, "env", definition={"environment": [{"name": "MINE", "value": "1"}]})
    variables = dict(line.split("=", 1) for line in written(aws, ended(aws, job_id)))
    assert variables["MINE"] == "1"
    assert variables["AWS_BATCH_JOB_ID"] == job_id
    assert (variables["AWS_BATCH_JQ_NAME"], variables["AWS_BATCH_CE_NAME"]) == ("queue", "environment")
    assert variables["AWS_BATCH_JOB_ATTEMPT"] == "1"
    assert variables["AWS_ENDPOINT_URL"] == aws.endpoint_url
    assert "PYTEST_CURRENT_TEST" not in variables


def test_secrets_arrive_as_variables(aws: EmbeddedAws, batch: Any) -> None:
    secret = aws.client("secretsmanager").create_secret(Name="login", SecretString='{"user": "ada", "word": "x"}')
    aws.client("ssm").put_parameter(Name="/stage", Value="test", Type="SecureString")
    secrets = [
        {"name": "USER_NAME", "valueFrom": f"{secret['ARN']}:user::"},
        {"name": "STAGE", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/stage"},
    ]
    job = ended(aws, submit(batch, "sh", "-c", "echo $USER_NAME $STAGE", definition={"secrets": secrets}))
    assert written(aws, job) == ["ada test"]


def test_a_missing_secret_is_named(aws: EmbeddedAws, batch: Any) -> None:
    secrets = [{"name": "STAGE", "valueFrom": "/nowhere"}]
    job = ended(aws, submit(batch, "true", definition={"secrets": secrets}))
    assert job["status"] == "FAILED"
    assert "secret STAGE" in job["statusReason"]


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("submit_job", {"jobName": "a", "jobQueue": "queue", "jobDefinition": "none"}, "none does not exist"),
        ("terminate_job", {"jobId": "none", "reason": "x"}, "Job none does not exist"),
        ("list_jobs", {}, "Exactly one of jobQueue, arrayJobId"),
        ("describe_jobs", {"jobs": ["x"] * 101}, "Maximum number of jobs supported is  100 ."),
        ("create_job_queue", {"jobQueueName": "queue", "priority": 1}, "Object already exists"),
        ("list_quota_shares", {"jobQueue": "queue"}, "ListQuotaShares is not emulated"),
    ],
)
def test_wrong_calls_are_client_exceptions(batch: Any, operation: str, request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        getattr(batch, operation)(**request_)
    assert caught.value.response["Error"]["Code"] == "ClientException"


def test_there_is_one_embedded_aws_per_process(aws: EmbeddedAws, tmp_path: Path) -> None:
    assert aws.endpoint_url
    with pytest.raises(RuntimeError, match="open in this process already"), EmbeddedAws(tmp_path):
        raise AssertionError


def test_resources_are_described(batch: Any) -> None:
    [queue] = batch.describe_job_queues(jobQueues=["queue"])["jobQueues"]
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    assert queue["status"] == environment["status"] == "VALID"
    assert queue["computeEnvironmentOrder"][0]["computeEnvironment"] == environment["computeEnvironmentArn"]
    submit(batch, "true")
    revisions = batch.describe_job_definitions(jobDefinitionName="job", status="ACTIVE")["jobDefinitions"]
    assert [item["revision"] for item in revisions] == list(range(len(revisions), 0, -1))


def _wait_for(batch: Any, job_id: str, status: str) -> None:
    until(lambda: batch.describe_jobs(jobs=[job_id])["jobs"][0]["status"] == status)
