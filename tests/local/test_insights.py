"""Container Insights in the embedded AWS: what processes of jobs used, where it is on, and what cost makes of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.ops import Account, cost

pytestmark = pytest.mark.local

MEBIBYTES = 90
# It holds so much memory, and keeps a processor busy for a while.
WORK = f"""
import time
held = b"x" * ({MEBIBYTES} << 20)
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), iam=False) as made:
        yield made


@pytest.fixture(scope="module")
def cluster(aws: EmbeddedAws) -> str:
    """The cluster of an environment with a queue and a job."""
    batch = aws.client("batch")
    batch.create_compute_environment(
        computeEnvironmentName="place",
        type="MANAGED",
        computeResources={"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
    )
    order = [{"order": 1, "computeEnvironment": "place"}]
    batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    requirements = [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]
    batch.register_job_definition(
        jobDefinitionName="work",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties={
            "image": "public.ecr.aws/docker/library/python:3.13-slim",
            "command": ["python3", "-c", WORK],
            "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
            "resourceRequirements": requirements,
        },
    )
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    return str(environment["ecsClusterArn"].rpartition("/")[2])


def ran(aws: EmbeddedAws) -> str:
    """The ARN of an execution that has run the job."""
    submit = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {"JobName": "work", "JobQueue": "queue", "JobDefinition": "work"},
        "End": True,
    }
    definition = {"QueryLanguage": "JSONata", "StartAt": "Work", "States": {"Work": submit}}
    states = aws.client("stepfunctions")
    known = {item["name"]: item["stateMachineArn"] for item in states.list_state_machines()["stateMachines"]}
    machine = (
        known.get("machine")
        or states.create_state_machine(
            name="machine", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/states"
        )["stateMachineArn"]
    )
    execution = Execution(aws, machine, {})
    outcome = execution.wait()
    assert outcome.succeeded, (outcome.error, outcome.cause, [job.log for job in outcome.jobs])
    return execution.arn


def test_cost_knows_what_jobs_used_where_insights_are_on(
    aws: EmbeddedAws, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    account = Account.open()
    [unknown] = cost(account, ran(aws)).jobs
    assert unknown.sizing is None
    assert groups(aws) == []

    setting: list[dict[str, Any]] = [{"name": "containerInsights", "value": "enabled"}]
    aws.client("ecs").update_cluster(cluster=cluster, settings=setting)
    [job] = cost(account, ran(aws)).jobs
    assert groups(aws) == [f"/aws/ecs/containerinsights/{cluster}/performance"]
    sizing = job.sizing
    assert sizing is not None
    assert MEBIBYTES < sizing.memory < 2 * MEBIBYTES
    assert 0.05 < sizing.vcpus < 1.5
    assert sizing.enough_memory is not None
    assert sizing.enough_memory < job.memory


def groups(aws: EmbeddedAws) -> list[str]:
    prefix = "/aws/ecs/containerinsights"
    return [
        item["logGroupName"] for item in aws.client("logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    ]
