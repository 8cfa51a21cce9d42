"""Images of the internet where there is no way to it."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.starting import public_registry
from constructs_lib.checks.networked_example import ECR, in_a_vpc, interface
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        if pipelines.routes.ways(run.environment.subnets) != frozenset({"nowhere"}):
            continue
        for container in run.definition.containers:
            if registry := public_registry(container.body.get("Image")):
                got = f"{container.body['Image']} of {registry} in {run.environment.shown}"
                allowed = "its subnets have no route out of the VPC, and no endpoint leads to that registry"
                yield Found(run.definition.resource, (*container.path, "Image"), got, allowed)


_ENDPOINTS = "".join(
    interface(service) for service in ("ecr.api", "ecr.dkr", "s3", "logs", "ecs", "ecs-agent", "ecs-telemetry")
)

RULE = Rule(
    id="CHECK307",
    title="the image of a job is in a registry that its subnets reach",
    severity="error",
    otherwise="Each job ends with `CannotPullContainerError`.",
    fix="Push the image to Amazon ECR, or lead the subnets to a NAT gateway.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
    example=Example(
        in_a_vpc(route="", instances=True, image="<VALUE>", more=_ENDPOINTS),
        wrong="public.ecr.aws/docker/library/busybox",
        right=ECR,
    ),
    look=_look,
)
