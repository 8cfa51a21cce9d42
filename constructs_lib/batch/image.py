"""What a job runs: an image built from a directory, from ECR, or from another registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from constructs_lib.batch.arguments import where
from constructs_lib.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class JobImage:
    """A container image; made by one of the class methods.

    Args:
        container_image: aws-cdk-lib's object for it, for use in its own constructs.
        architecture: the processor that it is built for; None when it is not known.
    """

    container_image: ecs.ContainerImage
    architecture: ec2.InstanceArchitecture | None = None

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
        if not (directory / file).is_file():
            raise ConfigurationError(
                code="BATCH015",
                where=where("JobImage.from_directory", scope, construct_id),
                got=f"{str(directory)!r}, which has no {file}" if directory.is_dir() else f"{str(directory)!r}",
                expected="the path of a directory with a Dockerfile is needed",
                fix="Give an absolute path, such as Path(__file__).parent / 'container'.",
            )
        asset = ecr_assets.DockerImageAsset(
            scope,
            construct_id,
            directory=str(directory.resolve()),
            platform=_platform(architecture),
            file=file,
            target=target,
            build_args=build_args,
            exclude=exclude,
        )
        return cls(ecs.ContainerImage.from_docker_image_asset(asset), architecture)

    @classmethod
    def from_repository(cls, repository: ecr.IRepository, *, tag: str | None = None, digest: str | None = None) -> Self:
        """An image in an ECR repository. The job's execution role may pull it.

        Args:
            repository: the repository.
            tag: which image; a tag may be moved to another one.
            digest: which image, for good: ``sha256:…``.

        Raises:
            ConfigurationError: not exactly one of ``tag`` and ``digest``.
        """
        if (tag is None) == (digest is None):
            raise ConfigurationError(
                code="BATCH016",
                where=f"JobImage.from_repository '{repository.node.path}'",
                got="both tag and digest" if tag else "neither tag nor digest",
                expected="exactly one of them is needed",
                fix="Give a digest for an image that never changes, a tag for one that may.",
            )
        return cls(ecs.ContainerImage.from_ecr_repository(repository, tag or digest))

    @classmethod
    def from_registry(cls, name: str) -> Self:
        """An image of a registry that needs no credentials, such as ``public.ecr.aws/docker/library/busybox:1.37``.

        Args:
            name: the image's name with a tag or a digest.

        Raises:
            ConfigurationError: an empty name, or one with spaces.
        """
        if not name or name != "".join(name.split()):
            raise ConfigurationError(
                code="BATCH017",
                where="JobImage.from_registry",
                got=repr(name),
                expected="an image name is needed",
                fix="Give a name with a tag, such as 'public.ecr.aws/docker/library/busybox:1.37'.",
            )
        return cls(ecs.ContainerImage.from_registry(name))


def _platform(architecture: ec2.InstanceArchitecture) -> ecr_assets.Platform:
    arm = architecture == ec2.InstanceArchitecture.ARM_64
    return ecr_assets.Platform.LINUX_ARM64 if arm else ecr_assets.Platform.LINUX_AMD64
