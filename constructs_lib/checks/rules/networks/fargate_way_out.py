"""Tasks on Fargate that cannot pull their image or write their log."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.runs import Run
from constructs_lib.checks.model.starting import services_needed
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        if run.environment.kind == "FARGATE" and (got := _obstacle(pipelines, run)):
            definition = run.definition
            path = definition.containers[0].path if len(definition.containers) == 1 else ()
            yield Found(definition.resource, path, f"{run.shown}: {got}", "no task starts there")


def _obstacle(pipelines: Pipelines, run: Run) -> str | None:
    subnets, address = run.environment.subnets, run.definition.has_public_address
    ways = pipelines.routes.ways(subnets)
    if not subnets or ways is None or "elsewhere" in ways or (address is not False and "gateway" in ways):
        return None
    services = services_needed(run.definition, pipelines.model)
    missing = [
        service for service in services if all(pipelines.endpoints.missing(subnet, (service,)) for subnet in subnets)
    ]
    if not missing:
        return None
    where = "no route out of the VPC" if ways == {"nowhere"} else "a route for public addresses, and has none"
    return f"it has {where}, nor an endpoint for {', '.join(missing)}"


RULE = Rule(
    id="CHECK301",
    title="a task on Fargate reaches its image, its log and its secrets",
    severity="error",
    otherwise=(
        "Each job ends with `ResourceInitializationError` or `CannotPullContainerError`, after minutes in STARTING."
    ),
    fix=(
        "Lead the subnets to a NAT gateway, make endpoints for ecr.api, ecr.dkr, logs and S3, or set AssignPublicIp to "
        "ENABLED in subnets that lead to an internet gateway."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
    example=Example(in_a_vpc(address="<VALUE>"), wrong="DISABLED", right="ENABLED"),
    look=_look,
)
