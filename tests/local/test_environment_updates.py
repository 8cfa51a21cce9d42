"""Environments that change: in place while their jobs finish, or by a new one beside the old one."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, Size, Stack

from constructs_lib import BatchNetwork, ContainerJob, Ec2ComputeEnvironment, JobImage, JobQueue
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.team_queues import PROGRAM, wait

pytestmark = pytest.mark.local

KINDS: dict[str, dict[str, Any]] = {
    "InPlace": {"update_timeout": Duration.hours(2), "terminate_on_update": False},
    "Replaced": {"replace_on_update": True},
}


class ChangingStack(Stack):
    """An environment of each kind, a queue of each, and a job."""

    def __init__(self, app: App, instance_types: Sequence[str]) -> None:
        super().__init__(app, "Changing")
        network = BatchNetwork(self, "Network")
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_directory(self, "Image", PROGRAM),
            command=["1"],
            vcpus=1,
            memory=Size.gibibytes(1),
        )
        CfnOutput(self, "JobArn", value=job.job_definition_arn)
        for name, options in KINDS.items():
            environment = Ec2ComputeEnvironment(
                self, name, vpc=network, max_vcpus=8, instance_types=instance_types, **options
            )
            queue = JobQueue(self, f"{name}Queue", compute_environments=[environment])
            CfnOutput(self, f"{name}Arn", value=environment.compute_environment_arn)
            CfnOutput(self, f"{name}QueueArn", value=queue.job_queue_arn)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def updated(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> tuple[DeployedStack, DeployedStack, Any]:
    """The stack before and after its instance types changed, and the jobs that ran meanwhile."""
    batch = aws.client("batch")

    def deploy(*instance_types: str) -> DeployedStack:
        return LocalAws(aws, tmp_path_factory.mktemp("cdk.out")).deploy(ChangingStack(App(), instance_types))

    before = deploy("m7i.large")
    submitted = [
        batch.submit_job(
            jobName=name, jobQueue=before.outputs[f"{name}QueueArn"], jobDefinition=before.outputs["JobArn"]
        )["jobId"]
        for name in KINDS
    ]
    after = deploy("m6i.large", "m7i.large")
    return before, after, wait(batch, submitted)


def describe(aws: EmbeddedAws, arn: str) -> Any:
    [found] = aws.client("batch").describe_compute_environments(computeEnvironments=[arn])["computeEnvironments"]
    return found


def test_an_environment_changes_in_place(aws: EmbeddedAws, updated: tuple[DeployedStack, DeployedStack, Any]) -> None:
    before, after, _ = updated
    assert after.outputs["InPlaceArn"] == before.outputs["InPlaceArn"]
    found = describe(aws, after.outputs["InPlaceArn"])
    assert found["computeResources"]["instanceTypes"] == ["m6i.large", "m7i.large"]
    assert found["updatePolicy"] == {"terminateJobsOnUpdate": False, "jobExecutionTimeoutMinutes": 120}


def test_an_environment_is_replaced(aws: EmbeddedAws, updated: tuple[DeployedStack, DeployedStack, Any]) -> None:
    before, after, _ = updated
    new, old = after.outputs["ReplacedArn"], before.outputs["ReplacedArn"]
    assert new != old
    [queue] = aws.client("batch").describe_job_queues(jobQueues=[after.outputs["ReplacedQueueArn"]])["jobQueues"]
    assert [item["computeEnvironment"] for item in queue["computeEnvironmentOrder"]] == [new]
    assert after.outputs["ReplacedQueueArn"] == before.outputs["ReplacedQueueArn"]
    assert describe(aws, new)["computeResources"]["instanceTypes"] == ["m6i.large", "m7i.large"]


def test_jobs_finish(updated: tuple[DeployedStack, DeployedStack, Any]) -> None:
    _, _, jobs = updated
    assert {job["status"] for job in jobs} == {"SUCCEEDED"}
