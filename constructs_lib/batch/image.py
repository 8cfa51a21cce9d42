"""What a job runs: an image built from a directory, from ECR, or from another registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from constructs_lib.batch.arguments import as_list
from constructs_lib.batch.image_checks import check_digest_or_tag, check_directory, check_name, is_moving
from constructs_lib.batch.place import Place


@dataclass(frozen=True, slots=True)
class JobImage:
    """A container image; made by one of the class methods.

    Args:
        container_image: aws-cdk-lib's object for it, for use in its own constructs.
        architecture: the processor that it is built for; None when it is not known.
        moving: whether the name means another image from time to time, as ``latest`` does; a job warns of it.
        credentials: user name and password for its registry, if that wants them.
    """

    container_image: ecs.ContainerImage
    architecture: ec2.InstanceArchitecture | None = None
    moving: bool = False
    credentials: secretsmanager.ISecret | None = None

    @classmethod
    def from_directory(
        cls,
        scope: Construct,
        construct_id: str,
        path: str | Path,
        *,
        architecture: ec2.InstanceArchitecture = ec2.InstanceArchitecture.X86_64,
        file: str = "Dockerfile",
        target: str | None = None,
        build_args: Mapping[str, str] | None = None,
        exclude: Sequence[str] | None = None,
    ) -> Self:
        """An image that is built from a directory when the app is deployed, and kept in ECR.

        Source: https://docs.aws.amazon.com/cdk/v2/guide/assets.html

        Args:
            scope: the construct that it belongs to.
            construct_id: its id in the scope.
            path: the build context.
            architecture: the processor to build for, whatever the machine that builds. Default: x86_64.
            file: the Dockerfile, relative to the directory. Default: ``Dockerfile``.
            target: the stage to build. Default: the last one.
            build_args: values for ARG instructions. Default: none.
            exclude: patterns of files to leave out, beside those in .dockerignore. Default: none.

        Raises:
            ConfigurationError: there is no such directory, or no Dockerfile in it.
        """
        directory = Path(path)
        check_directory(Place("JobImage.from_directory", scope, construct_id), directory, file)
        asset = ecr_assets.DockerImageAsset(
            scope,
            construct_id,
            directory=str(directory.resolve()),
            platform=_platform(architecture),
            file=file,
            target=target,
            build_args=build_args,
            exclude=as_list(exclude),
        )
        return cls(ecs.ContainerImage.from_docker_image_asset(asset), architecture)

    @classmethod
    def from_repository(
        cls,
        repository: ecr.IRepository,
        *,
        tag: str | None = None,
        digest: str | None = None,
        architecture: ec2.InstanceArchitecture | None = None,
    ) -> Self:
        """An image in an ECR repository. The job's execution role may pull it.

        Args:
            repository: the repository.
            tag: which image; a tag may be moved to another one.
            digest: which image, for good: ``sha256:…``.
            architecture: the processor that it is built for. Default: not known.

        Raises:
            ConfigurationError: not exactly one of ``tag`` and ``digest``, or one that is none.
        """
        check_digest_or_tag(repository, tag, digest)
        return cls(ecs.ContainerImage.from_ecr_repository(repository, tag or digest), architecture, tag == "latest")

    @classmethod
    def from_registry(
        cls,
        name: str,
        *,
        architecture: ec2.InstanceArchitecture | None = None,
        credentials: secretsmanager.ISecret | None = None,
    ) -> Self:
        """An image of another registry, such as ``public.ecr.aws/docker/library/busybox:1.37``.

        Source: https://docs.aws.amazon.com/batch/latest/userguide/private-registry.html

        Args:
            name: the image's name with a tag or a digest.
            architecture: the processor that it is built for. Default: not known.
            credentials: a secret with the fields ``username`` and ``password``, for a registry that wants them. The
                execution role of the job may read it. Default: none.

        Raises:
            ConfigurationError: an empty name, or one with spaces.
        """
        check_name(name)
        image = ecs.ContainerImage.from_registry(name, credentials=credentials)
        return cls(image, architecture, is_moving(name), credentials)


def _platform(architecture: ec2.InstanceArchitecture) -> ecr_assets.Platform:
    arm = architecture == ec2.InstanceArchitecture.ARM_64
    return ecr_assets.Platform.LINUX_ARM64 if arm else ecr_assets.Platform.LINUX_AMD64
