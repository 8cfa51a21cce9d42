"""The build of an image in CodeBuild, which pushes it and tells who has to know."""

from typing import Any, Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.images.architecture import ARM_64
from constructs_lib.images.repository import NEWEST, ImageRepository

# Each command ends the build when it fails. The tag tells when and from what; a build that is repeated gets another.
# The image is the newest once its jobs run it: what fails before leaves the jobs and the tag as they are.
_COMMANDS: Final = (
    'TAG="$(date -u +%Y%m%d-%H%M%S)-build$CODEBUILD_BUILD_NUMBER"',
    'aws ecr get-login-password | docker login --username AWS --password-stdin "${REPOSITORY%%/*}"',
    (
        'docker build --platform "$PLATFORM" --file "$CONTEXT/$DOCKERFILE" --build-arg BUILDKIT_INLINE_CACHE=1'
        ' --cache-from "$REPOSITORY:$NEWEST" --tag "$REPOSITORY:$TAG" --tag "$REPOSITORY:$NEWEST" "$CONTEXT"'
    ),
    'docker push "$REPOSITORY:$TAG"',
    (
        'DIGEST="$(aws ecr batch-get-image --repository-name "${REPOSITORY#*/}" --image-ids "imageTag=$TAG"'
        " --query 'images[0].imageId.imageDigest' --output text)\""
    ),
    # The function tells in its answer whether it failed; the call succeeds either way.
    (
        'FAILED="$(aws lambda invoke --function-name "$FUNCTION" --cli-binary-format raw-in-base64-out'
        ' --payload "{\\"detail\\":{\\"image-digest\\":\\"$DIGEST\\"}}"'
        ' --query FunctionError --output text answer.json)"'
    ),
    "cat answer.json",
    'test "$FAILED" = None',
    'docker push "$REPOSITORY:$NEWEST"',
)


def make_build(
    scope: Construct,
    *,
    repository: ImageRepository,
    function: lambda_.Function,
    architecture: ec2.InstanceArchitecture,
    directory: str,
    file: str,
    timeout: Duration,
    encryption_key: kms.IKey | None,
    log_retention: logs.RetentionDays,
) -> codebuild.PipelineProject:
    """Make the project of the build, on machines of the image's own processor; nothing is emulated.

    It is privileged because Docker is; layers are kept on the machine and come from the newest image otherwise.
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html
    """
    log_group = logs.LogGroup(scope, "Logs", retention=log_retention, removal_policy=RemovalPolicy.DESTROY)
    arm = architecture == ARM_64
    variables = {
        "CONTEXT": directory,
        "DOCKERFILE": file,
        "FUNCTION": function.function_name,
        "NEWEST": NEWEST,
        "PLATFORM": "linux/arm64" if arm else "linux/amd64",
        "REPOSITORY": repository.repository_uri,
    }
    project = codebuild.PipelineProject(
        scope,
        "Build",
        description="Builds an image and makes it the newest of its jobs",
        build_spec=codebuild.BuildSpec.from_object_to_yaml(_specification()),
        cache=codebuild.Cache.local(codebuild.LocalCacheMode.DOCKER_LAYER),
        environment=codebuild.BuildEnvironment(
            build_image=codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0
            if arm
            else codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5,
            compute_type=codebuild.ComputeType.SMALL,
            privileged=True,
        ),
        encryption_key=encryption_key,
        environment_variables={
            name: codebuild.BuildEnvironmentVariable(value=value) for name, value in variables.items()
        },
        grant_report_group_permissions=False,
        logging=codebuild.LoggingOptions(cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=log_group)),
        timeout=timeout,
    )
    repository.grant_pull_push(project)
    function.grant_invoke_latest_version(project)
    return project


def _specification() -> dict[str, Any]:
    return {
        "version": "0.2",
        "env": {"shell": "bash"},
        "phases": {"build": {"on-failure": "ABORT", "commands": list(_COMMANDS)}},
    }
