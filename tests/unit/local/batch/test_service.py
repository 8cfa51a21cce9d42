"""AWS Batch in several accounts and regions: each has resources and jobs of its own, under ARNs of its own."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.registry import Registries, Registry
from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.runners import OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.jobs.job import Job

FRANKFURT = Location("123456789012", "eu-central-1")
OF_ANOTHER = Location("999999999999", "eu-central-1")
BEIJING = Location("123456789012", "cn-north-1")


class Waiting:
    """Starts what never ends, and counts how often it is closed."""

    closed = 0

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:  # noqa: ARG002 - it needs none of them
        return cast("Run", None)

    def close(self, grace: float) -> None:  # noqa: ARG002 - as above
        self.closed += 1


@pytest.fixture
def runner() -> Waiting:
    return Waiting()


@pytest.fixture
def service(runner: Waiting) -> Iterator[BatchService]:
    def engine(registry: Registry, runner: Runner) -> Engine:
        return Engine(registry, runner)

    made = BatchService(Registries())
    made.begin(engine, runner)
    yield made
    made.close(0)


def job_of(service: BatchService, location: Location) -> str:
    """Submit a job through a new queue; its id."""

    def call(operation: str, **request: Any) -> dict[str, Any]:
        return service.api(location).call(operation, request)

    compute = {"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    call("CreateComputeEnvironment", computeEnvironmentName="ce", type="MANAGED", computeResources=compute)
    order = [{"order": 1, "computeEnvironment": "ce"}]
    call("CreateJobQueue", jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    container = {
        "image": "image",
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
    }
    call(
        "RegisterJobDefinition",
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties=container,
    )
    return str(call("SubmitJob", jobName="job", jobQueue="queue", jobDefinition="job")["jobId"])


def test_each_has_its_own_resources_under_the_same_names(service: BatchService) -> None:
    for location in (FRANKFURT, OF_ANOTHER, BEIJING):
        job_of(service, location)
    queues = [
        queue["jobQueueArn"]
        for engine in service.engines()
        for queue in service.api(engine.registry.location).call("DescribeJobQueues", {})["jobQueues"]
    ]
    assert queues == [
        "arn:aws:batch:eu-central-1:123456789012:job-queue/queue",
        "arn:aws:batch:eu-central-1:999999999999:job-queue/queue",
        "arn:aws-cn:batch:cn-north-1:123456789012:job-queue/queue",
    ]
    [environment] = service.api(BEIJING).call("DescribeComputeEnvironments", {})["computeEnvironments"]
    assert environment["ecsClusterArn"].startswith("arn:aws-cn:ecs:cn-north-1:123456789012:cluster/ce_Batch_")
    assert environment["serviceRole"].startswith("arn:aws-cn:iam::123456789012:role/aws-service-role/")


def test_a_job_is_known_where_it_was_submitted_and_nowhere_else(service: BatchService) -> None:
    job_id = job_of(service, FRANKFURT)
    job_of(service, OF_ANOTHER)
    [job] = service.api(FRANKFURT).call("DescribeJobs", {"jobs": [job_id]})["jobs"]
    assert job["jobArn"] == f"arn:aws:batch:eu-central-1:123456789012:job/{job_id}"
    assert service.api(OF_ANOTHER).call("DescribeJobs", {"jobs": [job_id]}) == {"jobs": []}
    with pytest.raises(BatchError, match="does not exist"):
        service.api(OF_ANOTHER).call("TerminateJob", {"jobId": job_id, "reason": "not there"})
    with pytest.raises(BatchError, match="does not exist"):
        service.api(Location()).call("ListJobs", {"jobQueue": "queue"})


def test_all_end_at_once_and_the_runner_they_share_is_closed_once(service: BatchService, runner: Waiting) -> None:
    job_of(service, FRANKFURT)
    service.close(0)
    job_id = job_of(service, OF_ANOTHER)
    [job] = service.api(OF_ANOTHER).call("DescribeJobs", {"jobs": [job_id]})["jobs"]
    assert (runner.closed, job["status"]) == (1, "RUNNABLE")
