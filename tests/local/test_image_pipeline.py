"""What follows the build of an image, in the embedded AWS: CodeBuild and CodePipeline themselves are not emulated."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.image_pipeline import SOURCE, ImagePipelineStack, build, register

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def stack(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> DeployedStack:
    return LocalAws(aws, tmp_path_factory.mktemp("cdk.out")).deploy(ImagePipelineStack(App(analytics_reporting=False)))


@pytest.fixture(scope="module")
def said(aws: EmbeddedAws, stack: DeployedStack, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the job says after each of two builds, and after the first is registered again."""
    source = Path(shutil.copytree(SOURCE, tmp_path_factory.mktemp("source") / "report"))
    texts = []
    for version in ("1", "2"):
        (source / "report.py").write_text(f'print("version {version}")\n')
        build(aws, stack, source, f"build{version}")
        texts.append(run(stack))
    register(aws, stack, digest(aws, stack, "build1"))
    return [*texts, run(stack)]


def run(stack: DeployedStack) -> str:
    """What the job of an execution prints."""
    outcome = stack.run({})
    assert outcome.succeeded, outcome.cause
    [job] = outcome.jobs
    return job.text.strip()


def digest(aws: EmbeddedAws, stack: DeployedStack, tag: str) -> str:
    name = stack.outputs["RepositoryUri"].partition("/")[2]
    found: dict[str, Any] = aws.client("ecr").describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])
    return str(found["imageDetails"][0]["imageDigest"])


def definitions(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """The revisions of the job, in their order."""
    found: list[dict[str, Any]] = aws.client("batch").describe_job_definitions(status="ACTIVE")["jobDefinitions"]
    return sorted(found, key=lambda item: int(item["revision"]))


def test_a_state_machine_runs_the_newest_image(said: list[str]) -> None:
    assert said[:2] == ["version 1", "version 2"]


def test_an_earlier_image_can_be_the_newest_again(said: list[str]) -> None:
    assert said[2] == "version 1"


def test_each_is_a_revision_by_digest(aws: EmbeddedAws, stack: DeployedStack, said: list[str]) -> None:
    images = [item["containerProperties"]["image"].rpartition("/")[2] for item in definitions(aws)]
    name = stack.outputs["RepositoryUri"].rpartition("/")[2]
    digests = [digest(aws, stack, tag) for tag in ("build1", "build2", "build1")]
    assert images == [f"{name}:newest", *(f"{name}@{item}" for item in digests)]
    assert len(digests) == len(said)


def test_who_submits_the_name_runs_the_newest(aws: EmbeddedAws, said: list[str]) -> None:
    assert said
    batch = aws.client("batch")
    newest = definitions(aws)[-1]
    [queue] = batch.describe_job_queues()["jobQueues"]
    names = {"jobQueue": queue["jobQueueName"], "jobDefinition": newest["jobDefinitionName"]}
    job = batch.submit_job(jobName="by-hand", **names)["jobId"]
    [described] = batch.describe_jobs(jobs=[job])["jobs"]
    assert described["jobDefinition"] == newest["jobDefinitionArn"]


@pytest.mark.parametrize("image", ["None", "sha512:0"])
def test_the_rights_of_the_function_end_at_images_of_the_repository_by_digest(
    aws: EmbeddedAws, stack: DeployedStack, said: list[str], image: str
) -> None:
    with pytest.raises(RuntimeError, match="not authorized to perform: batch:RegisterJobDefinition"):
        register(aws, stack, image)
    assert run(stack) == said[-1]
