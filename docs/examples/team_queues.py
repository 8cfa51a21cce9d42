"""Teams that share capacity, a limited API and a budget; who may submit what is proven in an embedded AWS."""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
from aws_cdk import App, CfnOutput, Size, Stack
from aws_cdk import aws_iam as iam
from botocore.exceptions import ClientError

from constructs_lib import (
    BatchBudget,
    BatchNetwork,
    ContainerJob,
    CostTags,
    FairShare,
    JobImage,
    MixedCapacity,
    OwnDefinitions,
    Platform,
    PriorityQueue,
    PriorityQueues,
    RateLimit,
    SubmitterRole,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

PROGRAM = Path(__file__).parent / "team_job"


class TeamQueuesStack(Stack):
    """An urgent queue and one that two teams share; people of one team and a repository's CI submit."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "TeamQueues")
        network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        capacity = MixedCapacity(self, "Capacity", vpc=network, max_vcpus=16, spot_share=75, platform=Platform.FARGATE)
        shares = FairShare(self, "Shares", shares={"research": 3, "nightly": 1})
        queues = PriorityQueues(
            self,
            "Queues",
            compute_environments=capacity.compute_environments,
            queues={"Urgent": 100, "Teams": PriorityQueue(priority=1, scheduling_policy=shares)},
        )
        job = ContainerJob(
            self,
            "CallApi",
            image=JobImage.from_directory(self, "Image", PROGRAM),
            command=["Ref::seconds"],
            parameters={"seconds": "0.2"},
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
            scheduling_priority=0,
            consumes={RateLimit(self, "Api", limit=2): 1},
        )
        own = OwnDefinitions(
            prefix="research-", images=["public.ecr.aws/research/*"], users=["1000:1000"], roles=[job.job_role]
        )
        people = SubmitterRole(
            self,
            "Research",
            queue=queues["Teams"],
            jobs=[job, own],
            share_identifiers=["research"],
            trusted=SubmitterRole.people(mfa=False),
        )
        github = iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(
            self,
            "GitHub",
            f"arn:{self.partition}:iam::{self.account}:oidc-provider/token.actions.githubusercontent.com",
        )
        SubmitterRole(
            self,
            "Release",
            queue=queues["Urgent"],
            jobs=[job],
            permissions_boundary=iam.ManagedPolicy.from_aws_managed_policy_name("AWSBatchFullAccess"),
            trusted=SubmitterRole.ci(github, subjects=["repo:example/pipeline:ref:refs/heads/main"]),
        )
        CostTags(tags={"project": "teams"}).apply(self)
        BatchBudget(
            self,
            "Budget",
            monthly_usd=500,
            tag=("project", "teams"),
            emails=["owner@example.com"],
            cap_at=100,
            capped_environments=capacity.compute_environments,
        )
        names = {"Job": job.job_definition_arn, "Teams": queues["Teams"].job_queue_arn, "People": people.role_arn}
        for name, value in {**names, "Urgent": queues["Urgent"].job_queue_arn}.items():
            CfnOutput(self, f"{name}Arn", value=value)
        CfnOutput(self, "Tags", value=json.dumps(dict(people.tags_of_jobs)))


def act_as(aws: EmbeddedAws, role: str) -> Any:
    """AWS Batch, called by whoever has taken on a role."""
    given = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    return boto3.client(
        "batch",
        endpoint_url=aws.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def wait(batch: Any, jobs: Sequence[str]) -> list[dict[str, Any]]:
    """Wait for jobs, and describe them."""
    while True:
        described: list[dict[str, Any]] = batch.describe_jobs(jobs=list(jobs))["jobs"]
        if all(job["status"] in {"SUCCEEDED", "FAILED"} for job in described):
            return described
        time.sleep(0.05)


def at_once(jobs: Sequence[dict[str, Any]]) -> int:
    """How many of some jobs ran at the same time, at most."""
    return max(sum(job["startedAt"] <= other["startedAt"] < job["stoppedAt"] for job in jobs) for other in jobs)


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """The error code of a call that is refused."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "nothing"


def main() -> None:
    """Deploy it, submit as one of the people, and try what they may not."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(TeamQueuesStack(App()))
        batch = act_as(aws, stack.outputs["PeopleArn"])
        names = {"jobDefinition": stack.outputs["JobArn"], "jobQueue": stack.outputs["TeamsArn"]}
        mine = {**names, "jobName": "call", "shareIdentifier": "research", "tags": json.loads(stack.outputs["Tags"])}
        jobs = wait(batch, [batch.submit_job(**mine)["jobId"] for _ in range(6)])
        print({job["status"] for job in jobs}, "at most", at_once(jobs), "at once")
        print("share of others:", refused(batch.submit_job, **{**mine, "shareIdentifier": "nightly"}))
        print("queue of others:", refused(batch.submit_job, **{**mine, "jobQueue": stack.outputs["UrgentArn"]}))


if __name__ == "__main__":
    main()
