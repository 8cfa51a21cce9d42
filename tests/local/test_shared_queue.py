"""A queue that two teams share: its order, the share that every submit tells, and the limits of those who submit."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Size, Stack
from aws_cdk import aws_iam as iam
from botocore.exceptions import ClientError

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FairShare,
    FargateComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    MapFanOut,
    Platform,
    SubmitJob,
    SubmitterRole,
)
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.team_queues import PROGRAM, act_as, at_once, refused, wait

pytestmark = pytest.mark.local

TEAM = "{% $states.context.Execution.Input.team %}"


class SharedStack(Stack):
    """A queue of 2 vCPUs that two teams share, a pipeline of any team, and roles that have limits."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Shared")
        network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        capacity = FargateComputeEnvironment(self, "Capacity", vpc=network, max_vcpus=2)
        shares = FairShare(self, "Shares", shares={"research": 3, "nightly": 1})
        queue = JobQueue(self, "Queue", compute_environments=[capacity], scheduling_policy=shares)
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_directory(self, "Image", PROGRAM),
            command=["0.1"],
            platform=Platform.FARGATE,
            vcpus=0.5,
            memory=Size.gibibytes(1),
            scheduling_priority=0,
        )
        boundary = iam.ManagedPolicy(
            self, "Boundary", statements=[iam.PolicyStatement(actions=["batch:Describe*"], resources=["*"])]
        )
        jobs = {"queue": queue, "jobs": [job]}
        bounded = SubmitterRole(
            self, "People", trusted=SubmitterRole.people(mfa=False), permissions_boundary=boundary, **jobs
        )
        strict = SubmitterRole(self, "Strict", trusted=SubmitterRole.people(), **jobs)
        machine = BatchStateMachine(self, "Pipeline", definition=self._pipeline(job, queue))
        roles = {"Bounded": bounded.role_arn, "Strict": strict.role_arn}
        others = {"Queue": queue.job_queue_arn, "Job": job.job_definition_arn, "Pipeline": machine.state_machine_arn}
        for name, value in {**roles, **others}.items():
            CfnOutput(self, f"{name}Arn", value=value)

    def _pipeline(self, job: ContainerJob, queue: JobQueue) -> Any:
        given: dict[str, Any] = {"job": job, "queue": queue, "share_identifier": TEAM}
        first = SubmitJob(self, "Prepare", **given)
        fan_outs = [kind(self, kind.__name__, **given, items="{% [1, 2] %}") for kind in (MapFanOut, ArrayFanOut)]
        last = DistributedFanOut(self, "Last", **given, items=ItemSource.from_input("{% [1, 2] %}"))
        return first.next(fan_outs[0]).next(fan_outs[1]).next(last)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def stack(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> DeployedStack:
    return LocalAws(aws, tmp_path_factory.mktemp("cdk.out")).deploy(SharedStack(App()))


@pytest.fixture(scope="module")
def names(stack: DeployedStack) -> dict[str, str]:
    return {"jobDefinition": stack.outputs["JobArn"], "jobQueue": stack.outputs["QueueArn"], "jobName": "job"}


def test_a_larger_share_overtakes_those_who_came_first(aws: EmbeddedAws, names: dict[str, str]) -> None:
    batch = aws.client("batch")
    [queue] = batch.describe_job_queues(jobQueues=[names["jobQueue"]])["jobQueues"]
    environment = queue["computeEnvironmentOrder"][0]["computeEnvironment"]
    batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    shares = ["nightly"] * 12 + ["research"] * 12
    ids = [batch.submit_job(**names, shareIdentifier=share)["jobId"] for share in shares]
    batch.update_compute_environment(computeEnvironment=environment, state="ENABLED")
    jobs = sorted(wait(batch, ids), key=lambda item: item["startedAt"])
    assert at_once(jobs) <= 4
    # Three to one, as long as both have jobs.
    assert [job["shareIdentifier"] for job in jobs[:12]].count("research") >= 8
    assert jobs[-1]["shareIdentifier"] == "nightly"


def test_a_submit_without_a_share_is_refused(aws: EmbeddedAws, names: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="shareIdentifier"):
        aws.client("batch").submit_job(**names)


def test_every_submit_of_a_pipeline_tells_its_share(aws: EmbeddedAws, stack: DeployedStack) -> None:
    outcome = stack.run({"team": "research"}, state_machine="Pipeline")
    assert outcome.status == "SUCCEEDED", outcome.cause
    batch = aws.client("batch")
    every = [{"name": "AFTER_CREATED_AT", "values": ["0"]}]
    listed = batch.list_jobs(jobQueue=stack.outputs["QueueArn"], filters=every)["jobSummaryList"]
    jobs = batch.describe_jobs(jobs=[item["jobId"] for item in listed if item["jobName"] != "job"])["jobs"]
    assert len(jobs) >= 5  # one, two of the Map state, an array, and at least an array of a batch
    assert {item["shareIdentifier"] for item in jobs} == {"research"}


def test_a_boundary_has_the_last_word(aws: EmbeddedAws, stack: DeployedStack, names: dict[str, str]) -> None:
    batch = act_as(aws, stack.outputs["BoundedArn"])
    assert batch.describe_jobs(jobs=["none"])["jobs"] == []
    with pytest.raises(ClientError, match="because no permissions boundary allows the batch:SubmitJob action"):
        batch.submit_job(**names, shareIdentifier="research")


def test_a_role_for_people_wants_a_second_factor(aws: EmbeddedAws, stack: DeployedStack) -> None:
    assume = aws.client("sts").assume_role
    role = stack.outputs["StrictArn"]
    assert refused(assume, RoleArn=role, RoleSessionName="me").startswith("AccessDenied")
