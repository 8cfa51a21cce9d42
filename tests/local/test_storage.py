"""Jobs with storage in the embedded AWS: their rights on S3 are those of the role; what moto lacks is left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.job_storage import JobStorageStack
from tests.waiting import until

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def stack(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> DeployedStack:
    return LocalAws(aws, tmp_path_factory.mktemp("cdk.out")).deploy(JobStorageStack(App()))


@pytest.fixture(scope="module")
def job(aws: EmbeddedAws, stack: DeployedStack) -> dict[str, Any]:
    """The job on Fargate, when it has ended."""
    for key in ("inputs/a.txt", "inputs/deep/b.txt", "salaries/2026.txt"):
        aws.client("s3").put_object(Bucket=stack.outputs["BucketName"], Key=key, Body=b"hello")
    batch = aws.client("batch")
    names = {"jobQueue": stack.outputs["QueueName"], "jobDefinition": stack.outputs["JobName"]}
    submitted = batch.submit_job(jobName="shout", **names)["jobId"]

    def ended() -> dict[str, Any] | None:
        [found] = batch.describe_jobs(jobs=[submitted])["jobs"]
        return dict(found) if found["status"] in {"SUCCEEDED", "FAILED"} else None

    return until(ended) or {}


def test_a_job_reads_and_writes_below_its_prefixes(aws: EmbeddedAws, stack: DeployedStack, job: dict[str, Any]) -> None:
    assert job["status"] == "SUCCEEDED", job.get("statusReason")
    s3, bucket = aws.client("s3"), stack.outputs["BucketName"]
    written = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix="results/")["Contents"]]
    assert written == ["results/a.txt", "results/deep/b.txt"]
    assert s3.get_object(Bucket=bucket, Key="results/deep/b.txt")["Body"].read() == b"HELLO"


@pytest.mark.usefixtures("job")
def test_a_job_is_refused_what_is_beside_them(aws: EmbeddedAws) -> None:
    assert [denial.action for denial in aws.iam.denials] == ["s3:ListBucket", "s3:GetObject"]


def test_its_definition_has_the_volumes(job: dict[str, Any]) -> None:
    container = job["container"]
    assert [mount["containerPath"] for mount in container["mountPoints"]] == ["/mnt/efs", "/mnt/s3"]
    efs, files = container["volumes"]
    assert efs["efsVolumeConfiguration"]["authorizationConfig"]["iam"] == "ENABLED"
    assert files["s3filesVolumeConfiguration"]["fileSystemArn"].startswith("arn:aws:s3files:us-east-1:")


def test_the_deployment_tells_what_was_left_out(stack: DeployedStack) -> None:
    assert "AWS::S3Files::FileSystem" in stack.not_emulated
    assert not {"AWS::EFS::FileSystem", "AWS::FSx::FileSystem"} & set(stack.not_emulated)
