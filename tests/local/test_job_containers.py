"""The examples of jobs of several containers and of several nodes: by the API, by state machines, with their rights."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.client.jobs import Jobs
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.job_containers import JobContainersStack, wait
from docs.examples.multi_node import MultiNodeStack
from tests.local.machines import Machines

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    directory = tmp_path_factory.mktemp("containers")
    with EmbeddedAws(directory / "aws") as aws:
        yield LocalAws(aws, directory)


@pytest.fixture(scope="module")
def stack(local_aws: LocalAws) -> DeployedStack:
    return local_aws.deploy(JobContainersStack(App()))


@pytest.fixture(scope="module")
def request_(stack: DeployedStack) -> dict[str, Any]:
    return {"jobName": "count", "jobQueue": stack.outputs["QueueName"], "jobDefinition": stack.outputs["JobName"]}


def ended(local_aws: LocalAws, request: dict[str, Any], **members: Any) -> tuple[str, dict[str, Any]]:
    """Run a job: its state, and the members of each container."""
    batch = local_aws.client("batch")
    job = wait(batch, batch.submit_job(**request, **members)["jobId"])
    [described] = job["ecsProperties"]["taskProperties"]
    return job["status"], {container["name"]: container for container in described["containers"]}


def output(local_aws: LocalAws, stack: DeployedStack, container: dict[str, Any]) -> list[str]:
    group, stream = stack.outputs["LogsName"], container["logStreamName"]
    events = local_aws.client("logs").get_log_events(logGroupName=group, logStreamName=stream)["events"]
    return [event["message"] for event in events]


def test_the_containers_work_together(local_aws: LocalAws, stack: DeployedStack, request_: dict[str, Any]) -> None:
    status, containers = ended(local_aws, request_, parameters={"size": "50"})
    assert status == "SUCCEEDED"
    assert {name: item["exitCode"] for name, item in containers.items()} == {"fetch": 0, "count": 0, "watch": 143}
    lines = {name: output(local_aws, stack, item) for name, item in containers.items()}
    assert lines["count"] == ["total 147"]
    assert lines["fetch"] == ["fetched 50 measurements with a token of 32 letters"]
    assert not lines["watch"] or lines["watch"][-1].endswith(" of 50")


def test_what_follows_a_failed_container_never_starts(local_aws: LocalAws, request_: dict[str, Any]) -> None:
    status, containers = ended(local_aws, request_, parameters={"size": "many"})
    assert status == "FAILED"
    assert {name: item.get("exitCode") for name, item in containers.items()} == {
        "fetch": 1,
        "count": None,
        "watch": None,
    }


def test_only_the_container_with_the_secret_has_it(
    local_aws: LocalAws, stack: DeployedStack, request_: dict[str, Any]
) -> None:
    script = "import os; print('TOKEN' in os.environ)"
    override = {"taskProperties": [{"containers": [{"name": "count", "command": ["-c", script]}]}]}
    status, containers = ended(local_aws, request_, ecsPropertiesOverride=override)
    assert (status, output(local_aws, stack, containers["count"])) == ("SUCCEEDED", ["False"])


def test_a_state_machine_submits_it_by_the_sdk_and_not_by_the_integration(
    local_aws: LocalAws, request_: dict[str, Any]
) -> None:
    machines = Machines(local_aws)
    role = machines.role("states", "batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob", "events:*")
    arguments = {name[0].upper() + name[1:]: value for name, value in request_.items()}
    refused = machines.call("batch:submitJob.sync", arguments, role=role)
    assert "Container overrides should not be set for ecsProperties jobs" in str(refused.cause)
    submitted = machines.call("aws-sdk:batch:submitJob", arguments, role=role)
    assert wait(local_aws.client("batch"), submitted.output["JobId"])["status"] == "SUCCEEDED"


def test_nodes_find_each_other(local_aws: LocalAws) -> None:
    stack, batch = local_aws.deploy(MultiNodeStack(App())), local_aws.client("batch")
    arguments = {
        "JobName": "solve",
        "JobQueue": stack.outputs["QueueName"],
        "JobDefinition": stack.outputs["SolveName"],
        "Parameters": {"mesh": "tail"},
    }
    machines = Machines(local_aws)
    role = machines.role("states", "batch:SubmitJob")
    job_id = machines.call("aws-sdk:batch:submitJob", arguments, role=role).output["JobId"]
    assert wait(batch, job_id)["status"] == "SUCCEEDED"
    jobs = Jobs(local_aws.client)
    [found] = [job for job in jobs.since([stack.outputs["QueueName"]]) if job["jobId"] == job_id]
    nodes = jobs.describe([leaf["jobId"] for leaf in jobs.leaves(found)])
    assert [node["jobId"] for node in nodes] == [f"{job_id}#{index}" for index in range(4)]
    lines = [line for node in nodes for line in output(local_aws, stack, node["container"])]
    assert lines[0] == "tail: 499999500000 from 4 nodes"
    assert [line.split(" sent")[0] for line in lines[1:]] == ["node 1", "node 2", "node 3"]
