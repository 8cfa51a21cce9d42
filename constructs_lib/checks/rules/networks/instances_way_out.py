"""Instances that cannot tell Amazon ECS that they are there."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.endpoints import FOR_INSTANCES
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import flag, items, member
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        if environment.kind == "EC2" and (got := _obstacle(pipelines, environment)):
            path = ("ComputeResources", "Subnets")
            yield Found(environment.resource, path, got, "no instance registers, and no job starts")


def _obstacle(pipelines: Pipelines, environment: Environment) -> str | None:
    subnets = environment.subnets
    ways = pipelines.routes.ways(subnets)
    if not subnets or ways is None or "elsewhere" in ways:
        return None
    if "gateway" in ways and _has_address(pipelines, environment, subnets) is not False:
        return None
    missing = [
        service
        for service in FOR_INSTANCES
        if all(pipelines.endpoints.missing(subnet, (service,)) for subnet in subnets)
    ]
    if not missing:
        return None
    where = "without a route out of the VPC" if ways == {"nowhere"} else "whose instances get no public address"
    return f"subnets {where}, and no endpoint for {', '.join(missing)}"


def _has_address(pipelines: Pipelines, environment: Environment, subnets: list[object]) -> bool | None:
    """Whether instances get a public address; None if that is not known."""
    template = environment.launch_template
    if template is not None:
        named = member(template, "LaunchTemplateId") or member(template, "LaunchTemplateName")
        own = pipelines.model.resource(named)
        interfaces = own and items(member(own.properties, "LaunchTemplateData", "NetworkInterfaces"))
        if own is None or interfaces is None or interfaces or member(template, "Overrides"):
            return None
    found = [pipelines.routes.subnet(subnet) for subnet in subnets]
    given = [subnet.properties.get("MapPublicIpOnLaunch") if subnet else Unknown(()) for subnet in found]
    if any(isinstance(value, Unknown) for value in given):
        return None
    return any(flag(value) for value in given)


RULE = Rule(
    id="CHECK302",
    title="the instances of a compute environment reach Amazon ECS",
    severity="error",
    otherwise="Instances start, cost, and never register with their cluster: jobs stay in RUNNABLE.",
    fix=(
        "Lead the subnets to a NAT gateway, make endpoints for ecs, ecs-agent and ecs-telemetry beside those for the "
        "images and the logs, or set MapPublicIpOnLaunch in subnets that lead to an internet gateway."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html",
    example=Example(
        in_a_vpc(instances=True, route="<VALUE>"),
        wrong="GatewayId: !Ref Gateway",
        right="NatGatewayId: nat-1",
        unknown="NatGatewayId: !Ref Unknown",
    ),
    look=_look,
)
