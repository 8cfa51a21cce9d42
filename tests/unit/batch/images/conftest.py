"""A repository and a job that runs its newest image, for the tests of what makes such images."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack

from constructs_lib import ContainerJob, ImageRepository

Make = Callable[..., Any]


@pytest.fixture
def repository(stack: Stack) -> ImageRepository:
    return ImageRepository(stack, "Images")


@pytest.fixture
def report(make_job: Make, repository: ImageRepository) -> ContainerJob:
    made: ContainerJob = make_job(image=repository.image())
    return made
