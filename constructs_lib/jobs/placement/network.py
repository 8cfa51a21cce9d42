"""Warnings, at the job, of images and secrets that the network of a queue cannot reach.

These are warnings and not errors, because routes, proxies and images already on an instance are unknown here.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html,
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
"""

from collections.abc import Sequence

from aws_cdk import Annotations
from constructs import IConstruct

from constructs_lib.compute.capacity import Capacity
from constructs_lib.images.checks import is_outside_of_ecr
from constructs_lib.jobs.placement.job_demand import JobDemand
from constructs_lib.network.missing_endpoints import warn_of_unreachable_secrets
from constructs_lib.network.way_out import WayOut
from constructs_lib.rules import Caution


def warn_of_unreachable_image(job: IConstruct, wanted: JobDemand, known: Sequence[Capacity]) -> None:
    """Warn of a missing or useless public IP address, and of registries that the network cannot reach.

    Args:
        job: the definition.
        wanted: its requirements.
        known: the known environments of the queue.
    """
    public = _paths(known, WayOut.PUBLIC)
    if wanted.public_address is False and public:
        Annotations.of(job).add_warning_v2(
            Caution.NO_PUBLIC_ADDRESS.id,
            f"The job has no public IP address, and {public} is in public subnets, which have no other egress: its "
            "tasks cannot pull their image. Pass assign_public_ip=True, or use private subnets.",
        )
    if wanted.public_address and known and all(each.way_out in {WayOut.PRIVATE, WayOut.NONE} for each in known):
        Annotations.of(job).add_warning_v2(
            Caution.USELESS_PUBLIC_ADDRESS.id,
            f"The job has a public IP address, and {_paths(known)} is in private subnets, where it is not "
            "reachable: it costs 0.005 US dollars an hour without any use. Leave assign_public_ip out.",
        )
    closed = _paths(known, WayOut.NONE)
    outside = [image.name for image in wanted.images if image.name and is_outside_of_ecr(image.name)]
    if closed and outside:
        Annotations.of(job).add_warning_v2(
            Caution.UNREACHABLE_IMAGE.id,
            f"{', '.join(outside)} is pulled from the internet, and {closed} is in isolated subnets, which reach "
            "endpoints only, such as that of Amazon ECR. Put the image into ECR, as "
            "JobImage.from_directory and a pull through cache do, or use subnets with egress.",
        )


def warn_of_unreachable_secret(job: IConstruct, wanted: JobDemand, known: Sequence[Capacity]) -> None:
    """Warn of secrets of services that an isolated network has no endpoint for.

    Args:
        job: the definition.
        wanted: its requirements.
        known: the known environments of the queue.
    """
    closed = [each for each in known if each.way_out is WayOut.NONE]
    if not closed or not wanted.secrets:
        return
    services = {"ssm" if ":ssm:" in secret.arn else "secretsmanager" for secret in wanted.secrets}
    for each in closed:
        if each.network is not None:
            warn_of_unreachable_secrets(job, each.network, each.way_out, services)


def _paths(known: Sequence[Capacity], way_out: WayOut | None = None) -> str:
    found = [each.environment.node.path for each in known if way_out is None or each.way_out is way_out]
    return ", ".join(found)
