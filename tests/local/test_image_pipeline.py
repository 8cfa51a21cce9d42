"""What follows the build of an image, in the embedded AWS: CodeBuild and CodePipeline themselves are not emulated."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Size, Stack

from constructs_lib import ContainerJob, ImageRepository, JobRevisions
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.image_pipeline import SOURCE, ImagePipelineStack, build, register
from tests.local.rights import Roles
from tests.waiting import until

pytestmark = pytest.mark.local

# What is lost in silence, and what only definitions with tags need.
NOT_ASKED = {"logs:CreateLogStream", "logs:PutLogEvents", "batch:TagResource"}


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


def definitions(aws: EmbeddedAws, stack: DeployedStack) -> list[dict[str, Any]]:
    """The revisions of the job of a stack, in their order."""
    found: list[dict[str, Any]] = aws.client("batch").describe_job_definitions(status="ACTIVE")["jobDefinitions"]
    of_stack = [item for item in found if item["jobDefinitionName"].startswith(f"{stack.name}-")]
    return sorted(of_stack, key=lambda item: int(item["revision"]))


def images(aws: EmbeddedAws, stack: DeployedStack) -> list[str]:
    return [item["containerProperties"]["image"] for item in definitions(aws, stack)]


def test_a_state_machine_runs_the_newest_image(said: list[str]) -> None:
    assert said[:2] == ["version 1", "version 2"]


def test_an_earlier_image_can_be_the_newest_again(said: list[str]) -> None:
    assert said[2] == "version 1"


def test_each_is_a_revision_by_digest(aws: EmbeddedAws, stack: DeployedStack, said: list[str]) -> None:
    uri = stack.outputs["RepositoryUri"]
    digests = [digest(aws, stack, tag) for tag in ("build1", "build2", "build1")]
    assert images(aws, stack)[:4] == [f"{uri}:newest", *(f"{uri}@{item}" for item in digests)]
    assert len(digests) == len(said)


def test_who_submits_the_name_runs_the_newest(aws: EmbeddedAws, stack: DeployedStack, said: list[str]) -> None:
    assert said
    batch = aws.client("batch")
    newest = definitions(aws, stack)[-1]
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


def test_the_function_needs_each_of_its_rights(aws: EmbeddedAws, stack: DeployedStack, said: list[str]) -> None:
    assert said
    roles = Roles(aws)
    listed = roles.iam.list_roles(MaxItems=1000)["Roles"]
    [role] = [item["RoleName"] for item in listed if f"{stack.name}-PipelineRevisionsRole" in item["RoleName"]]
    rights = [right for right in roles.rights_of(role) if right.action not in NOT_ASKED]
    before = images(aws, stack)
    for right in rights:
        since = len(aws.iam.denials)
        with roles.without(right), pytest.raises(RuntimeError, match="not authorized"):
            register(aws, stack, digest(aws, stack, "build2"))
        assert roles.denied(right, since), right
    assert len(rights) == 3
    assert images(aws, stack) == before


@pytest.fixture(scope="module")
def listening(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> DeployedStack:
    """A job whose images something else builds: a push is all that happens."""
    stack = Stack(App(analytics_reporting=False), "Listening")
    repository = ImageRepository(stack, "Images")
    job = ContainerJob(stack, "Job", image=repository.image(), vcpus=1, memory=Size.gibibytes(1))
    JobRevisions(stack, "Revisions", repository=repository, jobs=[job])
    CfnOutput(stack, "RepositoryUri", value=repository.repository_uri)
    return LocalAws(aws, tmp_path_factory.mktemp("listening")).deploy(stack)


def test_a_push_as_the_newest_is_enough(aws: EmbeddedAws, listening: DeployedStack) -> None:
    uri = listening.outputs["RepositoryUri"]
    for tag in ("v1", "newest"):
        aws.images.build(ImageAsset(SOURCE, "Dockerfile", None, f"{uri}:{tag}"))
        aws.images.push(f"{uri}:{tag}")
    wanted = [f"{uri}:newest", f"{uri}@{digest(aws, listening, 'newest')}"]
    assert until(lambda: images(aws, listening) == wanted)
