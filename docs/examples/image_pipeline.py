"""A pipeline that turns a changed Dockerfile into a runnable job; what follows a build runs in an embedded AWS."""

import json
import shutil
import tempfile
from pathlib import Path

from aws_cdk import App, CfnOutput, RemovalPolicy, Size, Stack
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    ImagePipeline,
    ImageRepository,
    ImageSource,
    JobQueue,
    Platform,
    SubmitJob,
)
from constructs_lib.local import EmbeddedAws, ImageAsset
from constructs_lib.testing import DeployedStack, LocalAws

SOURCE = Path(__file__).parent / "image_pipeline_job"


class ImagePipelineStack(Stack):
    """Builds ``source.zip`` of a bucket, and has a state machine that runs the newest image."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "ImagePipeline")
        repository = ImageRepository(self, "Images", keep=20, removal_policy=RemovalPolicy.DESTROY)
        job = ContainerJob(
            self,
            "Report",
            image=repository.image(),
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        sources = s3.Bucket(
            self, "Sources", versioned=True, enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL
        )
        source = ImageSource.from_s3(sources, "source.zip")
        images = ImagePipeline(self, "Pipeline", source=source, repository=repository, jobs=[job])

        fargate = FargateComputeEnvironment(self, "Fargate", vpc=BatchNetwork(self, "Network"), max_vcpus=4)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        run = SubmitJob(self, "Run", job=images.revisions.newest(job), queue=queue)
        BatchStateMachine(self, "StateMachine", definition=run)
        CfnOutput(self, "RepositoryUri", value=repository.repository_uri)
        CfnOutput(self, "Function", value=images.revisions.function.function_name)


def build(aws: EmbeddedAws, stack: DeployedStack, source: Path, tag: str) -> None:
    """What CodeBuild does in AWS, which is not emulated: build, push and register."""
    repository = stack.outputs["RepositoryUri"]
    aws.images.build(ImageAsset(source, "Dockerfile", None, f"{repository}:{tag}"))
    aws.images.tag(f"{repository}:{tag}", f"{repository}:newest")
    aws.images.push(f"{repository}:{tag}")
    image = {"imageTag": tag}
    found = aws.client("ecr").batch_get_image(repositoryName=repository.partition("/")[2], imageIds=[image])
    register(aws, stack, found["images"][0]["imageId"]["imageDigest"])
    aws.images.push(f"{repository}:newest")


def register(aws: EmbeddedAws, stack: DeployedStack, digest: str) -> None:
    """Make an image the newest of the job, be it one of an earlier build."""
    event = {"detail": {"image-digest": digest}}
    answer = aws.client("lambda").invoke(FunctionName=stack.outputs["Function"], Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read().decode())


def main() -> None:
    """Deploy it, and run the job after the first build and after the second."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(ImagePipelineStack(App()))
        source = Path(shutil.copytree(SOURCE, Path(directory) / "source"))
        for version in ("1", "2"):
            (source / "report.py").write_text(f'print("version {version}")\n')
            build(aws, stack, source, f"build{version}")
            outcome = stack.run({})
            print(outcome.status, *(job.text.strip() for job in outcome.jobs))
        print("not emulated:", *sorted(stack.not_emulated))


if __name__ == "__main__":
    main()
