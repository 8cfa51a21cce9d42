"""Metaflow: steps as jobs of AWS Batch, and a flow as a state machine of Step Functions."""

from pathlib import Path

import pytest

from tests.clients.conftest import Account
from tests.clients.environments import HERE

FLOW = HERE / "metaflow" / "squares.py"
IMAGE = "python:3.12"


@pytest.fixture(scope="module")
def settings(account: Account, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What `metaflow configure aws` asks for."""
    table = "metaflow-foreach"
    account.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pathspec", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pathspec", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return {
        "METAFLOW_DEFAULT_DATASTORE": "s3",
        "METAFLOW_DATASTORE_SYSROOT_S3": f"s3://{account.bucket}/metaflow",
        "METAFLOW_S3_ENDPOINT_URL": account.endpoint,
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_BATCH_JOB_QUEUE": account.queue,
        "METAFLOW_BATCH_CONTAINER_IMAGE": IMAGE,
        "METAFLOW_ECS_S3_ACCESS_IAM_ROLE": account.job_role,
        "METAFLOW_SFN_IAM_ROLE": account.machine_role,
        "METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE": account.event_role,
        "METAFLOW_SFN_DYNAMO_DB_TABLE": table,
        "METAFLOW_HOME": tmp_path_factory.mktemp("metaflow"),
        "METAFLOW_USER": "tester",
    }


def test_a_flow_runs_with_its_steps_as_jobs(account: Account, settings: dict[str, object], tmp_path: Path) -> None:
    told = account.run("metaflow", "python", FLOW, "run", "--with", "batch", "--n", "3", cwd=tmp_path, **settings)
    assert "the sum is 5" in told


def test_a_flow_becomes_a_state_machine_that_runs(
    account: Account, settings: dict[str, object], tmp_path: Path
) -> None:
    for words in (["create"], ["trigger", "--n", "4"]):
        account.run("metaflow", "python", FLOW, "step-functions", *words, cwd=tmp_path, **settings)
    machines = account.client("stepfunctions").list_state_machines()["stateMachines"]
    [arn] = [machine["stateMachineArn"] for machine in machines if machine["name"] == "Squares"]
    ended = account.execution(arn)
    assert ended["status"] == "SUCCEEDED", ended
    jobs = account.client("batch").list_jobs(jobQueue=account.queue, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert "the sum is 14" in account.logs_of(jobs[0]["jobId"])  # the last one
    listed = account.run("metaflow", "python", FLOW, "step-functions", "list-runs", cwd=tmp_path, **settings)
    assert "SUCCEEDED" in listed
