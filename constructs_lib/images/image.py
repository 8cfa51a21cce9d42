"""Container images of jobs: from a directory, from Python modules, from ECR, or from another registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import as_list
from constructs_lib.core.checked.arguments import checked
from constructs_lib.images.architecture import build_platform, image_architecture
from constructs_lib.images.checks import check_digest_or_tag, check_directory, check_name, is_moving
from constructs_lib.images.python_image import python_image


@checked
@dataclass(frozen=True, slots=True)
class JobImage:
    """A container image; made by one of the class methods.

    Args:
        container_image: aws-cdk-lib's object for it, for use in its own constructs.
        architecture: the processor that it is built for; None when it is not known.
        moving: whether the name may refer to another image later, as ``latest`` does; a job warns of it.
        credentials: user name and password for its registry, if it is private.
        repository: where it is, if it was made by `from_repository`.
        name: by which it is pulled, if it was made by `from_registry`.
        modules: the directory of its Python modules, if it was made by `from_python`.
    """

    container_image: ecs.ContainerImage
    architecture: ec2.InstanceArchitecture | None = None
    moving: bool = False
    credentials: secretsmanager.ISecret | None = None
    repository: ecr.IRepository | None = None
    name: str | None = None
    modules: Path | None = None

    @classmethod
    def from_directory(
        cls,
        scope: Construct,
        construct_id: str,
        path: str | Path,
        *,
        architecture: ec2.InstanceArchitecture | None = None,
        runs_on: IComputeEnvironmentRef | None = None,
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
            architecture: the processor to build for, whatever the machine that builds. Default: that of ``runs_on``.
            runs_on: the compute environment of the job. Default: any of x86_64.
            file: the Dockerfile, relative to the directory. Default: ``Dockerfile``.
            target: the stage to build. Default: the last one.
            build_args: values for ARG instructions. Default: none.
            exclude: patterns of files to leave out, beside those in .dockerignore. Default: none.

        Raises:
            ConfigurationError: there is no such directory, or no Dockerfile in it; or an environment that has another
                processor.
        """
        place = ArgumentPath("JobImage.from_directory", scope, construct_id)
        directory = Path(path)
        check_directory(place, directory, file)
        processor = image_architecture(place, architecture, runs_on)
        asset = ecr_assets.DockerImageAsset(
            scope,
            construct_id,
            directory=str(directory.resolve()),
            platform=build_platform(processor),
            file=file,
            target=target,
            build_args=build_args,
            exclude=as_list(exclude),
        )
        return cls(ecs.ContainerImage.from_docker_image_asset(asset), processor)

    @classmethod
    def from_python(
        cls,
        scope: Construct,
        construct_id: str,
        directory: str | Path,
        *,
        handler: str,
        requirements: str | Path | Sequence[str] | None = None,
        python: str = "3.13",
        base_image: str | None = None,
        exclude: Sequence[str] = (),
        architecture: ec2.InstanceArchitecture | None = None,
        runs_on: IComputeEnvironmentRef | None = None,
    ) -> Self:
        """An image that calls a Python function with a job's item, built without a Dockerfile.

        It has the modules of the directory, their requirements, and the worker that every fan-out of this library is
        made for; boto3 as well, if a module imports it. It runs as user 10001. Another function of it is a job's
        ``command=["module:function"]``.
        Source: https://docs.aws.amazon.com/cdk/v2/guide/assets.html

        Args:
            scope: the construct that it belongs to.
            construct_id: its id in the scope.
            directory: where the modules are; what tools leave there, such as ``.venv``, is left out.
            handler: the function, ``module:function``; it is called with the item and the context of the job.
            requirements: for pip: a file of the directory, or a list. Default: ``requirements.txt``, if there is one.
            python: the version, 3.11 or later.
            base_image: what the image begins with, such as one of yours, or one by its digest; it needs Python and
                pip. Default: Python's own slim image of this version, on Debian 12.
            exclude: patterns of files to leave out, beside those in .dockerignore. Default: none.
            architecture: the processor to build for, whatever the machine that builds. Default: that of ``runs_on``.
            runs_on: the compute environment of the job. Default: any of x86_64.

        Raises:
            ConfigurationError: there is no such directory, function or requirements file; a Python that is too old; a
                base image without a tag; an environment that has another processor.
        """
        place = ArgumentPath("JobImage.from_python", scope, construct_id)
        processor = image_architecture(place, architecture, runs_on)
        asset = python_image(
            scope,
            construct_id,
            Path(directory),
            handler=handler,
            requirements=requirements,
            python=python,
            base_image=base_image,
            exclude=exclude,
            architecture=processor,
        )
        return cls(ecs.ContainerImage.from_docker_image_asset(asset), processor, modules=Path(directory))

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
            tag: which image; a tag may be moved to another image.
            digest: which image, permanently: ``sha256:…``.
            architecture: the processor that it is built for. Default: not known.

        Raises:
            ConfigurationError: not exactly one of ``tag`` and ``digest``, or one that is none.
        """
        check_digest_or_tag(repository, tag, digest)
        image = ecs.ContainerImage.from_ecr_repository(repository, tag or digest)
        return cls(image, architecture, tag == "latest", repository=repository)

    @classmethod
    def from_registry(
        cls,
        name: str,
        *,
        architecture: ec2.InstanceArchitecture | None = None,
        credentials: secretsmanager.ISecret | None = None,
    ) -> Self:
        """An image from another registry, such as ``public.ecr.aws/docker/library/busybox:1.37``.

        Source: https://docs.aws.amazon.com/batch/latest/userguide/private-registry.html

        Args:
            name: the image's name with a tag or a digest.
            architecture: the processor that it is built for. Default: not known.
            credentials: a secret with the fields ``username`` and ``password``, for a private registry. The
                execution role of the job may read it. Default: none.

        Raises:
            ConfigurationError: an empty name, or one with spaces.
        """
        check_name(name)
        image = ecs.ContainerImage.from_registry(name, credentials=credentials)
        return cls(image, architecture, is_moving(name), credentials, name=name)
