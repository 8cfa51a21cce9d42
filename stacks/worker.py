"""The parts that the simple stacks share: Fargate capacity with a queue, and a job that runs the worker."""

from collections.abc import Sequence

from aws_cdk import Size
from constructs import Construct

from constructs_lib import ContainerJob, FargateComputeEnvironment, JobImage, JobQueue, Platform
from stacks.network import network
from stacks.settings import CONTAINER, Settings


def fargate_queue(scope: Construct, settings: Settings) -> JobQueue:
    """A queue over one Fargate environment."""
    environment = FargateComputeEnvironment(
        scope,
        "Fargate",
        vpc=network(scope, settings),
        max_vcpus=settings.max_vcpus,
        spot=settings.spot,
    )
    return JobQueue(scope, "Queue", compute_environments=[environment])


def worker_image(scope: Construct, settings: Settings) -> JobImage:
    """The image that the settings name, or the one of this repository."""
    if settings.image:
        return JobImage.from_registry(settings.image)
    return JobImage.from_directory(scope, "Image", CONTAINER)


def worker_job(scope: Construct, construct_id: str, image: JobImage, command: Sequence[str]) -> ContainerJob:
    """A small Fargate job that runs a handler of the worker."""
    return ContainerJob(
        scope,
        construct_id,
        image=image,
        command=command,
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
    )
