"""An image for Python functions, without a Dockerfile: what is behind `JobImage.from_python`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as ecr_assets
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.images.architecture import build_platform
from constructs_lib.images.python_checks import (
    check_handler,
    check_python,
    check_python_directory,
    check_requirements,
)
from constructs_lib.images.python_context import BASE_IMAGE, PythonContext, excluded


def python_image(
    scope: Construct,
    construct_id: str,
    directory: Path,
    *,
    handler: str,
    requirements: str | Path | Sequence[str] | None,
    python: str,
    base_image: str | None,
    exclude: Sequence[str],
    architecture: ec2.InstanceArchitecture,
) -> ecr_assets.DockerImageAsset:
    """Make the asset; see `JobImage.from_python` for the arguments.

    Raises:
        ConfigurationError: one of them is not what a Python job can be made of.
    """
    place = ArgumentPath("JobImage.from_python", scope, construct_id)
    check_python_directory(place, directory)
    check_handler(place.of("handler"), directory, handler)
    check_python(place, python, base_image)
    listed = _requirements(directory, requirements)
    if isinstance(listed, Path):
        check_requirements(place, listed)
    context = PythonContext(directory, handler, base_image or BASE_IMAGE.format(python=python), listed)
    # aws-cdk-lib copies what it is given into the cloud assembly at once, so that this need not stay.
    with tempfile.TemporaryDirectory(prefix="python-image-") as made:
        context.write(Path(made))
        return ecr_assets.DockerImageAsset(
            scope,
            construct_id,
            directory=made,
            platform=build_platform(architecture),
            exclude=excluded(directory, exclude),
        )


def _requirements(directory: Path, given: str | Path | Sequence[str] | None) -> Path | Sequence[str]:
    if given is None:
        found = directory / "requirements.txt"
        return found if found.is_file() else ()
    return directory / given if isinstance(given, str | Path) else given
